import type { S3Request } from './request';
import { S3Error } from './s3-error';
import type { ObjectInfo } from './store';

/** What a read's conditions say, in the order of https://www.rfc-editor.org/rfc/rfc9110#section-13.2.2. */
export function decide({ header }: Pick<S3Request, 'header'>, info: ObjectInfo): 'read' | 'not-modified' | 'failed' {
  const match = header('if-match');
  const noneMatch = header('if-none-match');
  if (match !== undefined) {
    if (!names(match, info.etag)) return 'failed';
  } else if (isAfter(info, header('if-unmodified-since'))) return 'failed';
  if (noneMatch !== undefined) return names(noneMatch, info.etag) ? 'not-modified' : 'read';
  const since = header('if-modified-since');
  return since !== undefined && !Number.isNaN(Date.parse(since)) && !isAfter(info, since) ? 'not-modified' : 'read';
}

export const unquoted = (etag: string): string => etag.trim().replace(/^W\//, '').replaceAll('"', '');
const names = (list: string, etag: string) =>
  list.split(',').some((one) => one.trim() === '*' || unquoted(one) === unquoted(etag));

/** HTTP's dates have no fractions of a second. */
const isAfter = ({ modified }: ObjectInfo, date: string | undefined) =>
  date !== undefined && Math.floor(modified / 1_000) * 1_000 > Date.parse(date);

/**
 * First and last byte of a `Range`; undefined for all of them, as for a form that is none.
 *
 * @throws S3Error `InvalidRange` when it begins behind the end
 */
export function rangeOf(range: string | undefined, size: number): readonly [number, number] | undefined {
  const [, from = '', to = ''] = /^bytes=(\d*)-(\d*)$/.exec(range?.trim() ?? '') ?? [];
  if (from === '' && to === '') return undefined;
  const first = from === '' ? Math.max(0, size - Number(to)) : Number(from);
  const last = from === '' || to === '' ? size - 1 : Math.min(Number(to), size - 1);
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;
  if (first >= size) throw new S3Error(416, 'InvalidRange', 'The requested range is not satisfiable');
  return [first, last];
}
