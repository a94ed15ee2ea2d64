import pc from 'picocolors';
import { deadLetterCodes } from '../../lambdas/order/reasons';
import { tailTopic } from '../../local/mapping/kafkajs-tail';
import { type FetchedRecord, placeOf, type UnreadRecords } from '../../local/mapping/record';
import { readSystem, stateFolder } from '../../local/state';
import { readNumber } from '../assignments';
import { CommandError } from '../output/failure';
import { readableBytes } from '../output/readable-bytes';
import { visible } from '../output/visible';
import { runningSystem } from '../running';

export interface TailFlags {
  readonly state: string;
  readonly json?: boolean;
  readonly fromBeginning?: boolean;
  readonly number?: string;
  readonly offset?: string;
  readonly partition?: string;
  readonly follow: boolean;
  readonly kafka?: string;
}

/** Prints a topic's records as they come. */
export async function tail(topic: string, flags: TailFlags): Promise<void> {
  const brokers = flags.kafka ?? (readSystem(stateFolder(flags.state)) ?? runningSystem(flags.state)).endpoints.kafka;
  const most = flags.number === undefined ? Number.POSITIVE_INFINITY : readNumber('--number', flags.number, 1, 1e9);
  const partition = flags.partition === undefined ? undefined : readNumber('--partition', flags.partition, 0, 1e6);
  const offset =
    flags.offset === undefined ? undefined : readNumber('--offset', flags.offset, 0, Number.MAX_SAFE_INTEGER);
  if (offset !== undefined && partition === undefined) {
    throw new CommandError('An offset is one of a partition: give --partition beside --offset');
  }
  let shown = 0;
  let unread = 0;
  let finish = () => {};
  const enough = new Promise<void>((resolve) => {
    finish = resolve;
  });
  const running = await tailTopic({
    brokers,
    topic,
    from: offset ?? (flags.fromBeginning || !flags.follow ? 'earliest' : 'latest'),
    follow: flags.follow,
    ...(partition !== undefined && { partition }),
    onRecord(record) {
      if (shown >= most) return;
      shown += 1;
      process.stdout.write(`${flags.json ? asJson(topic, record) : asText(topic, record)}\n`);
      if (shown === most) finish();
    },
    onUnread(records) {
      unread += 1;
      process.stderr.write(`${asNotice(topic, records)}\n`);
    },
  }).catch((error: Error) => {
    if (!/does not host this topic/.test(error.message)) throw error;
    throw new CommandError(`There is no topic ${topic} at ${brokers}`, { cause: error });
  });
  if (!flags.follow && running.positions.every(({ start, end }) => start === end)) {
    const from = offset === undefined ? '' : ` from offset ${offset} on`;
    const what = partition === undefined ? `Topic ${topic}` : `Partition ${partition} of ${topic}`;
    process.stderr.write(`${visible(what)} holds no records${from}.\n`);
  }
  process.once('SIGINT', finish);
  await Promise.race([running.done, enough]);
  await running.close();
  process.exit(unread === 0 ? 0 : 1);
}

/** What is not shown, and why. */
const asNotice = (topic: string, unread: UnreadRecords): string =>
  unread.kind === 'too-large'
    ? `${placeOf(topic, unread)}: too large to be shown (${unread.cause})`
    : `${placeOf(topic, unread)}: cannot be read (${unread.cause})`;

export function asText(topic: string, { partition, offset, timestamp, key, value, headers }: FetchedRecord): string {
  const place = `${topic}-${partition} @ ${offset}`;
  const head = [pc.cyan(place), pc.dim(new Date(timestamp).toISOString()), `key=${shown(key)}`].join('  ');
  const pairs = headers.map(([name, bytes]) => `    ${pc.dim(visible(name))}: ${shown(bytes)}${wordsOf(name, bytes)}`);
  return [head, `  ${shown(value)}`, ...pairs].join('\n');
}

/** JSON that its producer wrote in several lines is shown in one. */
const shown = (bytes: Buffer | null) => visible(readableBytes(bytes));

/** A dead letter's code says little to who has not read the table. */
function wordsOf(name: string, bytes: Buffer | null): string {
  const words = name === 'dlq-error-code' ? deadLetterCodes[String(bytes)] : undefined;
  return words === undefined ? '' : pc.dim(` (${words})`);
}

export function asJson(topic: string, { partition, offset, timestamp, key, value, headers }: FetchedRecord): string {
  const text = value === null ? null : readableBytes(value);
  return JSON.stringify({
    topic,
    partition,
    offset,
    timestamp: new Date(timestamp).toISOString(),
    key: key === null ? null : readableBytes(key),
    headers: headers.map(([name, bytes]) => ({ name, value: bytes === null ? null : readableBytes(bytes) })),
    value: text === null ? null : asValue(text),
  });
}

/** JSON as JSON, all else as text; so too what is nested more deeply than this process can write. */
function asValue(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    JSON.stringify(value);
    return value;
  } catch {
    return text;
  }
}
