import { appendFileSync } from 'node:fs';
import { type Customer, listOrders, readOrders, secondsUntilTracked, startCustomer } from './customer';
import { createRunner, type Runner } from './runner';

jest.setTimeout(240_000);
const PATIENCE_MS = 120_000;
const { CHAOS_LOG } = process.env;

let runner: Runner;
let customer: Customer;

beforeAll(async () => {
  runner = await createRunner((line) => CHAOS_LOG && appendFileSync(CHAOS_LOG, `${line}\n`));
  await runner.start();
});
beforeEach(() => {
  customer = startCustomer(runner.url);
});
afterEach(() => customer.stop());
afterAll(() => runner?.remove());

async function expectAllTrackedOnce(): Promise<void> {
  await customer.stop();
  const { acknowledged, user } = customer;
  const orders = await readOrders(runner.url, acknowledged, PATIENCE_MS);
  const repeats = orders.filter(({ timeline }) => new Set(timeline.map((e) => e.event_id)).size < timeline.length);
  const placedOnce = orders.filter(({ timeline }) => timeline.filter((e) => e.type === 'order.placed').length === 1);
  const listed = await listOrders(runner.url, user);

  expect(repeats).toEqual([]);
  expect(placedOnce).toHaveLength(acknowledged.length);
  // One whose acknowledgement was lost may be there too.
  expect(new Set(listed).size).toBe(listed.length);
  expect(acknowledged.filter((id) => !listed.includes(id))).toEqual([]);
}

const tell = (what: string, seconds: number) =>
  process.stderr.write(`${what}: records flow again after ${seconds.toFixed(1)} s\n`);

const kill = (pid: number) => process.kill(pid, 'SIGKILL');

describe('what was acknowledged is tracked once', () => {
  it('when the tracker is killed in the middle of batches', async () => {
    for (let times = 0; times < 3; times++) {
      await customer.more(100);
      // It says so before it writes a row.
      await runner.nextLine(/"function":"tracker".*Message received/);
      for (const pid of runner.functionPids('tracker')) kill(pid);
      tell('tracker killed', await secondsUntilTracked(runner.url, PATIENCE_MS));
    }
    await expectAllTrackedOnce();
  });

  it('when the runner is killed, and everything with it', async () => {
    await customer.more(200);
    await runner.kill();
    const started = performance.now();
    await runner.start();
    const ready = (performance.now() - started) / 1_000;
    tell(
      `runner killed, ready after ${ready.toFixed(1)} s`,
      ready + (await secondsUntilTracked(runner.url, PATIENCE_MS)),
    );
    await customer.more(100);
    await expectAllTrackedOnce();
  });

  it('when Kafka is killed', async () => {
    await customer.more(200);
    kill(runner.kafkaPid());
    tell('Kafka killed', await secondsUntilTracked(runner.url, PATIENCE_MS));
    await customer.more(100);
    await expectAllTrackedOnce();
  });
});
