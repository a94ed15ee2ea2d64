import type { Endpoints, Notice, Origin } from '../model';
import { UnresolvedError } from './assembly-error';
import { inventAttribute, inventRef, type Subject } from './attributes';
import { crossRegionExports, customAttribute, isCustomResource } from './custom-resources';
import { Evaluator } from './evaluator';
import { inventId } from './identity';
import { originOf, resourceOf, type Stack } from './template';

/** A resource that is there, with its properties resolved when asked for. */
export interface ResourceView {
  readonly stack: Stack;
  readonly logicalId: string;
  readonly type: string;
  readonly origin: Origin;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** The resource as it stands in the template. */
  readonly template: unknown;
  /** Property as it stands in the template. */
  raw(property: string): unknown;
  /** Property, resolved. @throws UnresolvedError */
  get(property: string): unknown;
  /** Any node of the resource's template, resolved. @throws UnresolvedError */
  evaluate(node: unknown): unknown;
  /** What Ref gives. */
  ref(): string;
  /** What Fn::GetAtt gives. */
  attribute(name: string): string;
}

interface Place {
  readonly stack: Stack;
  readonly logicalId: string;
}

export interface ReadingOptions {
  readonly endpoints: Endpoints;
  readonly resolve: Readonly<Record<string, string>>;
}

const DYNAMIC_REFERENCE = /\{\{resolve:([^}]+)\}\}/g;

/** One reading of an assembly: its stacks, what their intrinsics mean offline, and what there is to say about it. */
export class Reading {
  readonly #notices = new Map<string, Notice>();
  readonly #apis: readonly Place[];
  #present: readonly Place[] | undefined;
  readonly #evaluator: Evaluator;
  readonly #options: ReadingOptions;
  readonly stacks: readonly Stack[];

