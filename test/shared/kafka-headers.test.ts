import * as fc from 'fast-check';
import encodeRecord from 'kafkajs/src/protocol/recordBatch/record/v0';
import { readRecord, varintAt } from '../../local/batches/record-bytes';
import { toKafkaJsHeaders } from '../../shared/kafka-headers';
import { mendKafkaJs } from '../../shared/kafkajs-mends';
import { anyHeaders } from '../any-headers';

mendKafkaJs();

const batch = { baseOffset: 0, baseTimestamp: 0, maxTimestamp: 0, timestampType: 'CREATE_TIME' } as const;

test('headers come back as they were written: their order, names that repeat, bytes, none and empty', () => {
  const comesBack = fc.property(anyHeaders, (headers) => {
    const { buffer } = encodeRecord({ key: Buffer.from('k'), value: null, headers: toKafkaJsHeaders(headers) });
    const { value: length, end } = varintAt(buffer, 0);
    expect(length).toBe(buffer.length - end);
    expect(readRecord(buffer.subarray(end), batch).headers).toEqual(headers);
  });
  void fc.assert(comesBack);
});
