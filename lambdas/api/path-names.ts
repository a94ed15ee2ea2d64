import * as z from 'zod';
import { MAX_NAME } from '../order/order';

/**
 * How a name stands in a path: `%`, `/`, `?`, `~`, and a dot that would be a step, as `~` and two hexadecimal digits (`a~2Fb`),
 * the rest as in any URL. Percent-encoding alone cannot carry them: an HTTP API decodes the path before it chooses the route,
 * cuts it at a `?` that comes to light, and decodes it once more (`%2F` and `%252F` are slashes, `%25` is refused; seen in
 * https://github.com/hotsock/voker/pull/8). `~` is a character that no URL ever encodes or resolves.
 */
export const pathName = (name: string): string =>
  encodeURIComponent(name.replace(name === '.' || name === '..' ? /\./g : /[%/?~]/g, escaped));

/** A path that the gateway has decoded, as it may stand in a Location; the escapes of names outlast both. */
export const encodedPath = (rawPath: string): string => rawPath.split('/').map(encodeURIComponent).join('/');

const escaped = (character: string) => `~${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;

const ESCAPE = '~(?:[2-6][0-9A-F]|7[0-9A-E])';
const PLAIN = String.raw`[^~%/?\p{Cc}\p{Cs}\p{Zl}\p{Zp}]`;
const PATTERN = String.raw`^(?!\.{1,2}$)(?!(?:\s|~20)*$)(?:${PLAIN}|${ESCAPE}){1,${MAX_NAME}}$`;
const SHAPE = new RegExp(PATTERN, 'u');

export const NAME_RULE = `is a name of 1 to ${MAX_NAME} characters, in which / ? % ~ are written ~2F ~3F ~25 ~7E`;

/** A name as the gateway hands it over, and as the document describes it. */
export const pathNameSchema = z
  .string({ error: NAME_RULE })
  .regex(SHAPE, { error: NAME_RULE })
  .transform((text) => text.replaceAll(/~(..)/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))));

export const pathNameJson = {
  type: 'string',
  pattern: PATTERN,
  examples: ['burger', 'BTC~2FEUR'],
} as const;
