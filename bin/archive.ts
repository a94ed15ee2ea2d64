import { S3Client } from '@aws-sdk/client-s3';
import type { PartitionLog } from '../lambdas/audit/verify';
import { createS3ObjectStore } from '../lambdas/objects/s3-object-store';
import { connectAdmin } from '../local/mapping/kafkajs-admin';
import { type OffsetReader, openOffsetReader } from '../local/mapping/kafkajs-offset-reader';
import type { SystemModel } from '../local/model';
import { CommandError } from './output/failure';

interface ArchivedTopic {
  /** The consumer group that archives it. */
  readonly group: string;
  /** How long a record may wait for others of its batch. */
  readonly windowMs: number;
}

/** What an app archives, and where. */
export interface Archive {
  readonly bucket: string;
  readonly topics: ReadonlyMap<string, ArchivedTopic>;
}

/** @throws CommandError when the app has no function that archives */
export function archiveOf({ functions, mappings }: Pick<SystemModel, 'functions' | 'mappings'>): Archive {
  const audit = functions.find(({ environment }) => environment.ARCHIVE_BUCKET !== undefined);
  const bucket = audit?.environment.ARCHIVE_BUCKET;
  if (audit === undefined || bucket === undefined) {
    throw new CommandError('This app keeps no archive: none of its functions has an ARCHIVE_BUCKET');
  }
  const topics = new Map<string, ArchivedTopic>();
  for (const { functionArn, topic, groupId, batchingWindowMs } of mappings) {
    if (functionArn === audit.arn) topics.set(topic, { group: groupId, windowMs: batchingWindowMs });
  }
  return { bucket, topics };
}

/** The archive's objects in the object store of a running system. */
export function openArchiveStore(endpoint: string, { bucket }: Archive) {
  const client = new S3Client({
    endpoint,
    forcePathStyle: true,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });
  return { ...createS3ObjectStore(client, bucket), close: () => client.destroy() };
}

/**
 * The log that an archive is compared with.
 *
 * @param brokers `host:port,host:port`
 * @throws KafkaAwayError when no broker answers
 */
export async function openPartitionLog(
  brokers: string,
  { topics }: Archive,
): Promise<PartitionLog & { close(): Promise<void> }> {
  const admin = await connectAdmin(brokers);
  const readers = new Map<string, Promise<OffsetReader>>();
  const readerOf = (topic: string) => {
    const reader = readers.get(topic) ?? openOffsetReader(brokers, topic);
    readers.set(topic, reader);
    return reader;
  };
  return {
    async ends(topic) {
      const offsets = await admin.offsets(topic);
      return [...offsets]
        .map(([partition, { low, high }]) => ({ topic, partition, earliest: low, end: high }))
        .sort((one, other) => one.partition - other.partition);
    },
    committed: (topic) => admin.committed(topics.get(topic)?.group ?? '', topic),
    firstRecord: async (topic, partition, { first, last }) =>
      (await readerOf(topic)).firstRecord(partition, first, last + 1),
    whyUnread: async (topic, partition, offset) => (await readerOf(topic)).whyUnread(partition, offset),
    async close() {
      await Promise.allSettled([...readers.values()].map(async (reader) => (await reader).close()));
      await admin.close();
    },
  };
}
