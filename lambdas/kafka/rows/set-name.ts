import { hash } from 'node:crypto';

/**
 * The name of a row that holds several events: it follows from their set, so that the same set gives the same row, and no row
 * ever replaces one that tells more. A redelivery in another cut leaves further rows; whoever reads them takes each event once.
 *
 * @param ids of the row's events, at least one, in any order
 */
export function setName(ids: readonly string[]): string {
  const [first = '', ...others] = [...ids].sort();
  return others.length === 0 ? first : `events#${hash('sha1', [first, ...others].join(), 'base64url')}`;
}
