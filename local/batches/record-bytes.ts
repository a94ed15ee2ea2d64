import type { BatchHead } from './batch-head';

/** Most bytes of a number of variable length: https://kafka.apache.org/protocol#protocol_types */
export const VARINT_BYTES = 10;

/** A number of variable length, zigzag encoded; exact up to 2^53. */
export function varintAt(bytes: Buffer, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  let weight = 1;
  for (let at = start; at < start + VARINT_BYTES; at++) {
    const byte = bytes[at];
    if (byte === undefined) throw new Error('its last record is cut off');
    value += (byte & 0x7f) * weight;
    if (byte < 0x80) return { value: value % 2 === 0 ? value / 2 : -(value + 1) / 2, end: at + 1 };
    weight *= 128;
  }
  throw new Error('a number in it never ends');
}

/** Where a record stands, of which the first bytes are here. */
export function readPlace(bytes: Buffer, start: number, batch: Place) {
  return new Fields(bytes, start).place(batch);
}

type Place = Pick<BatchHead, 'baseOffset' | 'baseTimestamp' | 'maxTimestamp' | 'timestampType'>;

/** @param bytes one record, without its length */
export function readRecord(bytes: Buffer, batch: Place) {
  const fields = new Fields(bytes, 0);
  const { offset, timestamp } = fields.place(batch);
  const key = fields.bytes();
  const value = fields.bytes();
  const count = fields.number();
  if (count < 0) throw new Error('a record has a negative number of headers');
  const headers: (readonly [name: string, value: Buffer | null])[] = [];
  for (let index = 0; index < count; index++) headers.push([fields.bytes()?.toString() ?? '', fields.bytes()]);
  if (!fields.atEnd) throw new Error('a record is longer than what it holds');
  return { offset, timestamp, key, value, headers };
}

class Fields {
  readonly #bytes: Buffer;
  #at: number;
  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes;
    this.#at = at;
  }
  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }
  number(): number {
    const { value, end } = varintAt(this.#bytes, this.#at);
    this.#at = end;
    return value;
  }
  bytes(): Buffer | null {
    const length = this.number();
    if (length === -1) return null;
    const end = this.#at + length;
    if (length < 0 || end > this.#bytes.length) throw new Error('a record ends within a field');
    const field = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return field;
  }
  place({ baseOffset, baseTimestamp, maxTimestamp, timestampType }: Place) {
    // Attributes of a record, which mean nothing yet.
    this.#at += 1;
    const delta = this.number();
    const offset = baseOffset + this.number();
    return { offset, timestamp: timestampType === 'LOG_APPEND_TIME' ? maxTimestamp : baseTimestamp + delta };
  }
}
