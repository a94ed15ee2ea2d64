import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { foldThenWrite } from '../lambdas/kafka/fold/fold-then-write';
import type { Publisher } from '../lambdas/kafka/publisher';
import { makeEvent } from '../lambdas/order/events';
import type { BookState } from '../lambdas/order-book/book-state';
import { createDynamoBookStore } from '../lambdas/order-book/dynamo-book-store';
import { type BookEvent, orderBookFold } from '../lambdas/order-book/order-book';
import { createTables } from '../local/engines/tables';
import type { Benchmark } from './benchmark';
import { type CapacityMeter, meterCapacity } from './capacity-meter';
import { withDynamodb } from './engines';
import { median, rounded } from './statistics';

const TABLE = 'book';
const ITEM = 'TCS';
const RESTING = 100_000;
const BATCH = 500;
const BATCHES = 20;
const COLD_STARTS = 5;
/** Prices of each side: 1 to 2,500 ticks away from the middle. */
const LEVELS = 2_500;
const TICKS_IN_MIDDLE = 10_000;

type Command = BookEvent & { readonly event_id: string };

/** A book of 100,000 resting orders: how long a batch of 500 commands takes on it, what it writes, and a cold start. */
export const book: Benchmark = (say) =>
  withDynamodb(say, async (url) => {
    const client = new DynamoDBClient({
      endpoint: url,
      region: 'us-east-1',
      credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    });
    try {
      await createTable(url);
      return await measure(client, meterCapacity(client), say);
    } finally {
      client.destroy();
    }
  });

async function measure(client: DynamoDBClient, meter: CapacityMeter, say: (line: string) => void) {
  const resting = Array.from({ length: RESTING }, (_, n) => restingOrder(n));
  const absorb = environment(client);
  say(`filling a book with ${RESTING} orders`);
  const filled = await timed(async () => {
    for (let n = 0; n < RESTING; n += BATCH) await absorb(resting.slice(n, n + BATCH));
  });
  const filling = meter.reset();

  say(`${BATCHES} batches of ${BATCH} commands: half rest, a quarter trade, a quarter cancel`);
  const times: number[] = [];
  const before = process.cpuUsage();
  for (let index = 0; index < BATCHES; index++) {
    const commands = mixed(index);
    times.push(await timed(() => absorb(commands)));
  }
  const cpu = process.cpuUsage(before);
  const working = meter.reset();

  const starts: number[] = [];
  let size = 0;
  for (let index = 0; index < COLD_STARTS; index++) {
    starts.push(
      await timed(async () => {
        const stored = (await createDynamoBookStore(client, TABLE).loadStates([ITEM])).get(ITEM);
        if (!stored) throw new Error('The book is gone');
        size = (stored.state as BookState).book.size;
      }),
    );
  }
  const reading = meter.reset();
  const commands = BATCHES * BATCH;
  return {
    resting: size,
    fill_commands_per_second: Math.round(RESTING / (filled / 1_000)),
    fill_write_units_per_command: rounded(filling.writeUnits / RESTING, 2),
    batch_commands: BATCH,
    batch_ms: Math.round(median(times)),
    batch_most_ms: Math.round(Math.max(...times)),
    batch_cpu_ms: Math.round((cpu.user + cpu.system) / 1_000 / BATCHES),
    write_units_per_command: rounded(working.writeUnits / commands, 2),
    bytes_written_per_command: Math.round(working.bytesWritten / commands),
    calls_per_batch: rounded(working.calls / BATCHES),
    cold_start_ms: Math.round(median(starts)),
    cold_start_first_ms: Math.round(starts[0] ?? Number.NaN),
    cold_start_read_units: Math.round(reading.readUnits / COLD_STARTS),
    cold_start_calls: Math.round(reading.calls / COLD_STARTS),
  };
}

function environment(client: DynamoDBClient) {
  const fold = orderBookFold({ events: 'order-events', trades: 'trades', marketData: 'market-data' });
  const effect = foldThenWrite(fold, { store: createDynamoBookStore(client, TABLE), publisher: nowhere });
  return async (commands: readonly Command[]) => {
    const results = await effect.absorb(
      commands.map((event) => ({ key: ITEM, id: event.event_id, event })),
      {
        remainingMs: () => 60_000,
        pause: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
        signal: new AbortController().signal,
      },
    );
    const failed = results.find((result) => result !== undefined);
    if (failed) throw failed;
  };
}

const nowhere: Publisher = {
  publish: async (records) => records.map(({ topic }, offset) => ({ topic, partition: 0, offset })),
  close: async () => undefined,
};

async function createTable(url: string): Promise<void> {
  const text = (AttributeName: string) => ({ AttributeName, AttributeType: 'S' });
  const create = {
    TableName: TABLE,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [text('pk'), text('sk')],
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
  };
  await createTables(url, [{ origin: { stack: 'bench', logicalId: TABLE, path: TABLE }, name: TABLE, create }]);
}

const priceAt = (tick: number) => String((TICKS_IN_MIDDLE + tick) / 100);
const orderId = (n: number) => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

function command(kind: 'allocate' | 'cancel', n: number, side: 'BUY' | 'SELL', price: string, quantity: number) {
  const order = { order_id: orderId(n), user: `user-${n % 1_000}`, item: ITEM, side, price, quantity };
  return makeEvent(kind, { time: '2026-01-02T03:04:05.006Z' }, order) as Command;
}

/** Bids below the middle and asks above it, over all levels. */
function restingOrder(n: number): Command {
  const side = n % 2 === 0 ? 'BUY' : 'SELL';
  const distance = 1 + ((n * 7_919) % LEVELS);
  return command('allocate', n, side, priceAt(side === 'BUY' ? -distance : distance), 10);
}

function mixed(batch: number): Command[] {
  return Array.from({ length: BATCH }, (_, index) => {
    const n = RESTING + batch * BATCH + index;
    if (index % 4 === 0) return command('allocate', n, 'BUY', priceAt(LEVELS), 10);
    if (index % 4 !== 1) return restingOrder(n);
    return command('cancel', (n * 101) % RESTING, 'SELL', '100', 10);
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
