import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type AttributeValue, DynamoDB } from '@aws-sdk/client-dynamodb';
import { type DynamodbOptions, startDynamodb } from '../../../../local/engines/dynamodb/start';
import { freePort } from '../../../../local/engines/ports';
import { identify, lives, waitForEnd } from '../../../../local/process-identity';
import { stateFolder } from '../../../../local/state';
import { things } from './embedded';

let folder: string;
let options: DynamodbOptions;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'orderflow-durability-'));
  options = { folders: stateFolder(folder).folders('dynamodb'), port: await freePort() };
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const ROUNDS = 6;
const WRITERS = 8;

test('SIGKILL under load loses no answered write, splits none, and leaves nothing to repair', async () => {
  const client = new DynamoDB({
    endpoint: `http://127.0.0.1:${options.port}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  const answered = new Set<string>();
  let engine = await startDynamodb(options);
  await client.createTable(things as never);
  for (let round = 0; round < ROUNDS; round++) {
    const goal = answered.size + 100 + round * 37;
    let isUp = true;
    const writer = async (writer: number) => {
      for (let i = 0; isUp; i++) {
        const id = `${round}-${writer}-${i}`;
        try {
          await WRITES[i % WRITES.length]?.(client, id);
        } catch {
          return;
        }
        answered.add(id);
        if (answered.size >= goal && isUp) {
          isUp = false;
          engine.kill();
        }
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, (_, i) => writer(i)));
    expect(await engine.exited).toBe(137);
    engine = await startDynamodb(options);
    const items = await allOf(client);
    const rows = await allOf(client, 'by-kind');
    expect(rows).toEqual(items);
    const halves = [...items].filter((item) => !items.has(otherHalf(item)));
    expect(halves).toEqual([]);
    expect([...answered].filter((id) => !items.has(`${id}/left`))).toEqual([]);
  }
  expect(answered.size).toBeGreaterThan(ROUNDS * 100);
  client.destroy();
  await engine.stop();
});

/** Each writes two items, both or none. */
const WRITES: readonly ((client: DynamoDB, id: string) => Promise<unknown>)[] = [
  (client, id) =>
    client.transactWriteItems({
      TransactItems: pairOf(id).map((Item) => ({
        Put: { TableName: 'things', Item, ConditionExpression: 'attribute_not_exists(pk)' },
      })),
    }),
  (client, id) =>
    client.batchWriteItem({ RequestItems: { things: pairOf(id).map((Item) => ({ PutRequest: { Item } })) } }),
  (client, id) =>
    client.executeTransaction({
      TransactStatements: pairOf(id).map((item) => ({
        Statement: `INSERT INTO things VALUE {'pk': ?, 'sk': ?, 'kind': ?}`,
        Parameters: Object.values(item),
      })),
    }),
];

const pairOf = (id: string): Record<string, AttributeValue>[] =>
  ['left', 'right'].map((sk) => ({ pk: { S: id }, sk: { S: sk }, kind: { S: 'pair' } }));

const otherHalf = (item: string) => item.replace(/left$|right$/, (side) => (side === 'left' ? 'right' : 'left'));

async function allOf(client: DynamoDB, IndexName?: string): Promise<Set<string>> {
  const found = new Set<string>();
  let ExclusiveStartKey: Record<string, AttributeValue> | undefined;
  do {
    const page = await client.scan({ TableName: 'things', IndexName, ExclusiveStartKey });
    for (const { pk, sk } of page.Items ?? []) found.add(`${pk?.S}/${sk?.S}`);
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey);
  return found;
}

test('the engine ends with its runner, also when that is killed', async () => {
  const source = `
    require('tsx/cjs/api').register();
    const { startDynamodb } = require(${JSON.stringify(require.resolve('../../../../local/engines/dynamodb/start.ts'))});
    startDynamodb(${JSON.stringify(options)}).then(({ pid }) => process.stdout.write(String(pid)));
    setInterval(() => {}, 1000);`;
  const runner = spawn(process.execPath, ['-e', source], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const pid = await new Promise<number>((resolve) =>
      runner.stdout.once('data', (data) => resolve(Number(String(data)))),
    );
    const engine = identify(pid);
    if (!engine) throw new Error('The engine does not run');
    expect(lives(engine)).toBe(true);
    runner.kill('SIGKILL');
    expect(await waitForEnd(engine, 60_000)).toBe(true);
  } finally {
    // It would go on for ever, and this process with it.
    runner.kill('SIGKILL');
  }
});

test('one that cannot start says why in its last words', async () => {
  const engine = await startDynamodb(options);
  await expect(startDynamodb({ ...options, port: await freePort() })).rejects.toThrow(
    /dynamodb did not come up \(.*lock/i,
  );
  await engine.stop();
});
