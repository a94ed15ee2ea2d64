import { UnresolvedError } from './assembly-error';
import {
  asList,
  asText,
  cidr,
  equal,
  join,
  lengthOf,
  noValue,
  select,
  split,
  substitute,
  withoutNoValue,
} from './intrinsics';
import { isObject, resourceOf, type Stack } from './template';

/** What the evaluator asks of its surroundings: each answer is a value, or throws UnresolvedError. */
export interface Surroundings {
  readonly stacks: readonly Stack[];
  /** Values that the user supplied, by `Stack.LogicalId`, `Stack.LogicalId.Attribute` or `ssm:/name`. */
  supplied(key: string): string | undefined;
  ref(stack: Stack, logicalId: string): unknown;
  attribute(stack: Stack, logicalId: string, name: string): unknown;
  /** The value of an SSM parameter, by its name. */
  parameterStore(name: string, stack: Stack): string;
  /** Last word on a piece of text, before anybody sees it. */
  finish(text: string, stack: Stack): string;
}

const PARTITION = 'aws';
const SUFFIX = 'amazonaws.com';

const where = (stack: Stack, name: string) => `${stack.name}.${name}`;

/**
 * Resolves CloudFormation's intrinsics lazily: what nobody asks for is never looked at
 * (https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference.html).
 */
