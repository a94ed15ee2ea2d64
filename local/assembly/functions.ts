import type { FunctionModel } from '../model';
import { isCustomResource } from './custom-resources';
import { codeFolder } from './function-code';
import { nameFunctions } from './function-names';
import { numberOf, recordOf, requiredText, textOf, textsOf } from './properties';
import type { Reading, ResourceView } from './reading';
import { referencedIds } from './references';

const TYPE = 'AWS::Lambda::Function';
const DEFAULT_MEMORY_MB = 128;
const DEFAULT_TIMEOUT_SECONDS = 3;

export interface FunctionOptions {
  /** Environment variables over the template's, by function name, logical id, or `*`. */
  readonly env: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Where inline code and archives are written out. */
  readonly codeRoot: string;
}

const placeOf = ({ stack, logicalId }: ResourceView) => `${stack.displayName}.${logicalId}`;

/** Functions that only serve custom resources, which are not run: their handlers, and the handlers those call. */
const providers = (reading: Reading): ReadonlySet<string> => {
  const found = new Set<string>();
  for (const resource of reading.resources()) {
    if (!isCustomResource(resource.type)) continue;
    for (const id of referencedIds(resource.raw('ServiceToken'))) found.add(`${resource.stack.displayName}.${id}`);
  }
  for (const fn of reading.resources(TYPE)) {
    const variables = recordOf(recordOf(fn.raw('Environment')).Variables);
    const names = ['USER_ON_EVENT_FUNCTION_ARN', 'USER_IS_COMPLETE_FUNCTION_ARN'];
    const path = fn.origin.path.split('/');
    // CDK's provider framework, and its singletons, whose ids end in a digest of what they do.
    if (/^framework-/.test(path.at(-2) ?? '')) found.add(placeOf(fn));
    if (
      /^(AWS679f53fac002430cb0da5b7982bd2287|LogRetentionaae0aa3c5b4d4f87b02d85b201efdd8a)$/.test(path.at(-2) ?? '')
    ) {
      found.add(placeOf(fn));
    }
    for (const id of referencedIds(names.map((name) => variables[name]))) found.add(`${fn.stack.displayName}.${id}`);
  }
  return found;
};

const environmentOf = (reading: Reading, fn: ResourceView, names: readonly string[], options: FunctionOptions) => {
  const given = Object.assign(
    {},
    ...['*', ...names].map((name) => (Object.hasOwn(options.env, name) ? options.env[name] : {})),
  );
  const variables = recordOf(recordOf(fn.raw('Environment')).Variables);
  const environment: Record<string, string> = {};
  for (const [name, node] of Object.entries(variables)) {
    if (Object.hasOwn(given, name)) continue;
    const value = reading.attempt(fn, `variable ${name} stays unset`, () => textOf(fn.evaluate(node)));
    if (value !== undefined) environment[name] = value;
  }
  return { ...environment, ...given };
};

const layersOf = (reading: Reading, fn: ResourceView, root: string): string[] => {
  const layers = reading.resources('AWS::Lambda::LayerVersion');
  return textsOf(fn.get('Layers')).flatMap((arn) => {
    const layer = layers.find((candidate) => candidate.ref() === arn);
    if (layer === undefined)
      reading.notice(fn.origin, fn.type, `layer ${arn} is not part of this app, and is left out`);
    const folder = layer && reading.attempt(fn, 'layer left out', () => codeFolder(layer, 'Content', root));
    return folder === undefined ? [] : [folder];
  });
};

/** Why a function cannot be run, or undefined. */
const unsupported = (fn: ResourceView): string | undefined => {
  if (fn.get('PackageType') === 'Image') return 'is a container image, which is not run offline';
  const runtime = textOf(fn.get('Runtime')) ?? 'none';
  return runtime.startsWith('nodejs') ? undefined : `has the runtime ${runtime}; only nodejs is run offline`;
};

/** The functions that can be run here; the others leave a notice. */
export const readFunctions = (reading: Reading, options: FunctionOptions): FunctionModel[] => {
  const serving = providers(reading);
  const candidates = reading.resources(TYPE).filter((fn) => !serving.has(placeOf(fn)));
  const runnable = candidates.filter((fn) => {
    const reason = reading.attempt(fn, 'not run', () => unsupported(fn) ?? '') ?? 'is not run';
    if (reason !== '') reading.notice(fn.origin, TYPE, reason);
    return reason === '';
  });
  const names = nameFunctions(
    runnable.map((fn) => ({
      origin: fn.origin,
      given: fn.raw('FunctionName') && reading.attempt(fn, 'name', () => textOf(fn.get('FunctionName'))),
    })) as Parameters<typeof nameFunctions>[0],
  );
  return runnable.flatMap((fn, i) => {
    const name = names[i] ?? fn.logicalId;
    const model = reading.attempt(
      fn,
      'not run',
      (): FunctionModel => ({
        origin: fn.origin,
        arn: fn.attribute('Arn'),
        name,
        codeDirectory: codeFolder(fn, 'Code', options.codeRoot),
        handler: requiredText(fn.get('Handler'), 'Handler'),
        runtime: requiredText(fn.get('Runtime'), 'Runtime'),
        memoryMb: numberOf(fn.get('MemorySize'), 'MemorySize') ?? DEFAULT_MEMORY_MB,
        timeoutSeconds: numberOf(fn.get('Timeout'), 'Timeout') ?? DEFAULT_TIMEOUT_SECONDS,
        environment: environmentOf(reading, fn, [fn.logicalId, fn.ref(), name], options),
        layers: layersOf(reading, fn, options.codeRoot),
      }),
    );
    return model === undefined ? [] : [model];
  });
};

/**
 * The function that an ARN, with or without a qualifier, a partial ARN, a name, or an API Gateway invocation path names.
 */
export const findFunction = (functions: readonly FunctionModel[], reference: string): FunctionModel | undefined => {
  const arn = /functions\/(.+)\/invocations$/.exec(reference)?.[1] ?? reference;
  const name = /(?:^|:)function:([^:]+)/.exec(arn)?.[1] ?? arn.split(':')[0];
  return functions.find((fn) => fn.arn.split(':').at(-1) === name);
};
