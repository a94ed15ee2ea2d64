import { encodeRecord } from '../../../local/mapping/event';
import { failureEnvelope } from '../../../local/mapping/failure-envelope';
import { aFetchedRecord, anArrival, aSource } from './builders';

const failure = {
  functionArn: 'arn:aws:lambda:us-east-1:123456789012:function:consumer',
  condition: 'RetriesExhausted' as const,
  invocations: 3,
  now: Date.parse('2019-11-14T18:16:05.568Z'),
};
const envelope = (over = {}, how = {}) =>
  failureEnvelope(aSource(), encodeRecord(aSource(), aFetchedRecord(over), anArrival), { ...failure, ...how });

test("the document has Lambda's shape, with the record's event as payload", () => {
  expect(JSON.parse(envelope().value)).toEqual({
    requestContext: {
      requestId: expect.stringMatching(/^[0-9a-f-]{36}$/),
      functionArn: `${failure.functionArn}:$LATEST`,
      condition: 'RetriesExhausted',
      approximateInvokeCount: 3,
    },
    responseContext: { statusCode: 200, executedVersion: '$LATEST', functionError: 'Unhandled' },
    version: '1.0',
    timestamp: '2019-11-14T18:16:05.568Z',
    KafkaBatchInfo: {
      batchSize: 1,
      eventSourceArn: 'arn:aws:kafka:us-east-1:123456789012:cluster/local/1',
      bootstrapServers: 'localhost:9092',
      payloadSize: expect.any(Number),
      recordInfo: { offset: '15', timestamp: '2018-12-17T22:10:50.987Z' },
    },
    payload: {
      eventSource: 'aws:kafka',
      eventSourceArn: 'arn:aws:kafka:us-east-1:123456789012:cluster/local/1',
      bootstrapServers: 'localhost:9092',
      records: { 'orders-0': [expect.objectContaining({ offset: 15, key: 'aw==', value: 'dg==' })] },
    },
  });
});

test('the key is the source record’s, and absent when that has none', () => {
  expect(envelope({ key: Buffer.from([0, 255]) }).key).toEqual(Buffer.from([0, 255]));
  expect(envelope({ key: null }).key).toBeNull();
});

test('a record that was too large to be sent has no response', () => {
  const { responseContext } = JSON.parse(envelope({}, { condition: 'MaximumPayloadSizeExceeded' }).value);
  expect(responseContext).toBeNull();
});
