import * as z from 'zod';
import type { Origin } from '../model';

const anything = z.record(z.string(), z.unknown());

const resourceSchema = z.looseObject({
  Type: z.string(),
  Properties: anything.optional(),
  Condition: z.string().optional(),
  Metadata: anything.optional(),
});

/** The sections of a CloudFormation template that the runner reads; values are JSON with intrinsics. */
export const templateSchema = z.looseObject({
  Resources: z.record(z.string(), resourceSchema).optional(),
  Parameters: z
    .record(z.string(), z.looseObject({ Type: z.string().optional(), Default: z.unknown().optional() }))
    .optional(),
  Mappings: z.record(z.string(), anything).optional(),
  Conditions: anything.optional(),
  Outputs: z
    .record(
      z.string(),
      z.looseObject({
        Value: z.unknown().optional(),
        Export: z.looseObject({ Name: z.unknown().optional() }).optional(),
      }),
    )
    .optional(),
  Transform: z.unknown().optional(),
});

export type Resource = Readonly<z.input<typeof resourceSchema>>;
export type Template = z.input<typeof templateSchema>;

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
