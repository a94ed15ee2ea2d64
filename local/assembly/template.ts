import type { Origin } from '../model';

/** The sections of a CloudFormation template that the runner reads; values are JSON with intrinsics. */
export interface Template {
  readonly Resources?: Readonly<Record<string, Resource>>;
  readonly Parameters?: Readonly<Record<string, Parameter>>;
  readonly Mappings?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Outputs?: Readonly<Record<string, Output>>;
  readonly Transform?: unknown;
}

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

export interface Parameter {
  readonly Type?: string;
  readonly Default?: unknown;
}

export interface Output {
  readonly Value: unknown;
  readonly Condition?: string;
  readonly Export?: { readonly Name: unknown };
}

/** A file or folder that would be uploaded. */
export interface Asset {
  readonly path: string;
  /** Key of the object in the bootstrap bucket. */
  readonly objectKey: string;
}

export interface Stack {
  readonly name: string;
  /** `Stage/Stack`, as people name it. */
  readonly displayName: string;
  readonly region: string;
  readonly account: string;
  /** Folder that asset paths are relative to. */
  readonly directory: string;
  readonly template: Template;
  readonly assets: readonly Asset[];
  /** Construct paths by logical id, from the assembly's metadata. */
  readonly paths: ReadonlyMap<string, string>;
  /** Of a nested stack: the resource that makes it. */
  readonly parent?: { readonly stack: Stack; readonly logicalId: string };
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export const resourceOf = (stack: Stack, logicalId: string): Resource | undefined =>
  Object.hasOwn(stack.template.Resources ?? {}, logicalId) ? stack.template.Resources?.[logicalId] : undefined;

export const originOf = (stack: Stack, logicalId: string): Origin => {
  const path = resourceOf(stack, logicalId)?.Metadata?.['aws:cdk:path'];
  return {
    stack: stack.name,
    logicalId,
    path: typeof path === 'string' ? path : (stack.paths.get(logicalId) ?? `${stack.displayName}/${logicalId}`),
  };
};
