import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { seedCatalogue } from '../../bin/catalogue';
import items from '../../bin/catalogue.json';
import type { RunningSystem } from '../../local/up';

const servers: { close(): unknown }[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
});

/** An API that takes everything, and counts what it is asked at once. */
async function anApi(paths: readonly string[]) {
  const asked: string[] = [];
  let atOnce = 0;
  let most = 0;
  const server = createServer(({ method, url }, answer) => {
    asked.push(`${method} ${url}`);
    most = Math.max(most, ++atOnce);
    setTimeout(() => {
      atOnce -= 1;
      answer.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    }, 5);
  }).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  const system = {
    endpoints: { api: `http://127.0.0.1:${(server.address() as AddressInfo).port}` },
    model: { apis: [{ routes: paths.map((path) => ({ path })) }] },
  } as unknown as RunningSystem;
  return { system, asked, most: () => most };
}

describe('seedCatalogue', () => {
  it('sets price and stock of each item, with one call at a time', async () => {
    const api = await anApi(['/items/{item}']);
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
