import { DiscardInterruptedError, deliverFailures, type FailureSink } from '../../../local/mapping/discard';
import { encodeRecord } from '../../../local/mapping/event';
import { aFetchedRecord, anArrival, aSource } from './builders';

const source = aSource();
const given = [3, 4].map((offset) => encodeRecord(source, aFetchedRecord({ offset }), anArrival));

function aDiscard(sink: FailureSink | undefined, isClosing = () => false) {
  const lines: string[] = [];
  const failure = { functionArn: 'arn', condition: 'RetriesExhausted' as const, invocations: 3 };
  const delivered = deliverFailures({
    source,
    records: given,
    failure,
    sink,
    isClosing,
    log: (line) => lines.push(line),
  });
  return { delivered, lines };
}

const aSink = (send: FailureSink['send']): FailureSink => ({ name: 'kafka://failed', send, close: async () => {} });

test('without a destination the records are dropped, and a line says which and why', async () => {
  const { delivered, lines } = aDiscard(undefined);
  expect(await delivered).toBe(0);
  expect(lines).toEqual([expect.stringMatching(/^dropped 2 records from orders-0 offset 3: RetriesExhausted/)]);
});

test('a destination gets one document a record', async () => {
  const sent: unknown[] = [];
  const { delivered } = aDiscard(aSink(async (messages) => void sent.push(...messages)));
  expect(await delivered).toBe(2);
  expect(sent).toHaveLength(2);
});

test('delivery is tried until it succeeds', async () => {
  let calls = 0;
  const sink = aSink(async () => {
    calls += 1;
    if (calls < 3) throw new Error('away');
  });
  const { delivered, lines } = aDiscard(sink);
  expect(await delivered).toBe(2);
  expect(calls).toBe(3);
  expect(lines.filter((line) => line.includes('trying again'))).toHaveLength(1);
});

test('a mapping that closes leaves undelivered records unsettled', async () => {
  const sink = aSink(() => Promise.reject(new Error('away')));
  await expect(aDiscard(sink, () => true).delivered).rejects.toThrow(DiscardInterruptedError);
});
