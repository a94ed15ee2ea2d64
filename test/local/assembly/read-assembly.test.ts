import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { AssemblyError } from '../../../local/assembly/assembly-error';
import { type ReadOptions, readAssembly } from '../../../local/assembly/read-assembly';
import { runs } from '../../runs';
import { aFolder, aFunction, aMapping, aSystem, endpoints, messages } from './an-assembly';

const foreignApp = join(__dirname, 'fixtures/self-managed-app/assembly');
const readForeignApp = (options: Partial<ReadOptions> = {}) =>
  readAssembly(foreignApp, { endpoints, codeRoot: aFolder({}), ...options });

describe("somebody else's CDK app, as CDK itself synthesised it", () => {
  test('its functions run with what their variables mean offline, across stacks and nested stacks', () => {
    const { functions } = readForeignApp();
    const summary = functions.map(({ name, handler, timeoutSeconds, memoryMb, environment }) => {
      return { name, handler, timeoutSeconds, memoryMb, environment };
    });
    expect(summary).toEqual([
      {
        name: 'payment-consumer',
        handler: 'index.consume',
        timeoutSeconds: 20,
        memoryMb: 128,
        environment: {
          TABLE: 'Prod-Storage-Payments130453D3',
          ARCHIVE: 'arn:aws:s3:::prod-storage-archiveda4cb258/payments/*',
          LIMIT: '250',
          API: 'http://localhost:3000/',
        },
      },
      {
        name: 'accept',
        handler: 'index.accept',
        timeoutSeconds: 3,
        memoryMb: 256,
        environment: { BROKERS: 'kafka-1.example.com:9092' },
      },
      {
        name: 'sweep',
        handler: 'index.handler',
        timeoutSeconds: 3,
        memoryMb: 128,
        environment: { TABLE: 'Prod-Storage-BalancesB107DCF2' },
      },
    ]);
    for (const { codeDirectory } of functions) expect(existsSync(join(codeDirectory, 'index.js'))).toBe(true);
  });

  test('inline code is written out as index.js', () => {
    const sweep = readForeignApp().functions.find(({ name }) => name === 'sweep');
    const code = readFileSync(join(sweep?.codeDirectory ?? '', 'index.js'), 'utf8');
    expect(code).toBe('exports.handler = async () => process.env.TABLE;');
  });

  test('its self-managed mapping reads its topic, which is created though nobody declares it', () => {
    const { mappings, topics, functions } = readForeignApp();
    expect(mappings).toEqual([
      expect.objectContaining({
        source: 'self-managed',
        topic: 'payments',
        groupId: 'payment-consumer',
        functionArn: functions[0]?.arn,
        batchSize: 50,
        batchingWindowMs: 2000,
        startingPosition: 'TRIM_HORIZON',
      }),
    ]);
    expect(mappings[0]).not.toHaveProperty('eventSourceArn');
    expect(topics).toEqual([expect.objectContaining({ name: 'payments', partitions: 1 })]);
  });

  test('tables, bucket, API behind an alias, and schedule', () => {
    const { tables, buckets, apis, schedules, functions } = readForeignApp();
    expect(tables.map(({ name, timeToLiveAttribute }) => [name, timeToLiveAttribute])).toEqual([
      ['Prod-Storage-Payments130453D3', 'expires'],
      ['Prod-Storage-BalancesB107DCF2', undefined],
    ]);
    expect(tables[0]?.create).toMatchObject({
      KeySchema: [
        { AttributeName: 'account', KeyType: 'HASH' },
        { AttributeName: 'sequence', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [{ IndexName: 'by-day' }],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
    });
    expect(buckets.map(({ name }) => name)).toEqual(['prod-storage-archiveda4cb258']);
    const route = { method: 'POST', path: '/payments', functionArn: functions[1]?.arn, payloadFormat: '2.0' };
    expect(apis[0]?.routes).toEqual([expect.objectContaining(route)]);
    expect(apis[0]?.cors?.allowOrigins).toEqual(['https://shop.example.com']);
    expect(schedules).toEqual([
      expect.objectContaining({ expression: 'cron(0 1 * * ? *)', functionArn: functions[2]?.arn }),
    ]);
  });

  test('what is not run is said once each, and what is missing names the key that supplies it', () => {
    const { notices } = readForeignApp();
    expect(notices.map(({ origin, message }) => `${origin.path}: ${message}`)).toEqual([
      'Prod/Payments/Scorer/Resource: has the runtime python3.13; only nodejs is run offline',
      'Prod/Payments/PaymentConsumer/Resource: variable ZONE stays unset: Custom resource Prod-Payments.Zones is not run ' +
        "offline, so its First is not known; supply it with --set 'Prod-Payments.Zones.First=<value>'",
      expect.stringContaining('SourceAccessConfigurations ignored'),
      expect.stringContaining('topic payments is not declared in this app; it is created with 1 partition'),
      'Prod/Payments/Zones/Default: custom resources are not run offline',
    ]);
    expect(notices.map(({ ask }) => ask).filter(Boolean)).toEqual(['Prod-Payments.Zones.First']);
  });

  test('supplied values and variables are taken, with and without the stack, and silence their notices', () => {
    const supplied = readForeignApp({
      resolve: { 'Zones.First': 'zone-1', 'ssm:/payments/limit': '9' },
      env: { '*': { EVERYWHERE: '1' }, accept: { BROKERS: 'localhost:9092' } },
    });
    expect(supplied.functions[0]?.environment).toMatchObject({ ZONE: 'zone-1', LIMIT: '9', EVERYWHERE: '1' });
    expect(supplied.functions[1]?.environment).toEqual({ BROKERS: 'localhost:9092', EVERYWHERE: '1' });
    expect(supplied.notices.filter(({ ask }) => ask !== undefined)).toEqual([]);
  });

  test('a stack can be chosen by its name; those nested in it follow', () => {
    const { functions, tables } = readForeignApp({ stacks: ['Prod/Payments'] });
    expect(functions.map(({ name }) => name)).toEqual(['payment-consumer', 'accept', 'sweep']);
    expect(tables).toEqual([]);
  });
});

test('two readings agree on every name, id and ARN', () => {
  const codeRoot = aFolder({});
  expect(readForeignApp({ codeRoot })).toEqual(readForeignApp({ codeRoot }));
});

describe('a folder that is no assembly', () => {
  const read = (folder: string) => () => readAssembly(folder, { endpoints });

  test('missing', () => {
    expect(read('/nowhere/cdk.out')).toThrow(
      new AssemblyError(
        'ASSEMBLY_MISSING',
        'There is no folder /nowhere/cdk.out: synthesise the app first (npm run synth)',
      ),
    );
  });

  test('without a template', () => expect(read(aFolder({ 'readme.txt': '' }))).toThrow(/holds no stack/));

  test('cut short while it was written', () => {
    expect(read(aFolder({ 'manifest.json': '{"artifacts":' }))).toThrow(/manifest.json cannot be read as JSON/);
    expect(read(aFolder({ 'a.template.json': '[]' }))).toThrow(/is not a CloudFormation template/);
  });
});

test('a plain folder of templates is read by their names, and they see each other’s exports', () => {
  const table = {
    Type: 'AWS::DynamoDB::Table',
    Properties: { TableName: 'orders', KeySchema: [], AttributeDefinitions: [] },
  };
  const folder = aFolder({
    'a.template.json': {
      Resources: { Table: table },
      Outputs: { Name: { Value: { Ref: 'Table' }, Export: { Name: 'orders-table' } } },
    },
    'b.template.json': {
      Resources: { Fn: aFunction({ Environment: { Variables: { TABLE: { 'Fn::ImportValue': 'orders-table' } } } }) },
    },
  });
  const { functions } = readAssembly(folder, { endpoints });
  expect(functions[0]?.environment).toEqual({ TABLE: 'orders' });
});

test('a nested template belongs to the stack that nests it, and is not read twice', () => {
  const nested = {
    Type: 'AWS::CloudFormation::Stack',
    Metadata: { 'aws:asset:path': 'app-Inner.nested.template.json' },
  };
  const folder = aFolder({
    'app.template.json': { Resources: { Inner: nested } },
    'app-Inner.nested.template.json': { Resources: { Fn: aFunction() } },
  });
  const { functions } = readAssembly(folder, { endpoints });
  expect(functions.map(({ origin }) => origin.stack)).toEqual(['app-Inner']);
});

test('a template with anything anywhere is read or refused in a line, never a crash', () => {
  const file = join(foreignApp, 'assembly-Prod/ProdPaymentsCFE40DF8.template.json');
  const source = readFileSync(file, 'utf8');
  const places: (readonly (string | number)[])[] = [];
  const visit = (node: unknown, path: readonly (string | number)[]) => {
    places.push(path);
    if (typeof node === 'object' && node !== null)
      for (const [key, value] of Object.entries(node)) visit(value, [...path, key]);
  };
  visit(JSON.parse(source), []);
  const junk = fc.oneof(
    fc.jsonValue(),
    fc.constantFrom(null, [], {}, '', 0, { Ref: 'Nowhere' }, { 'Fn::GetAtt': null }),
  );
  const codeRoot = aFolder({});
  const folder = aFolder({});
  fc.assert(
    fc.property(fc.constantFrom(...places.slice(1)), junk, (path, value) => {
      const template = JSON.parse(source);
      const parent = path.slice(0, -1).reduce((node, key) => node[key], template);
      parent[path.at(-1) ?? ''] = value;
      writeFileSync(join(folder, 'app.template.json'), JSON.stringify(template));
      try {
        const { notices } = readAssembly(folder, { endpoints, codeRoot });
        for (const { message } of notices) expect(message).not.toContain('\n');
      } catch (error) {
        expect(error).toBeInstanceOf(AssemblyError);
      }
    }),
    { numRuns: runs(300) },
  );
});

describe('custom resources', () => {
  const brokers = (custom: unknown, attribute: string) =>
    aSystem({
      Resources: {
        Brokers: custom as never,
        Fn: aFunction({ Environment: { Variables: { BROKERS: { 'Fn::GetAtt': ['Brokers', attribute] } } } }),
      },
    });

  test.each([
    ['of our own', { Type: 'Custom::MskBootstrapBrokers' }, 'BootstrapBrokerStringSaslIam'],
    ['of a name nobody knows, by its attribute', { Type: 'Custom::Whatever' }, 'BootstrapBrokerString'],
    [
      "CDK's AwsCustomResource",
      { Type: 'Custom::AWS', Properties: { Create: '{"service":"Kafka","action":"getBootstrapBrokers"}' } },
      'BootstrapBrokerStringTls',
    ],
  ])('bootstrap brokers resolve to the local broker: %s', (_, custom, attribute) => {
    expect(brokers(custom, attribute).functions[0]?.environment).toEqual({ BROKERS: 'localhost:9092' });
  });

  test('their handlers are no functions of the system, unless something else calls them', () => {
    const { functions, notices } = aSystem({
      Resources: {
        Cleaner: {
          Type: 'Custom::S3AutoDeleteObjects',
          Properties: { ServiceToken: { 'Fn::GetAtt': ['Provider', 'Arn'] } },
        },
        Provider: aFunction(),
        Framework: aFunction(
          { Environment: { Variables: { USER_ON_EVENT_FUNCTION_ARN: { 'Fn::GetAtt': ['OnEvent', 'Arn'] } } } },
          'app/Provider/framework-onEvent/Resource',
        ),
        OnEvent: aFunction(),
        Worker: aFunction(),
      },
    });
    expect(functions.map(({ origin }) => origin.logicalId)).toEqual(['Worker']);
    expect(notices).toEqual([]);
  });
});

test('secrets and parameters of the account are asked for, and never guessed', () => {
  const variables = {
    SECRET: '{{resolve:secretsmanager:prod/db:SecretString:password}}',
    URL: 'x{{resolve:ssm:/url:1}}y',
  };
  const template = { Resources: { Fn: aFunction({ Environment: { Variables: variables } }) } };
  const asked = aSystem(template);
  expect(asked.functions[0]?.environment).toEqual({});
  expect(asked.notices.map(({ ask }) => ask)).toEqual(['secretsmanager:prod/db:SecretString:password', 'ssm:/url']);
  const supplied = aSystem(template, {
    resolve: { 'secretsmanager:prod/db:SecretString:password': 's', 'ssm:/url': 'u' },
  });
  expect(supplied.functions[0]?.environment).toEqual({ SECRET: 's', URL: 'xuy' });
});

test('an attribute that nobody listed is invented, always the same, and said', () => {
  const template = {
    Resources: {
      Domain: { Type: 'AWS::OpenSearchService::Domain' },
      Fn: aFunction({ Environment: { Variables: { ENDPOINT: { 'Fn::GetAtt': ['Domain', 'DomainEndpoint'] } } } }),
    },
  };
  const system = aSystem(template);
  expect(system.functions[0]?.environment).toEqual({ ENDPOINT: 'app-Domain-DomainEndpoint' });
  expect(messages(system)).toContain('DomainEndpoint is invented offline: app-Domain-DomainEndpoint');
});

test('types without a meaning offline are silent, others get one notice each', () => {
  const queue = { Type: 'AWS::SQS::Queue' };
  const { notices } = aSystem({
    Transform: ['AWS::Serverless-2016-10-31'],
    Resources: {
      Role: { Type: 'AWS::IAM::Role' },
      Logs: { Type: 'AWS::Logs::LogGroup' },
      One: queue,
      Two: queue,
      Rest: { Type: 'AWS::ApiGateway::RestApi' },
      Method: { Type: 'AWS::ApiGateway::Method' },
      AlarmTopic: { Type: 'AWS::SNS::Topic' },
      Alarm: { Type: 'AWS::CloudWatch::Alarm', Properties: { AlarmActions: [{ Ref: 'AlarmTopic' }] } },
    },
  });
  expect(notices.map(({ message }) => message)).toEqual([
    expect.stringContaining('transform AWS::Serverless-2016-10-31 is worked out by CloudFormation itself'),
    'AWS::SQS::Queue is not run offline',
    'REST APIs are not served offline, only HTTP APIs',
  ]);
});

test('what one resource gets wrong does not keep the others from running', () => {
  const { functions, mappings, notices } = aSystem({
    Resources: {
      Broken: aFunction({ Handler: { 'Fn::GetAtt': ['Nowhere', 'Name'] } }),
      Consumer: aFunction(),
      Good: aMapping(),
      Bad: aMapping({ Topics: [{ Ref: 'Nowhere' }] }),
    },
  });
  expect(functions.map(({ origin }) => origin.logicalId)).toEqual(['Consumer']);
  expect(mappings.map(({ origin }) => origin.logicalId)).toEqual(['Good']);
  expect(notices.slice(0, 2).map(({ origin, message }) => [origin.stack, origin.logicalId, message])).toEqual([
    ['app', 'Broken', 'not run: app has neither a resource nor a parameter Nowhere'],
    ['app', 'Bad', 'not polled: app has neither a resource nor a parameter Nowhere'],
  ]);
});
