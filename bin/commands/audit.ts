import { type Verdict, verifyTopic } from '../../lambdas/audit/verify';
import { stateFolder } from '../../local/state';
import { readSystemModel } from '../../local/up';
import { deadlineIn } from '../../shared/time';
import { type Archive, archiveOf, openArchiveStore, openPartitionLog } from '../archive';
import { readNumber } from '../assignments';
import { CommandError } from '../output/failure';
import { findings, verdictTable } from '../output/verdicts';
import { runningSystem } from '../running';

export interface VerifyFlags {
  readonly state: string;
  readonly json?: boolean;
  readonly contents?: boolean;
  readonly wait?: string;
}

export interface VerifyRun {
  /** `host:port,host:port` */
  readonly kafka: string;
  /** Address of the object store. */
  readonly s3: string;
  readonly archive: Archive;
  readonly topics: readonly string[];
  readonly contents: boolean;
  /** How long what is on its way may take to arrive. */
  readonly waitMs: number;
}

const AGAIN_MS = 1_000;

/** Proves that the archive misses no offset, or names those it misses and ends with code 1. */
export async function verify(topic: string | undefined, flags: VerifyFlags): Promise<void> {
  const { app, endpoints, env, resolve } = runningSystem(flags.state);
  const archive = archiveOf(readSystemModel(app, endpoints, { state: stateFolder(flags.state), env, resolve }));
  const known = [...archive.topics.keys()];
  if (topic !== undefined && !archive.topics.has(topic)) {
    throw new CommandError(`${topic} is not archived: choose of ${known.join(', ')}`);
  }
  if (endpoints.s3 === undefined) throw new CommandError('The system that runs has no object store: start it anew');
  const topics = topic === undefined ? known : [topic];
  const waitMs = flags.wait === undefined ? 0 : readNumber('--wait', flags.wait, 0, 86_400) * 1_000;
  const run = { kafka: endpoints.kafka, s3: endpoints.s3, archive, topics, contents: flags.contents ?? false, waitMs };
  const verdicts = await verifyArchive(run);
  const found = findings(verdicts, { waitedMs: waitMs, windowMs: longestWindow(archive, topics) });
  const document = { ok: found.ok, bucket: archive.bucket, partitions: verdicts };
  const text = [verdictTable(verdicts), '', ...found.lines].join('\n');
  process.stdout.write(`${flags.json ? JSON.stringify(document) : text}\n`);
  process.exit(found.ok ? 0 : 1);
}

/** Verifies the topics, again and again while something is on its way and there is time to wait for it. */
export async function verifyArchive({ kafka, s3, archive, topics, contents, waitMs }: VerifyRun): Promise<Verdict[]> {
  const deadline = deadlineIn(waitMs);
  const store = openArchiveStore(s3, archive);
  const log = await openPartitionLog(kafka, archive);
  const judge = async (topic: string) => {
    for (;;) {
      const verdicts = await verifyTopic(topic, { store, log, contents });
      const isOnItsWay = verdicts.some(({ pending }) => pending.length > 0);
      if (!isOnItsWay || deadline.hasPassed()) return verdicts;
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
    }
  };
  try {
    return (await Promise.all(topics.map(judge))).flat();
  } finally {
    await log.close();
    store.close();
  }
}

const longestWindow = ({ topics }: Archive, names: readonly string[]) =>
  Math.max(0, ...names.map((name) => topics.get(name)?.windowMs ?? 0));
