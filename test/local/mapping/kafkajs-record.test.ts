import type { KafkaMessage } from 'kafkajs';
import { toRecord } from '../../../local/mapping/kafkajs-record';

/** As kafkajs gathers the headers of a record: https://github.com/tulios/kafkajs/blob/master/src/protocol/recordBatch/record/v0/decoder.js */
function gathered(headers: readonly (readonly [name: string, value: Buffer])[]): object {
  const found: Record<string, unknown> = {};
  for (const [name, value] of headers) {
    const before = found[name];
    const all = before === undefined ? value : Array.isArray(before) ? [...before, value] : [before, value];
    Object.defineProperty(found, name, { value: all, enumerable: true, configurable: true });
  }
  return found;
}

test.each(['constructor', 'toString', '__proto__', 'trace'])(
  'headers called %s are a record’s like any other',
  (name) => {
    const headers = [[name, Buffer.from('1')] as const, [name, Buffer.from('2')] as const];
    const message = { offset: '7', timestamp: '1', key: null, value: null, headers: gathered(headers) };
    expect(toRecord(3, message as unknown as KafkaMessage).headers).toEqual(headers);
  },
);
