// biome-ignore-all lint/suspicious/noTemplateCurlyInString: it is the syntax of Fn::Sub.
import fc from 'fast-check';
import { UnresolvedError } from '../../../local/assembly/assembly-error';
import { Evaluator } from '../../../local/assembly/evaluator';
import type { Stack, Template } from '../../../local/assembly/template';

const aStack = (template: Template, overrides: Partial<Stack> = {}): Stack => ({
  name: 'app',
  displayName: 'app',
  region: 'eu-central-1',
  account: '111122223333',
  directory: '/cdk.out',
  template,
  assets: [],
  paths: new Map(),
  ...overrides,
});

const anEvaluator = (stacks: readonly Stack[], supplied: Readonly<Record<string, string>> = {}) =>
  new Evaluator({
    stacks,
    supplied: (key) => supplied[key],
    ref: (_, logicalId) => `ref-${logicalId}`,
    attribute: (_, logicalId, name) => `${logicalId}.${name}`,
    parameterStore: (name) => `stored ${name}`,
    finish: (text) => text,
  });

const evaluate = (node: unknown, template: Template = {}, supplied: Readonly<Record<string, string>> = {}) => {
  const stack = aStack({ Resources: { Table: { Type: 'AWS::DynamoDB::Table' } }, ...template });
  return anEvaluator([stack], supplied).evaluate(node, stack);
};

const literal = fc
  .jsonValue({ maxDepth: 3 })
  .filter((value) => !/"(Ref|Fn::[^"]*)":|"__proto__"/.test(JSON.stringify(value)));

test('what holds no intrinsic stays as it is', () => {
  fc.assert(fc.property(literal, (value) => expect(evaluate(value)).toEqual(value)));
});

test('nothing in a template crashes it: the answer is a value, or an UnresolvedError', () => {
  const names = [
    'Ref',
    'Fn::GetAtt',
    'Fn::Join',
    'Fn::Sub',
    'Fn::Select',
    'Fn::Split',
    'Fn::If',
    'Fn::Cidr',
    'Fn::Equals',
  ];
  const node = fc.letrec((tie) => ({
    node: fc.oneof(
      { maxDepth: 4 },
      fc.string(),
      fc.integer(),
      fc.constant('Table'),
      fc.array(tie('node'), { maxLength: 3 }),
      tie('call'),
    ),
    call: fc.tuple(fc.constantFrom(...names), tie('node')).map(([name, argument]) => ({ [name]: argument })),
  })).call;
  fc.assert(
    fc.property(node, (value) => {
      try {
        evaluate(value);
      } catch (error) {
        expect(error).toBeInstanceOf(UnresolvedError);
      }
    }),
  );
});

test('Split undoes Join, whatever the parts', () => {
  const part = fc.string().filter((text) => !text.includes('|'));
  fc.assert(
    fc.property(fc.array(part, { minLength: 1 }), (parts) => {
      expect(evaluate({ 'Fn::Split': ['|', { 'Fn::Join': ['|', parts] }] })).toEqual(parts);
    }),
  );
});

test('Sub with names of its own equals Join of the same texts', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (a, b) => {
      const sub = { 'Fn::Sub': ['${A}-${B}', { A: a, B: { 'Fn::Join': ['', [b]] } }] };
      expect(evaluate(sub)).toBe(`${a}-${b}`);
    }),
  );
});

