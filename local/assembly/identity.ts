import { createHash } from 'node:crypto';
import { v5 } from 'uuid';
import type { Stack } from './template';

/** Names and ids that AWS would make up, the same at every start, so that what was stored is found again. */

const NAMESPACE = '8f0a6f0e-5d0e-5a53-9d0b-6c9a3f1d7c11';

const seed = (stack: Stack, logicalId: string) => `${stack.name}/${logicalId}`;

export const inventUuid = (stack: Stack, logicalId: string): string => v5(seed(stack, logicalId), NAMESPACE);

/** Lower-case letters and digits. */
export const inventId = (stack: Stack, logicalId: string, length: number): string =>
  BigInt(`0x${createHash('sha256').update(seed(stack, logicalId)).digest('hex')}`)
    .toString(36)
    .slice(0, length);

/** `Stack-LogicalId`, cut to `length` with a digest in place of what was cut. */
export const inventName = (stack: Stack, logicalId: string, length: number): string => {
  const name = `${stack.name}-${logicalId}`;
  return name.length <= length ? name : `${name.slice(0, length - 9)}-${inventId(stack, logicalId, 8)}`;
};

export const arnOf = (stack: Stack, service: string, resource: string): string =>
  `arn:aws:${service}:${stack.region}:${stack.account}:${resource}`;

/** For services whose ARNs name no region. */
export const globalArnOf = (stack: Stack, service: string, resource: string): string =>
  `arn:aws:${service}::${stack.account}:${resource}`;
