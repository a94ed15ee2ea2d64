import * as fc from 'fast-check';
import { asJson } from '../../../bin/commands/tail';
import { fromLine, toLine } from '../../../lambdas/audit/line';
import { FatalRecordError } from '../../../lambdas/errors';
import { deadLetter } from '../../../lambdas/kafka/dead-letter';
import { createKafkaJsPublisher } from '../../../lambdas/kafka/kafkajs-producer';
import { type ConsumedRecord, decodeEvent } from '../../../lambdas/kafka/record';
import { tailTopic } from '../../../local/mapping/kafkajs-tail';
import type { FetchedRecord } from '../../../local/mapping/record';
import type { RecordHeaders } from '../../../shared/kafka-headers';
import { anyHeaders } from '../../any-headers';
import { aKafka } from './kafka';

const kafka = aKafka();

async function tailed(topic: string): Promise<FetchedRecord[]> {
  const records: FetchedRecord[] = [];
  const tail = await tailTopic({
    brokers: kafka.brokers(),
    topic,
    from: 'earliest',
    follow: false,
    onRecord: (record) => records.push(record),
  });
  await tail.done;
  await tail.close();
  return records;
}

test('any headers arrive as they were written: in functions, dead letters, the archive and the tail', async () => {
  const written: readonly RecordHeaders[] = fc.sample(anyHeaders, 200);
  const [topic, dlq] = await Promise.all([kafka.topic(), kafka.topic()]);
  const publisher = createKafkaJsPublisher({ brokers: [kafka.brokers()], auth: 'none', clientId: 'test' });
  await publisher.publish(written.map((headers) => ({ topic, key: 'k', value: 'v', headers })));

  const consumed: ConsumedRecord[] = [];
  const all = new Promise<void>((resolve) => {
    kafka.map(topic, (_records, payload) => {
      consumed.push(...decodeEvent(JSON.parse(payload)));
      if (consumed.length >= written.length) resolve();
    });
  });
  await all;
  expect(consumed.map(({ headers }) => headers)).toEqual(written);
  expect(consumed.map((record) => fromLine(toLine(record)))).toEqual(consumed);

  const verdict = { id: 'l', consumer: 'c', error: new FatalRecordError('no', 'no'), attempts: 1, at: 0 };
  await publisher.publish(consumed.map((record) => deadLetter(dlq, record, verdict)));
  await publisher.close();
  const own = written.map((headers) => headers.filter(([name]) => !name.startsWith('dlq-')));
  const letters = await tailed(dlq);
  expect(letters.map(({ headers }, index) => headers.slice(0, own[index]?.length))).toEqual(own);
  expect(letters[0]?.headers.slice(own[0]?.length)).toHaveLength(11);

  const shown = (await tailed(topic)).map((record) => JSON.parse(asJson(topic, record)).headers as { name: string }[]);
  expect(shown.map((headers) => headers.map(({ name }) => name))).toEqual(
    written.map((headers) => headers.map(([name]) => name)),
  );
});
