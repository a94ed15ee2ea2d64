import { type AttributeValue, DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { createDynamoAnalyticsStore } from '../../lambdas/analytics/dynamo-analytics-store';
import { type Figures, sumFigures } from '../../lambdas/analytics/figures';
import { type Verdict, verifyTopic } from '../../lambdas/audit/verify';
import type { ChargeFact, RefundFact } from '../../lambdas/billing/order-facts';
import { paymentKey } from '../../lambdas/billing/payment-key';
import { type QueueMark, queueKey, queueMarkKey } from '../../lambdas/inventory/order-facts';
import type { Stock } from '../../lambdas/inventory/stock';
import { createDynamoFoldStore } from '../../lambdas/kafka/fold/dynamo-fold-store';
import { readState } from '../../lambdas/kafka/fold/state-item';
import type { StoredState } from '../../lambdas/kafka/fold/store';
import { createS3ObjectStore } from '../../lambdas/objects/s3-object-store';
import type { BookState } from '../../lambdas/order-book/book-state';
import { createDynamoBookStore } from '../../lambdas/order-book/dynamo-book-store';
import type { Position } from '../../lambdas/position/position';
import { writePositionKey } from '../../lambdas/position/position-key';
import { eventsToldBy } from '../../lambdas/query/dynamo-order-reader';
import { createDynamoReportStore } from '../../lambdas/reporting/dynamo-report-store';
import { statementOf } from '../../lambdas/reporting/statement';
import type { Exposure } from '../../lambdas/risk/exposure';
import { connectAdmin } from '../../local/mapping/kafkajs-admin';
import { tailTopic } from '../../local/mapping/kafkajs-tail';
import type { RunningSystem } from '../../local/up';
import { type Asked, add, type LoggedRecord, type Picture, type Refusal, storyOf, type Waiting } from './picture';

type Item = Record<string, AttributeValue>;

const ARCHIVED = ['orders', 'order-events', 'order-commands', 'trades'];
const ACCESS = { region: 'us-east-1', credentials: { accessKeyId: 'local', secretAccessKey: 'local' } };

/** Reads all that a system at rest says of itself. */
export async function takePicture(system: RunningSystem, asked: Asked): Promise<Picture> {
  const client = new DynamoDBClient({ endpoint: system.endpoints.dynamodb, ...ACCESS });
  const placeOf = placesOf(system);
  const log = (await Promise.all(ARCHIVED.map((topic) => readTopic(system, topic)))).flat();
  const story = storyOf({ log } as unknown as Picture);
  const orderIds = new Map(story.orderIds.map((id) => [paymentKey(id), id]));

  const scan = async (table: string) => {
    const items: Item[] = [];
    let from: Item | undefined;
    do {
      const page: { Items?: Item[]; LastEvaluatedKey?: Item } = await client.send(
        new ScanCommand({ TableName: placeOf(table), ConsistentRead: true, ...(from && { ExclusiveStartKey: from }) }),
      );
      items.push(...(page.Items ?? []));
      from = page.LastEvaluatedKey;
    } while (from);
    return items;
  };
  const store = (table: string) => createDynamoFoldStore(client, placeOf(table));
  const keysOf = (items: readonly Item[], prefix: string) =>
    items.filter(({ pk, sk }) => sk?.S === 'state' && pk?.S?.startsWith(prefix)).map(({ pk }) => pk?.S as string);

  const risk = await store('RISK_TABLE').loadStates(keysOf(await scan('RISK_TABLE'), 'user#'));
  const inventory = await store('INVENTORY_TABLE').loadStates(keysOf(await scan('INVENTORY_TABLE'), 'item#'));
  const billing = await store('BILLING_TABLE').loadStates(keysOf(await scan('BILLING_TABLE'), 'order#'));
  const heads = (await scan('ORDER_BOOK_TABLE')).filter(({ sk }) => sk?.S === 'head');
  const books = await createDynamoBookStore(client, placeOf('ORDER_BOOK_TABLE')).loadStates(
    heads.map(({ pk }) => pk?.S?.slice('book#'.length) as string),
  );
  const positions = (await scan('POSITION_TABLE'))
    .filter(({ sk }) => sk?.S?.startsWith('item#'))
    .map((row) => ({ pk: row.pk, sk: row.sk, ...readState(row) }));
  const states = new Map([...risk, ...inventory, ...billing, ...books]);

  const picture: Picture = {
    asked,
    log,
    deadLetters: await readRefusals(system),
    timelines: timelinesOf(await scan('TRACKER_TABLE')),
    exposures: renamed(risk, 'user#', ({ state }) => state as Exposure),
    stocks: renamed(inventory, 'item#', ({ state }) => state as Stock),
    queues: await readQueues(store('INVENTORY_TABLE'), inventory),
    ledger: renamed(billing, 'order#', entryOf),
    payments: new Map(
      (await scan('PAYMENTS_TABLE')).map((row) => [
        orderIds.get(row.pk?.S as string) ?? `unknown ${row.pk?.S}`,
        {
          status: row.payment_status?.S as string,
          ...(row.amount?.S !== undefined && { amount: row.amount.S }),
          refunded: row.refunded !== undefined,
        },
      ]),
    ),
    books: new Map([...books].map(([item, { state }]) => [item, bookOf(state as BookState)])),
    positions: positions.map(({ pk, sk, state }) => ({
      user: pk?.S?.slice('user#'.length) as string,
      item: sk?.S?.slice('item#'.length) as string,
      quantity: (state as Position).quantity,
    })),
    analytics: await readAnalytics(client, placeOf('ANALYTICS_TABLE'), log),
    lines: await readLines(client, placeOf('REPORTING_TABLE'), await scan('REPORTING_TABLE')),
    archive: await readArchive(system, placeOf('ARCHIVE_BUCKET')),
    unfinished: [
      ...[...states].filter(([, { pending }]) => pending).map(([key]) => key),
      ...positions.filter(({ pending }) => pending).map(({ pk, sk }) => writePositionKey(named(pk, sk))),
    ],
  };
  client.destroy();
  return picture;
}

const named = (pk: AttributeValue | undefined, sk: AttributeValue | undefined) => ({
  user: String(pk?.S),
  item: String(sk?.S),
});

/** Names of tables and buckets, by the variables in which functions are told them. */
export function placesOf({ model }: Pick<RunningSystem, 'model'>): (variable: string) => string {
  const variables = Object.assign({}, ...model.functions.map(({ environment }) => environment)) as Record<
    string,
    string
  >;
  return (variable) => {
    const value = variables[variable];
    if (value === undefined) throw new Error(`No function is told ${variable}`);
    return value;
  };
}

/** All records of a topic, each partition in its order. */
async function readTopic(
  { endpoints }: Pick<RunningSystem, 'endpoints'>,
  topic: string,
  onHeaders: (headers: ReadonlyMap<string, string>) => void = () => {},
): Promise<LoggedRecord[]> {
  const records: { partition: number; offset: number; value: Buffer | null }[] = [];
  const tail = await tailTopic({
    brokers: endpoints.kafka,
    topic,
    from: 'earliest',
    follow: false,
    onRecord: (record) => {
      records.push(record);
      onHeaders(new Map(record.headers.map(([name, value]) => [name, value?.toString() ?? ''])));
    },
  });
  await tail.done;
  await tail.close();
  return records
    .sort((one, other) => one.partition - other.partition || one.offset - other.offset)
    .map(({ partition, offset, value }) => ({ topic, place: `${topic}-${partition}@${offset}`, value }));
}

async function readRefusals(system: RunningSystem): Promise<Refusal[]> {
  const refusals: Refusal[] = [];
  const topics = system.model.topics.filter(({ name }) => name.endsWith('-dlq'));
  await Promise.all(
    topics.map(({ name }) =>
      readTopic(system, name, (headers) =>
        refusals.push({
          consumer: headers.get('dlq-consumer') ?? name,
          place: `${headers.get('dlq-topic')}-${headers.get('dlq-partition')}@${headers.get('dlq-offset')}`,
          code: headers.get('dlq-error-code') ?? '',
        }),
      ),
    ),
  );
  return refusals;
}

function timelinesOf(rows: readonly Item[]) {
  const byOrder = new Map<string, Item[]>();
  // Rows that count suspects are of no order.
  for (const row of rows) if (row.order_id?.S && row.events) add(byOrder, row.order_id.S, row);
  return new Map([...byOrder].map(([orderId, own]) => [orderId, eventsToldBy(own)]));
}

/** Of the statements as they would be issued now. */
async function readLines(client: DynamoDBClient, table: string, rows: readonly Item[]): Promise<string[]> {
  const store = createDynamoReportStore(client, table);
  const dates = new Set(rows.flatMap(({ pk }) => pk?.S?.match(/^lines#([\d-]+)#/)?.[1] ?? []));
  const ids: string[] = [];
  for (const date of dates) {
    for (let shard = 0; shard < store.shards; shard++) {
      for await (const { user, lines } of store.linesByUser(date, shard)) {
        ids.push(...statementOf({ user, date, timeZone: 'UTC' }, lines).lines.map(({ event_id }) => event_id));
      }
    }
  }
  return ids;
}

const renamed = <T>(states: ReadonlyMap<string, StoredState>, prefix: string, read: (state: StoredState) => T) =>
  new Map([...states].map(([key, state]) => [key.slice(prefix.length), read(state)]));

/** The order's row keeps its facts for good. */
function entryOf({ journal }: StoredState): { charge?: ChargeFact; refund?: RefundFact } {
  const data = (sort: string) => journal.find(({ key }) => key.endsWith(`/${sort}`))?.data;
  const [charge, refund] = [data('charge') as ChargeFact | undefined, data('refund') as RefundFact | undefined];
  return { ...(charge && { charge }), ...(refund && { refund }) };
}

/** Facts of the last write may stand in the state's journal only. */
async function readQueues(
  store: ReturnType<typeof createDynamoFoldStore>,
  states: ReadonlyMap<string, StoredState>,
): Promise<Map<string, Waiting[]>> {
  const queues = new Map<string, Waiting[]>();
  for (const [key, { state, journal }] of states) {
    const item = key.slice('item#'.length);
    const { head, tail } = state as Stock;
    const numbers = Array.from({ length: tail - head }, (_, index) => head + index);
    const stored = await store.loadFacts(numbers.flatMap((seq) => [queueKey(item, seq), queueMarkKey(item, seq)]));
    const facts = new Map([...stored.values(), ...journal].map((fact) => [fact.key, fact.data]));
    const waiting = numbers.flatMap((seq) => {
      const mark = facts.get(queueMarkKey(item, seq)) as QueueMark | undefined;
      return mark?.what === 'left' ? [] : [facts.get(queueKey(item, seq)) as Waiting];
    });
    if (waiting.length > 0) queues.set(item, waiting);
  }
  return queues;
}

const bookOf = ({ book, sequence }: BookState) => ({
  sequence,
  resting: [...book.orders('BUY'), ...book.orders('SELL')].map(({ order_id, user, side, price, remaining }) => ({
    order_id,
    user,
    side,
    price,
    remaining,
  })),
});

/** Every window there can be: an event has the time of a record, and no record is older than the log. */
async function readAnalytics(client: DynamoDBClient, table: string, log: readonly LoggedRecord[]): Promise<Figures> {
  const times = log.flatMap(({ value }) => /"time":"([^"]+)"/.exec(value?.toString() ?? '')?.[1] ?? []).sort();
  const [from = '', to = ''] = [times.at(0)?.slice(0, 16), times.at(-1)?.slice(0, 16)];
  const after = new Date(Date.parse(`${to}Z`) + 60_000).toISOString().slice(0, 16);
  const figures: Figures[] = [];
  for await (const window of createDynamoAnalyticsStore(client, table).windows(from, after))
    figures.push(window.figures);
  return sumFigures(figures);
}

/** As `lambdas/audit/verify.ts` proves it; nobody wrote in a transaction, so each offset holds a record. */
async function readArchive({ endpoints }: RunningSystem, bucket: string): Promise<Verdict[]> {
  const client = new S3Client({ endpoint: endpoints.s3 ?? '', forcePathStyle: true, ...ACCESS });
  const admin = await connectAdmin(endpoints.kafka);
  const log = {
    firstRecord: async (_topic: string, _partition: number, { first }: { readonly first: number }) => first,
    whyUnread: async () => undefined,
    committed: (topic: string) => admin.committed(topic === 'orders' ? 'audit' : `audit.${topic}`, topic),
    ends: async (topic: string) =>
      [...(await admin.offsets(topic))].map(([partition, { low, high }]) => ({
        topic,
        partition,
        earliest: low,
        end: high,
      })),
  };
  const verdicts: Verdict[] = [];
  for (const topic of ARCHIVED) {
    verdicts.push(...(await verifyTopic(topic, { store: createS3ObjectStore(client, bucket), log, contents: true })));
  }
  await admin.close();
  client.destroy();
  return verdicts;
}