test.each([
  [{ Ref: 'AWS::Region' }, 'eu-central-1'],
  [{ Ref: 'AWS::AccountId' }, '111122223333'],
  [{ Ref: 'AWS::Partition' }, 'aws'],
  [{ Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
  [{ Ref: 'AWS::StackName' }, 'app'],
  [{ Ref: 'AWS::NotificationARNs' }, []],
  [{ Ref: 'Table' }, 'ref-Table'],
  [{ 'Fn::GetAtt': ['Table', 'Arn'] }, 'Table.Arn'],
  [{ 'Fn::GetAtt': 'Table.Stream.Arn' }, 'Table.Stream.Arn'],
  [{ 'Fn::Sub': '${Table}/${Table.Arn}/${!Literal}/${AWS::Region}' }, 'ref-Table/Table.Arn/${Literal}/eu-central-1'],
  [{ 'Fn::Select': ['1', ['a', 'b', { Ref: 'Missing' }]] }, 'b'],
  [{ 'Fn::Base64': 'retention.ms=1' }, 'cmV0ZW50aW9uLm1zPTE='],
  [{ 'Fn::Cidr': ['10.0.0.0/16', 3, 8] }, ['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24']],
  [{ 'Fn::Select': [2, { 'Fn::GetAZs': '' }] }, 'eu-central-1c'],
  [{ 'Fn::GetAZs': 'us-east-1' }, ['us-east-1a', 'us-east-1b', 'us-east-1c']],
  [{ 'Fn::Length': [1, 2, 3] }, 3],
  [{ 'Fn::ToJsonString': { a: { Ref: 'Table' } } }, '{"a":"ref-Table"}'],
  [{ a: { Ref: 'AWS::NoValue' }, b: [1, { Ref: 'AWS::NoValue' }, 2] }, { b: [1, 2] }],
])('%j is %j', (node, expected) => expect(evaluate(node)).toEqual(expected));

test.each([
  [{ Ref: 'Missing' }, 'app has neither a resource nor a parameter Missing'],
  [{ 'Fn::GetAtt': ['Missing', 'Arn'] }, 'app has neither a resource nor a parameter Missing'],
  [{ 'Fn::Select': [3, ['a']] }, 'Fn::Select asks for element 3 of a list of 1'],
  [{ 'Fn::FindInMap': ['Regions', 'eu', 'ami'] }, 'app has no mapping Regions.eu.ami'],
  [{ 'Fn::If': ['Missing', 1, 2] }, 'app has no condition Missing'],
  [{ 'Fn::Transform': { Name: 'AWS::Include' } }, 'Fn::Transform is worked out by CloudFormation itself, not offline'],
  [{ 'Fn::Join': [',', [{}]] }, 'Fn::Join takes text, and got {}'],
  [
    { 'Fn::ImportValue': 'elsewhere' },
    "No stack of this app exports elsewhere; supply it with --set 'elsewhere=<value>'",
  ],
  [{ 'Fn::Unheard': 1 }, 'Fn::Unheard is not known'],
])('%j is refused with a line that says what and where', (node, message) => {
  expect(() => evaluate(node)).toThrow(new UnresolvedError(message));
});

const conditions = {
  Parameters: { Stage: { Type: 'String', Default: 'dev' } },
  Conditions: {
    IsProd: { 'Fn::Equals': [{ Ref: 'Stage' }, 'prod'] },
    IsDev: { 'Fn::Not': [{ Condition: 'IsProd' }] },
    Both: { 'Fn::And': [{ Condition: 'IsProd' }, { Condition: 'IsDev' }] },
    Either: { 'Fn::Or': [{ Condition: 'IsProd' }, { Condition: 'IsDev' }] },
  },
};

test('conditions choose, and the branch not taken is never looked at', () => {
  const choose = (name: string) => evaluate({ 'Fn::If': [name, 'yes', 'no'] }, conditions);
  expect([choose('IsProd'), choose('IsDev'), choose('Both'), choose('Either')]).toEqual(['no', 'yes', 'no', 'yes']);
  expect(evaluate({ 'Fn::If': ['IsProd', { Ref: 'Missing' }, 'no'] }, conditions)).toBe('no');
  expect(evaluate({ 'Fn::If': ['IsProd', 'yes', 'no'] }, conditions, { 'app.Stage': 'prod' })).toBe('yes');
});

test('a resource is there only if its condition and those of the stacks around it hold', () => {
  const parent = aStack({
    ...conditions,
    Resources: { Nested: { Type: 'AWS::CloudFormation::Stack', Condition: 'IsProd' } },
  });
  const nested = aStack(
    { Resources: { Fn: { Type: 'AWS::Lambda::Function' } } },
    { parent: { stack: parent, logicalId: 'Nested' } },
  );
  expect(anEvaluator([parent, nested]).isPresent(nested, 'Fn')).toBe(false);
  expect(anEvaluator([parent, nested], { 'app.Stage': 'prod' }).isPresent(nested, 'Fn')).toBe(true);
});

test('parameters: what is supplied, then the default, lists split, SSM names looked up, else the key to supply', () => {
  const template = {
    Parameters: {
      Zones: { Type: 'CommaDelimitedList', Default: 'a, b' },
      Limit: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/limit' },
      Bare: { Type: 'String' },
    },
  };
  expect(evaluate({ Ref: 'Zones' }, template)).toEqual(['a', 'b']);
  expect(evaluate({ Ref: 'Zones' }, template, { 'app.Zones': 'c' })).toEqual(['c']);
  expect(evaluate({ Ref: 'Limit' }, template)).toBe('stored /limit');
  expect(() => evaluate({ Ref: 'Bare' }, template)).toThrow(
    new UnresolvedError('Parameter Bare of app has no default', 'app.Bare'),
  );
});

test('exports are found across stacks, the neighbour of the same stage first', () => {
  const exporting = (directory: string, value: string) =>
    aStack(
      { Outputs: { Out: { Value: value, Export: { Name: { 'Fn::Sub': '${AWS::StackName}:Table' } } } } },
      { directory },
    );
  const stacks = [exporting('/dev', 'dev'), exporting('/prod', 'prod'), aStack({}, { directory: '/prod' })];
  expect(anEvaluator(stacks).evaluate({ 'Fn::ImportValue': 'app:Table' }, stacks[2] as Stack)).toBe('prod');
});

test('weak references and outputs of nested stacks reach the other stack', () => {
  const producer = aStack({ Outputs: { Out: { Value: { 'Fn::Join': ['', ['x', 'y']] } } } }, { name: 'producer' });
  const consumer = aStack({ Resources: { Nested: { Type: 'AWS::CloudFormation::Stack' } } });
  const nested = aStack(
    { Outputs: { Out: { Value: 'inner' } } },
    { name: 'app-Nested', parent: { stack: consumer, logicalId: 'Nested' } },
  );
  const evaluator = anEvaluator([producer, consumer, nested]);
  expect(evaluator.evaluate({ 'Fn::GetStackOutput': { StackName: 'producer', OutputName: 'Out' } }, consumer)).toBe(
    'xy',
  );
  expect(evaluator.evaluate({ 'Fn::GetAtt': ['Nested', 'Outputs.Out'] }, consumer)).toBe('inner');
});

test('a parent hands parameters to its nested stack', () => {
  const Resources = {
    Nested: { Type: 'AWS::CloudFormation::Stack', Properties: { Parameters: { Table: { Ref: 'AWS::Region' } } } },
  };
  const parent = aStack({ Resources });
  const nested = aStack(
    { Parameters: { Table: { Type: 'String' } } },
    { name: 'app-Nested', parent: { stack: parent, logicalId: 'Nested' } },
  );
  expect(anEvaluator([parent, nested]).evaluate({ Ref: 'Table' }, nested)).toBe('eu-central-1');
});

test('a template that goes in a circle is named with the circle', () => {
  const circular = {
    Conditions: { A: { 'Fn::Not': [{ Condition: 'B' }] }, B: { 'Fn::Not': [{ Condition: 'A' }] } },
  };
  expect(() => evaluate({ 'Fn::If': ['A', 1, 2] }, circular)).toThrow(
    'The template goes in a circle: app.condition A → app.condition B → app.condition A',
  );
});