export class Evaluator {
  readonly #around: Surroundings;
  readonly #asking: string[] = [];
  #exports: Map<string, { stack: Stack; value: unknown }[]> | undefined;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** @throws UnresolvedError; undefined stands for AWS::NoValue. */
  evaluate(node: unknown, stack: Stack): unknown {
    return withoutNoValue(this.#finish(this.#value(node, stack), stack));
  }

  /** Whether conditions leave a resource in, those of the stacks around it included. */
  isPresent(stack: Stack, logicalId: string): boolean {
    const condition = resourceOf(stack, logicalId)?.Condition;
    if (condition !== undefined && !this.#condition(condition, stack)) return false;
    return stack.parent === undefined || this.isPresent(stack.parent.stack, stack.parent.logicalId);
  }

  #finish(value: unknown, stack: Stack): unknown {
    if (typeof value === 'string') return this.#around.finish(value, stack);
    if (Array.isArray(value)) return value.map((element) => this.#finish(element, stack));
    if (!isObject(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([key, element]) => [key, this.#finish(element, stack)]));
  }

  #value(node: unknown, stack: Stack): unknown {
    if (Array.isArray(node)) {
      return node.map((element) => this.#value(element, stack)).filter((element) => element !== noValue);
    }
    if (!isObject(node)) return node;
    const keys = Object.keys(node);
    const [only = ''] = keys;
    if (keys.length === 1 && (only === 'Ref' || only.startsWith('Fn::')))
      return this.#intrinsic(only, node[only], stack);
    const entries = keys.map((key) => [key, this.#value(node[key], stack)] as const);
    return Object.fromEntries(entries.filter(([, value]) => value !== noValue));
  }

  #intrinsic(name: string, argument: unknown, stack: Stack): unknown {
    const list = (): readonly unknown[] => asList(argument, name);
    const resolved = () => asList(this.#value(argument, stack), name);
    switch (name) {
      case 'Ref':
        return this.#ref(asText(argument, name), stack);
      case 'Fn::GetAtt':
        return this.#getAtt(argument, stack);
      case 'Fn::Join':
        return join(this.#value(list()[0], stack), this.#value(list()[1], stack));
      case 'Fn::Select':
        return this.#select(list(), stack);
      case 'Fn::Split':
        return split(this.#value(list()[0], stack), this.#value(list()[1], stack));
      case 'Fn::Sub':
        return this.#sub(argument, stack);
      case 'Fn::If':
        return this.#value(this.#condition(asText(list()[0], name), stack) ? list()[1] : list()[2], stack);
      case 'Fn::Base64':
        return Buffer.from(asText(this.#value(argument, stack), name)).toString('base64');
      case 'Fn::ImportValue':
        return this.#importValue(asText(this.#value(argument, stack), name), stack);
      case 'Fn::GetStackOutput':
        return this.#stackOutput(this.#value(argument, stack));
      case 'Fn::FindInMap':
        return this.#findInMap(list(), stack);
      case 'Fn::Cidr':
        return cidr(...(resolved() as [unknown, unknown, unknown?]));
      case 'Fn::GetAZs':
        return this.#zones(this.#value(argument, stack), stack);
      case 'Fn::Length':
        return lengthOf(this.#value(argument, stack));
      case 'Fn::ToJsonString':
        return JSON.stringify(this.#value(argument, stack));
      case 'Fn::Equals':
      case 'Fn::And':
      case 'Fn::Or':
      case 'Fn::Not':
        return this.#test({ [name]: argument }, stack);
      default:
        throw new UnresolvedError(
          name === 'Fn::Transform' || name.startsWith('Fn::ForEach')
            ? `${name} is worked out by CloudFormation itself, not offline`
            : `${name} is not known`,
        );
    }
  }

  #select([index, values]: readonly unknown[], stack: Stack): unknown {
    const position = this.#value(index, stack);
    // Only the element asked for is looked at, unless the list is itself an answer of a function.
    if (!Array.isArray(values)) return select(position, this.#value(values, stack));
    return this.#value(select(position, values), stack);
  }

  #ref(name: string, stack: Stack): unknown {
    const pseudo = this.#pseudo(name, stack);
    if (pseudo !== undefined) return pseudo;
    if (Object.hasOwn(stack.template.Parameters ?? {}, name)) return this.#parameter(name, stack);
    const supplied = this.#around.supplied(where(stack, name));
    if (supplied !== undefined) return supplied;
    this.#mustExist(stack, name);
    return this.#guarded(where(stack, name), () => this.#around.ref(stack, name));
  }

  #pseudo(name: string, stack: Stack): unknown {
    switch (name) {
      case 'AWS::NoValue':
        return noValue;
      case 'AWS::Region':
        return stack.region;
      case 'AWS::AccountId':
        return stack.account;
      case 'AWS::Partition':
        return PARTITION;
      case 'AWS::URLSuffix':
        return SUFFIX;
      case 'AWS::StackName':
        return stack.name;
      case 'AWS::StackId':
        return `arn:${PARTITION}:cloudformation:${stack.region}:${stack.account}:stack/${stack.name}/offline`;
      case 'AWS::NotificationARNs':
        return [];
      default:
        return undefined;
    }
  }

  #parameter(name: string, stack: Stack): unknown {
    const { Type: type = 'String', Default: fallback } = stack.template.Parameters?.[name] ?? {};
    const supplied = this.#around.supplied(where(stack, name));
    const passed = this.#passed(name, stack);
    const given = supplied ?? passed ?? fallback;
    if (given === undefined) {
      throw new UnresolvedError(`Parameter ${name} of ${stack.name} has no default`, where(stack, name));
    }
    const value = Array.isArray(given) ? given.join(',') : asText(given, `Parameter ${name}`);
    const stored = /^AWS::SSM::Parameter::Value<(.*)>$/.exec(type);
    const content = stored && supplied === undefined ? this.#around.parameterStore(value, stack) : value;
    const isList = type === 'CommaDelimitedList' || /List<|<CommaDelimitedList>/.test(type);
    return isList ? content.split(',').map((element) => element.trim()) : content;
  }

  /** What the parent stack hands to a nested one. */
  #passed(name: string, stack: Stack): unknown {
    if (stack.parent === undefined) return undefined;
    const { stack: parent, logicalId } = stack.parent;
    const parameters = resourceOf(parent, logicalId)?.Properties?.Parameters;
    if (!isObject(parameters) || !Object.hasOwn(parameters, name)) return undefined;
    return withoutNoValue(this.#guarded(where(stack, name), () => this.#value(parameters[name], parent)));
  }

  #getAtt(argument: unknown, stack: Stack): unknown {
    const [logicalId = '', ...rest] =
      typeof argument === 'string' ? argument.split('.') : asList(argument, 'Fn::GetAtt');
    const id = asText(logicalId, 'Fn::GetAtt');
    const name = rest.map((part) => asText(this.#value(part, stack), 'Fn::GetAtt')).join('.');
    return this.#attribute(id, name, stack);
  }

  #attribute(id: string, name: string, stack: Stack): unknown {
    const key = where(stack, `${id}.${name}`);
    const supplied = this.#around.supplied(key);
    if (supplied !== undefined) return supplied;
    this.#mustExist(stack, id);
    const nested = this.#around.stacks.find(({ parent }) => parent?.stack === stack && parent.logicalId === id);
    if (nested !== undefined && name.startsWith('Outputs.')) {
      return this.#guarded(key, () => this.#output(nested, name.slice('Outputs.'.length)));
    }
    return this.#guarded(key, () => this.#around.attribute(stack, id, name));
  }

  #mustExist(stack: Stack, logicalId: string): void {
    if (resourceOf(stack, logicalId) === undefined) {
      throw new UnresolvedError(`${stack.name} has neither a resource nor a parameter ${logicalId}`);
    }
  }

  #output(stack: Stack, name: string): unknown {
    const output = Object.hasOwn(stack.template.Outputs ?? {}, name) ? stack.template.Outputs?.[name] : undefined;
    if (output === undefined) throw new UnresolvedError(`${stack.name} has no output ${name}`);
    return this.#value(output.Value, stack);
  }

  #sub(argument: unknown, stack: Stack): string {
    const [template, names = {}] = Array.isArray(argument) ? argument : [argument];
    const own = isObject(names) ? names : {};
    return substitute(asText(template, 'Fn::Sub'), (name) => {
      if (Object.hasOwn(own, name)) return asText(this.#value(own[name], stack), `Fn::Sub, ${name}`);
      const [id = '', ...attribute] = name.split('.');
      const value = attribute.length > 0 ? this.#attribute(id, attribute.join('.'), stack) : this.#ref(name, stack);
      return asText(value, `Fn::Sub, ${name}`);
    });
  }

  #importValue(name: string, stack: Stack): unknown {
    const found = this.#allExports().get(name) ?? [];
    // Two stages may export the same name, each in an account of its own: the importer's neighbour is meant.
    const exported = found.find((candidate) => candidate.stack.directory === stack.directory) ?? found[0];
    if (exported !== undefined)
      return this.#guarded(`export ${name}`, () => this.#value(exported.value, exported.stack));
    const supplied = this.#around.supplied(name);
    if (supplied !== undefined) return supplied;
    throw new UnresolvedError(`No stack of this app exports ${name}`, name);
  }

  #allExports(): Map<string, { stack: Stack; value: unknown }[]> {
    if (this.#exports !== undefined) return this.#exports;
    const exports = new Map<string, { stack: Stack; value: unknown }[]>();
    for (const stack of this.#around.stacks) {
      for (const output of Object.values(stack.template.Outputs ?? {})) {
        if (output.Export === undefined) continue;
        const name = this.#exportName(output.Export.Name, stack);
        if (name !== undefined) exports.set(name, [...(exports.get(name) ?? []), { stack, value: output.Value }]);
      }
    }
    this.#exports = exports;
    return exports;
  }

  #exportName(name: unknown, stack: Stack): string | undefined {
    try {
      return asText(this.#value(name, stack), 'Export');
    } catch (error) {
      // An export whose name cannot be known is missed by whoever imports it, and then said.
      if (error instanceof UnresolvedError) return undefined;
      throw error;
    }
  }

  #stackOutput(argument: unknown): unknown {
    const { StackName, OutputName } = isObject(argument) ? argument : {};
    const stack = this.#around.stacks.find(({ name }) => name === StackName);
    const key = `${String(StackName)}.${String(OutputName)}`;
    if (stack !== undefined) return this.#guarded(`output ${key}`, () => this.#output(stack, String(OutputName)));
    const supplied = this.#around.supplied(key);
    if (supplied !== undefined) return supplied;
    throw new UnresolvedError(`Stack ${String(StackName)} is not part of this app`, key);
  }

  #findInMap([map, top, second, options]: readonly unknown[], stack: Stack): unknown {
    const names = [map, top, second].map((part) => asText(this.#value(part, stack), 'Fn::FindInMap'));
    let found: unknown = stack.template.Mappings ?? {};
    for (const name of names) found = isObject(found) && Object.hasOwn(found, name) ? found[name] : undefined;
    if (found !== undefined) return found;
    if (isObject(options) && 'DefaultValue' in options) return this.#value(options.DefaultValue, stack);
    throw new UnresolvedError(`${stack.name} has no mapping ${names.join('.')}`);
  }

  #zones(region: unknown, stack: Stack): string[] {
    const name = typeof region === 'string' && region !== '' ? region : stack.region;
    return ['a', 'b', 'c'].map((zone) => `${name}${zone}`);
  }

  #condition(name: string, stack: Stack): boolean {
    const conditions = stack.template.Conditions ?? {};
    if (!Object.hasOwn(conditions, name)) throw new UnresolvedError(`${stack.name} has no condition ${name}`);
    return this.#guarded(where(stack, `condition ${name}`), () => this.#test(conditions[name], stack));
  }

  #test(node: unknown, stack: Stack): boolean {
    const [[name, argument] = ['', undefined]] = isObject(node) ? Object.entries(node) : [];
    const tests = () => asList(argument, name);
    switch (name) {
      case 'Condition':
        return this.#condition(asText(argument, name), stack);
      case 'Fn::Equals':
        return equal(this.#value(tests()[0], stack), this.#value(tests()[1], stack));
      case 'Fn::And':
        return tests().every((test) => this.#test(test, stack));
      case 'Fn::Or':
        return tests().some((test) => this.#test(test, stack));
      case 'Fn::Not':
        return !this.#test(tests()[0], stack);
      default:
        return String(this.#value(node, stack)) === 'true';
    }
  }

  /** Runs `work` for `key`, unless it is already being worked out: then the template goes in a circle. */
  #guarded<T>(key: string, work: () => T): T {
    const at = this.#asking.indexOf(key);
    if (at >= 0)
      throw new UnresolvedError(`The template goes in a circle: ${[...this.#asking.slice(at), key].join(' → ')}`);
    this.#asking.push(key);
    try {
      return work();
    } finally {
      this.#asking.pop();
    }
  }
}
