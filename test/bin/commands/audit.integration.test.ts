import { randomUUID } from 'node:crypto';
import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { type Archive, openArchiveStore } from '../../../bin/archive';
import { verifyArchive } from '../../../bin/commands/audit';
import { createAudit } from '../../../lambdas/audit/audit';
import { consume } from '../../../lambdas/kafka/consume';
import type { KafkaEvent } from '../../../lambdas/kafka/event';
import { MemoryLetters } from '../../lambdas/kafka/memory-letters';
import { MemoryPublisher } from '../../lambdas/kafka/memory-publisher';
import { aKafka } from '../../local/mapping/kafka';
import { anObjectStore } from '../../object-store';

jest.setTimeout(60_000);

const { topic, send, map, committed, kafka, brokers } = aKafka();

const s3 = anObjectStore();

async function anArchive(name: string): Promise<Archive> {
  const bucket = await s3.bucket();
  return { bucket, topics: new Map([[name, { group: `g-${randomUUID()}`, windowMs: 0 }]]) };
}

/** The mapping and the consumer that fill the archive. */
function runAudit(name: string, archive: Archive) {
  const group = archive.topics.get(name)?.group as string;
  const store = openArchiveStore(s3.url(), archive);
  const deps = {
    publisher: new MemoryPublisher(),
    deadLetterTopic: 'audit-dlq',
    letters: new MemoryLetters(),
    budget: {
      remainingMs: () => 10_000,
      pause: () => new Promise<void>((resolve) => setTimeout(resolve, 50)),
      signal: new AbortController().signal,
    },
    now: Date.now,
    log: { warn: () => {}, error: () => {} },
  };
  const handler = (_: unknown, payload: string) => consume(JSON.parse(payload) as KafkaEvent, createAudit(store), deps);
  return { group, mapping: map(name, handler, { groupId: group, reportBatchItemFailures: true }) };
}

async function transact(name: string, values: readonly string[], end: 'commit' | 'abort') {
  const producer = kafka().producer({
    transactionalId: `tx-${randomUUID()}`,
    maxInFlightRequests: 1,
    idempotent: true,
  });
  await producer.connect();
  const transaction = await producer.transaction();
  await transaction.send({ topic: name, messages: values.map((value) => ({ value, partition: 0 })) });
  await transaction[end]();
  await producer.disconnect();
}

const verifying = (name: string, archive: Archive, waitMs = 0) =>
  verifyArchive({ kafka: brokers(), s3: s3.url(), archive, topics: [name], contents: true, waitMs });

describe('verifyArchive', () => {
  it('proves an archive whole that has the gaps of transactions, and names what is then taken away', async () => {
    const name = await topic(2);
    await transact(name, ['a', 'b'], 'commit'); // 0, 1, marker 2
    await transact(name, ['c'], 'abort'); // 3 taken back, marker 4
    await send(name, ['d', 'e']); // 5, 6
    await transact(name, ['f'], 'commit'); // 7, marker 8
    const archive = await anArchive(name);
    const { group } = runAudit(name, archive);
    await committed(group, name, 9);

    const whole = await verifying(name, archive);
    expect(whole).toMatchObject([
      {
        partition: 0,
        status: 'complete',
        from: 0,
        end: 9,
        archivedTo: 8,
        missing: [],
        pending: [],
        gaps: [
          { first: 2, last: 4 },
          { first: 8, last: 8 },
        ],
        faults: [],
      },
      { partition: 1, status: 'complete', objects: 0, gaps: [] },
    ]);

    const Key = `${name}/0/${'5'.padStart(19, '0')}-${'7'.padStart(19, '0')}`;
    await s3.client().send(new DeleteObjectCommand({ Bucket: archive.bucket, Key }));
    expect((await verifying(name, archive))[0]).toMatchObject({
      status: 'missing',
      missing: [{ first: 5, last: 7 }],
      gaps: [],
    });
  });

  it('does not call missing what audit has not come to, and waits for it when asked to', async () => {
    const name = await topic();
    await send(name, ['a', 'b', 'c']);
    const archive = await anArchive(name);
    expect(await verifying(name, archive)).toMatchObject([{ status: 'pending', pending: [{ first: 0, last: 2 }] }]);

    runAudit(name, archive);
    expect(await verifying(name, archive, 50_000)).toMatchObject([{ status: 'complete', archivedTo: 3, objects: 1 }]);
  });
});
