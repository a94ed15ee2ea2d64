import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Consumer, Effect } from '../lambdas/kafka/consume';
import { createConsumerHandler } from '../lambdas/kafka/consumer-handler';
import type { Fold } from '../lambdas/kafka/fold/fold';
import { foldThenWrite } from '../lambdas/kafka/fold/fold-then-write';
import { makeEvent } from '../lambdas/order/events';
import { deadlineIn } from '../shared/time';
import { MemoryFoldStore } from './lambdas/kafka/memory-fold-store';
import { MemoryLetters } from './lambdas/kafka/memory-letters';
import { MemoryPublisher } from './lambdas/kafka/memory-publisher';
import { aRecord, eventOf } from './lambdas/kafka/records';
import { seenToHold } from './remembered';
import { temporaryFolder } from './temporary-folder';

const root = join(__dirname, '..');
const guide = readFileSync(join(root, 'CONTRIBUTING.md'), 'utf8');
const blocks = [...guide.matchAll(/^ {3}```ts\n([\s\S]*?)^ {3}```/gm)].map(([, code = '']) =>
  code.replace(/^ {3}/gm, ''),
);
const [, webhook = ''] = /^```ts\n([\s\S]*?)^```/m.exec(guide) ?? [];
const [entry = '', environment = '', rules = '', handler = '', properties = ''] = blocks;

/** A copy of the project in which the guide has been followed: real files where it adds some, links to all others. */
let project: string;

beforeAll(() => {
  project = temporaryFolder('guide');
  for (const folder of ['lambdas', 'lib', 'shared', 'test', 'test/lambdas']) {
    mkdirSync(join(project, folder));
    // Who follows the guide in this very project has the folder that it adds.
    for (const name of readdirSync(join(root, folder)).filter(
      (one) => !['loyalty', 'test/lambdas'].includes(folder === 'test' ? `test/${one}` : one),
    ))
      symlinkSync(join(root, folder, name), join(project, folder, name));
  }
  symlinkSync(join(root, 'node_modules'), join(project, 'node_modules'));
  mkdirSync(join(project, 'lambdas/loyalty'));
  writeFileSync(join(project, 'lambdas/loyalty/environment.ts'), environment);
  writeFileSync(join(project, 'lambdas/loyalty/loyalty.ts'), rules);
  writeFileSync(join(project, 'lambdas/loyalty/handler.ts'), handler);
  mkdirSync(join(project, 'lambdas/webhook'));
  writeFileSync(join(project, 'lambdas/webhook/webhook.ts'), webhook);
  mkdirSync(join(project, 'test/lambdas/loyalty'));
  writeFileSync(join(project, 'test/lambdas/loyalty/loyalty.test.ts'), properties);
  rmSync(join(project, 'lib/topology.ts'));
  writeFileSync(join(project, 'lib/topology.ts'), withEntry(readFileSync(join(root, 'lib/topology.ts'), 'utf8')));
  const options = JSON.parse(readFileSync(join(root, 'tsconfig.json'), 'utf8')) as { compilerOptions: object };
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({
      compilerOptions: { ...options.compilerOptions, preserveSymlinks: true },
      files: [
        'lambdas/loyalty/handler.ts',
        'lambdas/webhook/webhook.ts',
        'shared/kafkajs-internals.d.ts',
        'lib/topology.ts',
        'test/lambdas/loyalty/loyalty.test.ts',
      ],
    }),
  );
});

/** Puts each part of the entry under the heading its comment names, unless it is there: formatted, on as many lines as it takes. */
function withEntry(topology: string): string {
  return entry.split(/^\/\/ (\w+)\n/m).reduce((text, part, index, parts) => {
    const heading = `export const ${parts[index - 1]} = {\n`;
    if (index === 0 || index % 2 === 1) return text;
    expect(text).toContain(heading);
    if (bare(text).includes(bare(part))) return text;
    return text.replace(heading, heading + part);
  }, topology);
}

const bare = (code: string) => code.replaceAll(/\s/g, '');

