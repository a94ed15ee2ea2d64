import type { OutgoingRecord } from './publisher';

/**
 * Bytes of one send: all of it may be for one partition, and a topic takes a megabyte of records at once by default. A
 * larger record goes alone, since its topic may take more.
 */
const SHARE_BYTES = 1_000_000;

/** Cuts what is too much for one send, in order. */
export function sharesOf(records: readonly OutgoingRecord[]): OutgoingRecord[][] {
  const shares: OutgoingRecord[][] = [];
  let room = 0;
  for (const record of records) {
    const size = sizeOf(record);
    if (shares.length === 0 || size > room) {
      shares.push([]);
      room = SHARE_BYTES;
    }
    shares.at(-1)?.push(record);
    room -= size;
  }
  return shares;
}

/** No less than the record's bytes in Kafka's format: lengths and deltas are at most five bytes each. */
function sizeOf({ key, value, headers = [] }: OutgoingRecord): number {
  let size = 40 + byteLength(key) + byteLength(value);
  for (const [name, value] of headers) size += 10 + name.length * 3 + byteLength(value);
  return size;
}

const byteLength = (data: string | Buffer | null) =>
  data === null ? 0 : typeof data === 'string' ? Buffer.byteLength(data) : data.length;