  constructor(stacks: readonly Stack[], options: ReadingOptions) {
    this.stacks = stacks;
    this.#options = options;
    this.#evaluator = new Evaluator({
      stacks,
      supplied: (key) => this.#supplied(key),
      ref: (stack, id) => this.#ref(stack, id),
      attribute: (stack, id, name) => this.#attribute(stack, id, name),
      parameterStore: (name, stack) => this.#parameterStore(name, stack),
      finish: (text, stack) => this.#finish(text, stack),
    });
    this.#apis = this.#all().filter(({ stack, logicalId }) => this.#isHttpApi(stack, logicalId));
  }

  get notices(): readonly Notice[] {
    return [...this.#notices.values()];
  }

  notice(origin: Origin, type: string, message: string, ask?: string): void {
    const notice = { origin, type, message, ...(ask === undefined ? {} : { ask }) };
    this.#notices.set(JSON.stringify([origin.stack, origin.logicalId, message]), notice);
  }

  /** Resources of the types, in the order of the templates; without types, all. */
  resources(...types: string[]): ResourceView[] {
    return this.#all()
      .filter(({ stack, logicalId }) => types.length === 0 || types.includes(resourceOf(stack, logicalId)?.Type ?? ''))
      .map(({ stack, logicalId }) => this.#view(stack, logicalId));
  }

  /** Runs `work`; what cannot be resolved becomes a notice about the resource, and undefined. */
  attempt<T>(resource: ResourceView, what: string, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof UnresolvedError)) throw error;
      this.notice(resource.origin, resource.type, `${what}: ${error.message}`, error.ask);
      return undefined;
    }
  }

  /** The address of an HTTP API offline: the first has the given port, the next ones the ports after it. */
  apiEndpoint(stack: Stack, logicalId: string): string {
    const position = this.#apis.findIndex((api) => api.stack === stack && api.logicalId === logicalId);
    const url = new URL(this.#options.endpoints.api);
    url.port = String(Number(url.port || 80) + Math.max(position, 0));
    return url.origin;
  }

  #all(): readonly Place[] {
    this.#present ??= this.stacks.flatMap((stack) =>
      Object.keys(stack.template.Resources ?? {})
        .filter((logicalId) => this.#isPresent(stack, logicalId))
        .map((logicalId) => ({ stack, logicalId })),
    );
    return this.#present;
  }

  #isPresent(stack: Stack, logicalId: string): boolean {
    try {
      return this.#evaluator.isPresent(stack, logicalId);
    } catch (error) {
      if (!(error instanceof UnresolvedError)) throw error;
      const type = resourceOf(stack, logicalId)?.Type ?? '';
      this.notice(
        originOf(stack, logicalId),
        type,
        `left out, its condition is not known: ${error.message}`,
        error.ask,
      );
      return false;
    }
  }

  #isHttpApi(stack: Stack, logicalId: string): boolean {
    const resource = resourceOf(stack, logicalId);
    return resource?.Type === 'AWS::ApiGatewayV2::Api' && resource.Properties?.ProtocolType !== 'WEBSOCKET';
  }

  #view(stack: Stack, logicalId: string): ResourceView {
    const {
      Type: type = '',
      Properties: properties = {},
      Metadata: metadata = {},
    } = resourceOf(stack, logicalId) ?? {};
    const raw = (property: string) => (Object.hasOwn(properties, property) ? properties[property] : undefined);
    return {
      stack,
      logicalId,
      type,
      origin: originOf(stack, logicalId),
      metadata,
      template: resourceOf(stack, logicalId),
      raw,
      get: (property) => this.#evaluator.evaluate(raw(property), stack),
      evaluate: (node) => this.#evaluator.evaluate(node, stack),
      ref: () => String(this.#evaluator.evaluate({ Ref: logicalId }, stack)),
      attribute: (name) => String(this.#evaluator.evaluate({ 'Fn::GetAtt': [logicalId, name] }, stack)),
    };
  }

  #supplied(key: string): string | undefined {
    const { resolve } = this.#options;
    const stack = this.stacks.find(({ name }) => key.startsWith(`${name}.`));
    const short = stack === undefined ? key : key.slice(stack.name.length + 1);
    for (const name of [key, short]) if (Object.hasOwn(resolve, name)) return resolve[name];
    return undefined;
  }

  #subject(stack: Stack, logicalId: string): Subject {
    const view = this.#view(stack, logicalId);
    return {
      stack,
      logicalId,
      text: (property) => {
        const value = view.get(property);
        return value === undefined || typeof value === 'object' ? undefined : String(value);
      },
      apiEndpoint: () => this.apiEndpoint(stack, logicalId),
      kafka: this.#options.endpoints.kafka,
    };
  }

  #ref(stack: Stack, logicalId: string): unknown {
    return inventRef(resourceOf(stack, logicalId)?.Type ?? '', this.#subject(stack, logicalId));
  }

  #attribute(stack: Stack, logicalId: string, name: string): unknown {
    const { Type: type = '', Properties: properties = {} } = resourceOf(stack, logicalId) ?? {};
    if (isCustomResource(type)) {
      const kafka = this.#options.endpoints.kafka;
      const crossRegion = (key: string) => this.#crossRegion(key, stack, logicalId);
      return customAttribute({ stack, logicalId, type, properties, kafka, crossRegion }, name);
    }
    const { value, guessed } = inventAttribute(type, name, this.#subject(stack, logicalId));
    if (guessed) this.notice(originOf(stack, logicalId), type, `${name} is invented offline: ${String(value)}`);
    return value;
  }

  #crossRegion(name: string, stack: Stack, logicalId: string): unknown {
    for (const writer of this.resources('Custom::CrossRegionExportWriter')) {
      const exports = crossRegionExports({ WriterProps: writer.raw('WriterProps') });
      if (Object.hasOwn(exports, name)) return writer.evaluate(exports[name]);
    }
    throw new UnresolvedError(`No stack of this app exports ${name}`, `${stack.name}.${logicalId}.${name}`);
  }

  #parameterStore(name: string, stack: Stack): string {
    const supplied = this.#supplied(`ssm:${name}`);
    if (supplied !== undefined) return supplied;
    const declared = this.resources('AWS::SSM::Parameter').filter((parameter) => parameter.raw('Name') !== undefined);
    const near = declared.filter((parameter) => parameter.get('Name') === name);
    const found = near.find((parameter) => parameter.stack.directory === stack.directory) ?? near[0];
    if (found !== undefined) return String(found.get('Value'));
    throw new UnresolvedError(`SSM parameter ${name} is not declared in this app`, `ssm:${name}`);
  }

  #finish(text: string, stack: Stack): string {
    const plain = text.includes('{{resolve:') ? this.#dynamic(text, stack) : text;
    return plain.includes('.execute-api.') ? this.#localApis(plain) : plain;
  }

  /** https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/dynamic-references.html */
  #dynamic(text: string, stack: Stack): string {
    return text.replace(DYNAMIC_REFERENCE, (_, reference: string) => {
      const supplied = this.#supplied(reference);
      if (supplied !== undefined) return supplied;
      const parameter = /^ssm(?:-secure)?:([^:]+)/.exec(reference)?.[1];
      if (parameter !== undefined) return this.#parameterStore(parameter, stack);
      throw new UnresolvedError(`${reference.split(':')[0]} is not read offline`, reference);
    });
  }

  /** `https://<id>.execute-api.<region>.amazonaws.com`, where `<id>` is one of this app's. */
  #localApis(text: string): string {
    return text.replace(/https:\/\/([a-z0-9]+)\.execute-api\.[a-z0-9-]+\.amazonaws\.com/g, (whole, id: string) => {
      const api = this.#apis.find(({ stack, logicalId }) => inventId(stack, logicalId, 10) === id);
      return api === undefined ? whole : this.apiEndpoint(api.stack, api.logicalId);
    });
  }
}