test('the guide’s consumer compiles against the framework as it stands, its entry against the topology', () => {
  const judged = [
    'CONTRIBUTING.md',
    'lambdas',
    'lib',
    'shared',
    'test/contributing.test.ts',
    'test/runs.ts',
    'test/lambdas/kafka',
    'tsconfig.json',
    'package-lock.json',
  ];
  seenToHold('guide', judged, () => {
    const tsc = spawnSync(join(root, 'node_modules/.bin/tsc'), ['-p', project], { encoding: 'utf8' });
    expect(tsc).toMatchObject({ stdout: '', status: 0 });
  });
});

test('the guide’s consumer gives each order’s points once, however often it comes', async () => {
  const { loyalty, createLoyalty } = bundled<{
    loyalty: Fold<unknown, unknown>;
    createLoyalty(effect: Effect<unknown>): Consumer<unknown>;
  }>('loyalty');
  const store = new MemoryFoldStore();
  const publisher = new MemoryPublisher();
  const consumer = createLoyalty(foldThenWrite(loyalty, { store, publisher }));
  const handle = handlerOf(consumer, publisher);
  const order = (id: number, quantity: number, offset: number) =>
    aRecord({
      offset,
      value: Buffer.from(
        JSON.stringify({
          order_id: `6f1c0f0e-2a77-4d9a-9a54-1f0d3c1b7a0${id}`,
          user: 'john',
          item: 'burger',
          quantity,
        }),
      ),
    });
  const context = { getRemainingTimeInMillis: () => 30_000 };

  await handle(eventOf([order(1, 5, 0), order(2, 3, 1)]), context);
  await handle(eventOf([order(2, 3, 1), order(3, 1, 2)]), context);

  expect(store.state('john')?.state).toEqual({ points: 9 });
});

test('the guide’s webhook loses no order to a receiver that hangs, and tells it each under its own key', async () => {
  const { createWebhook } = bundled<{ createWebhook(url: string): Consumer<unknown> }>('webhook');
  let hangs = true;
  const told: unknown[] = [];
  const server = createServer((request, response) => {
    told.push(request.headers['idempotency-key']);
    if (!hangs) response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const publisher = new MemoryPublisher();
  const handle = handlerOf(createWebhook(`http://127.0.0.1:${(server.address() as AddressInfo).port}`), publisher);
  const events = [1, 2].map((n) =>
    makeEvent('order.completed', { time: '2026-01-01T00:00:00.000Z' }, { ...anOrder(n), price: '1' }),
  );
  const batch = eventOf(
    events.map((event, offset) =>
      aRecord({ topic: 'order-events', offset, value: Buffer.from(JSON.stringify(event)) }),
    ),
  );
  const context = (limit: number) => {
    const { remainingMs } = deadlineIn(limit);
    return { getRemainingTimeInMillis: remainingMs };
  };
  const ids = events.map(({ event_id }) => event_id);

  expect((await handle(batch, context(400))).batchItemFailures).toHaveLength(2);
  expect([told, publisher.records]).toEqual([ids.slice(0, 1), []]);
  hangs = false;
  expect((await handle(batch, context(30_000))).batchItemFailures).toEqual([]);
  expect([told.slice(1), publisher.records]).toEqual([ids, []]);
  server.closeAllConnections();
  server.close();
});

const anOrder = (n: number) => ({
  order_id: `6f1c0f0e-2a77-4d9a-9a54-1f0d3c1b7a0${n}`,
  user: 'john',
  item: 'burger',
  quantity: n,
});

/** A module of the guide's, as a function would have it. */
function bundled<T>(name: string): T {
  const outfile = join(project, `${name}.cjs`);
  const esbuild = spawnSync(
    join(root, 'node_modules/.bin/esbuild'),
    [
      join(project, `lambdas/${name}/${name}.ts`),
      `--outfile=${outfile}`,
      ...['--bundle', '--platform=node', '--preserve-symlinks', '--log-level=error'],
    ],
    { encoding: 'utf8' },
  );
  expect(esbuild).toMatchObject({ stderr: '', status: 0 });
  return require(outfile) as T;
}

const handlerOf = (consumer: Consumer<unknown>, publisher: MemoryPublisher) =>
  createConsumerHandler(consumer, {
    publisher,
    deadLetterTopic: 'dlq',
    suspects: { count: async () => 1, clear: async () => {} },
    letters: new MemoryLetters(),
    log: { info: () => {}, warn: () => {}, error: () => {} },
  });
