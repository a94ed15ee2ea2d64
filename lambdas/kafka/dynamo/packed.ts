import { deflateRawSync, inflateRawSync, type ZlibOptions } from 'node:zlib';
import { DependencyError } from '../../errors';
import { StatementRefusedError } from './statements';

/**
 * What an attribute may hold unpacked. An item's 400 KB of this app's JSON are some ten megabytes; the same 400 KB can be made to
 * stand for as many hundreds, which would end the environment of whoever reads them, again and again.
 */
export const MOST_UNPACKED_BYTES = 64 * 1024 * 1024;

/**
 * A value as an item keeps it: deflated JSON.
 *
 * @throws StatementRefusedError when it is larger than `unpacked` takes
 */
export const packed = (value: unknown): Uint8Array => packedText(JSON.stringify(value));

/** The same of a value that is JSON already. @throws StatementRefusedError when it is larger than `unpacked` takes */
export function packedText(json: string, options?: ZlibOptions): Uint8Array {
  const bytes = Buffer.from(json);
  if (bytes.length <= MOST_UNPACKED_BYTES) return deflateRawSync(bytes, options);
  throw new StatementRefusedError(
    `An attribute holds ${MOST_UNPACKED_BYTES} bytes of JSON at most, not ${bytes.length}`,
  );
}

/**
 * The value that `packed` made an attribute of. Unpacking ends where the attribute has more than it may hold.
 *
 * @throws DependencyError `attribute_unreadable`: no record is at fault, and those that need it wait until somebody has looked
 */
export function unpacked(bytes: Uint8Array | undefined): unknown {
  try {
    return JSON.parse(inflateRawSync(bytes ?? Buffer.alloc(0), { maxOutputLength: MOST_UNPACKED_BYTES }).toString());
  } catch (cause) {
    const reason = (cause as Error).message;
    throw new DependencyError('attribute_unreadable', `A packed attribute cannot be read: ${reason}`, { cause });
  }
}
