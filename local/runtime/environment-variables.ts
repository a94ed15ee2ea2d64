import { delimiter, join } from 'node:path';
import type { FunctionModel } from '../model';

/**
 * The environment a function's process sees: Lambda's own variables, what the template says, what the runner injects,
 * each over the one before. Nothing of the runner's own environment but PATH, so that a laptop's credentials stay out
 * (https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-runtime).
 */
export function environmentVariables(
  fn: FunctionModel,
  injected: Readonly<Record<string, string>>,
): Record<string, string> {
  const region = /^arn:[^:]*:lambda:([a-z0-9-]+):/.exec(fn.arn)?.[1] ?? 'us-east-1';
  return {
    PATH: process.env.PATH ?? '',
    LANG: 'en_US.UTF-8',
    TZ: ':UTC',
    NODE_NO_WARNINGS: '1',
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
    AWS_EXECUTION_ENV: `AWS_Lambda_${fn.runtime}`,
    AWS_LAMBDA_FUNCTION_NAME: fn.name,
    AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
    AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(fn.memoryMb),
    AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${fn.name}`,
    AWS_LAMBDA_LOG_STREAM_NAME: 'local',
    AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
    LAMBDA_TASK_ROOT: fn.codeDirectory,
    LAMBDA_RUNTIME_DIR: '/var/runtime',
    ...layerPath(fn),
    ...fn.environment,
    ...injected,
    _HANDLER: fn.handler,
  };
}

/**
 * Where `require` finds what layers bring. Lambda unpacks them one over the other, so the last one is looked at first
 * (https://docs.aws.amazon.com/lambda/latest/dg/packaging-layers.html).
 */
function layerPath({ layers = [], runtime }: FunctionModel): Record<string, string> {
  const major = /^nodejs(\d+)/.exec(runtime)?.[1];
  const roots = layers.toReversed().map((layer) => join(layer, 'nodejs'));
  const folders = [`node${major}/node_modules`, 'node_modules'].flatMap((path) =>
    roots.map((root) => join(root, path)),
  );
  return folders.length > 0 ? { NODE_PATH: folders.join(delimiter) } : {};
}

/** V8's limits in megabytes, in the proportions Lambda's bootstrap sets them, so that a leak ends offline as it would there. */
export function memoryArguments(memoryMb: number): string[] {
  return [
    `--max-old-space-size=${Math.floor(memoryMb * 0.9)}`,
    `--max-semi-space-size=${Math.max(1, Math.floor(memoryMb * 0.05))}`,
  ];
}
