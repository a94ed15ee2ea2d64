import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { seedCatalogue, seedOnce } from '../../bin/catalogue';
import items from '../../bin/catalogue.json';
import { stateFolder } from '../../local/state';
import type { RunningSystem } from '../../local/up';
import { temporaryFolder } from '../temporary-folder';

const servers: { close(): unknown }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** An API that takes everything, or refuses it, and counts what it is asked at once. */
async function anApi(
  paths: readonly string[],
  { kind = 'jvm', refuses = (): boolean => false, answersMs = 0, tables = ['items'] } = {},
) {
  const asked: string[] = [];
  let atOnce = 0;
  let most = 0;
  const server = createServer(({ method, url }, answer) => {
    asked.push(`${method} ${url}`);
    most = Math.max(most, ++atOnce);
    setTimeout(() => {
      atOnce -= 1;
      answer.writeHead(refuses() ? 503 : 200, { 'content-type': 'application/json' }).end('{}');
    }, answersMs);
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const system = {
    endpoints: { api: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    engines: { kind },
    model: { apis: [{ routes: paths.map((path) => ({ path })) }], tables: tables.map((name) => ({ name })) },
  } as unknown as RunningSystem;
  return { system, asked, most: () => most };
}

describe('seedCatalogue', () => {
  it('sets price and stock of each item, with one call at a time', async () => {
    const api = await anApi(['/items/{item}'], { answersMs: 5 });
    await seedCatalogue(api.system);
    expect(api.asked).toEqual(items.flatMap(({ item }) => [`PUT /items/${item}`, `POST /items/${item}/stock`]));
    expect(api.most()).toBe(1);
  });

  it('asks nothing of an app that has no such route', async () => {
    const api = await anApi(['/orders']);
    await seedCatalogue(api.system);
    expect(api.asked).toEqual([]);
  });
});

describe('seedOnce', () => {
  const PATHS = ['/items/{item}'];
  const aState = () => stateFolder(temporaryFolder('catalogue'));
  const given = {};

  it('asks at the first start on a state folder only', async () => {
    const api = await anApi(PATHS);
    const state = aState();
    for (let start = 0; start < 3; start++) await seedOnce(api.system, { state, given });
    expect(api.asked).toHaveLength(2 * items.length);
    await seedOnce(api.system, { state: aState(), given });
    expect(api.asked).toHaveLength(4 * items.length);
  });

  it('asks again when the tables are other ones, as those of another stage', async () => {
    const state = aState();
    for (const tables of [['dev-items'], ['prod-items']]) {
      const api = await anApi(PATHS, { tables });
      await seedOnce(api.system, { state, given });
      expect(api.asked).toHaveLength(2 * items.length);
    }
  });

  it('asks again when it was refused', async () => {
    let refused = true;
    const api = await anApi(PATHS, { refuses: () => refused });
    const state = aState();
    await expect(seedOnce(api.system, { state, given })).rejects.toThrow('The catalogue is not in');
    refused = false;
    await seedOnce(api.system, { state, given });
    expect(api.asked).toHaveLength(1 + 2 * items.length);
  });

  it.each([
    ['Docker volumes', { kind: 'docker' }, {}],
    ['a given Kafka', {}, { kafka: 'localhost:9092' }],
    ['a given DynamoDB', {}, { dynamodb: 'http://localhost:8000' }],
  ])('asks each time where the data are in %s', async (_, options, elsewhere) => {
    const api = await anApi(PATHS, options);
    const state = aState();
    for (let start = 0; start < 2; start++) await seedOnce(api.system, { state, given: elsewhere });
    expect(api.asked).toHaveLength(4 * items.length);
  });
});
