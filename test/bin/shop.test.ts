import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createShop, followTo } from '../../bin/shop';

const ID = '0b8e7f3c-5a51-4c0f-9d0e-3f6f0d5d9a11';

/** An API that gives these answers, one after the other, and the last one from then on. */
async function anApi(...answers: readonly (readonly [status: number, body: object])[]) {
  const requests: string[] = [];
  const server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    requests.push(`${request.method} ${request.url} ${body}`.trim());
    const [status, answer] = answers[Math.min(requests.length, answers.length) - 1] ?? [500, {}];
    response.writeHead(status).end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => new Promise((resolve) => server.close(resolve).closeAllConnections());
  return { system: { endpoints: { api, kafka: '', dynamodb: '' } }, requests, close };
}

const view = (status: string) => ({ order_id: ID, status, order: null, timeline: [] });

it('follows an order until it has the status', async () => {
  const { system, requests, close } = await anApi(
    [200, view('placed')],
    [200, view('approved')],
    [200, view('completed')],
  );
  await expect(followTo(system, ID, 'completed', 10)).resolves.toMatchObject({ status: 'completed' });
  expect(requests).toHaveLength(3);
  await close();
});

it('says which status an order has that does not get there', async () => {
  const { system, close } = await anApi([200, view('backordered')]);
  await expect(followTo(system, ID, 'completed', 0)).rejects.toThrow(
    `Order ${ID} is backordered after 0 s, and not completed`,
  );
  await close();
});

it('points to an order that is not tracked yet, or to an id that is none', async () => {
  const { system, close } = await anApi([404, {}]);
  const unknown = followTo(system, ID, 'completed', 0).catch((error: Error) => error.message);
  const malformed = followTo(system, 'nope', 'completed', 0).catch((error: Error) => error.message);
  expect(await unknown).toMatch(/is not tracked.*--wait 10/);
  expect(await malformed).toMatch(/^nope is no order_id/);
  await close();
});

it('says what the API says when it refuses', async () => {
  const { system, close } = await anApi([422, { detail: '#/delta must not be 0' }]);
  await expect(createShop(system, 1).receive('burger', 0)).rejects.toThrow(/^delta must not be 0$/);
  await close();
});

it('asks for what the walks need', async () => {
  const { system, requests, close } = await anApi([202, { order_id: ID }]);
  const shop = createShop(system, 1);
  await shop.place({ user: 'ann', item: 'lobster', quantity: 3 });
  await shop.setPrice('fish & chips', '12.00');
  await shop.receive('fish & chips', 3);
  await shop.cancel(ID, 'carl');
  expect(requests).toEqual([
    'POST /orders {"user":"ann","item":"lobster","quantity":3}',
    'PUT /items/fish%20%26%20chips {"price":"12.00"}',
    'POST /items/fish%20%26%20chips/stock {"delta":3}',
    `POST /orders/${ID}/cancel {"user":"carl"}`,
  ]);
  await close();
});

it('reads a timeline that comes in pages as one', async () => {
  const event = (n: number) => ({ event_id: String(n), type: 'order.filled', time: 't', data: {} });
  const { system, requests, close } = await anApi(
    [200, { ...view('filled'), timeline: [event(1)], next_cursor: 'MQ' }],
    [200, { ...view('filled'), timeline: [event(2)] }],
  );
  await expect(followTo(system, ID, 'filled', 10)).resolves.toEqual({
    ...view('filled'),
    timeline: [event(1), event(2)],
  });
  expect(requests).toEqual([`GET /orders/${ID}?wait=10`, `GET /orders/${ID}?cursor=MQ`]);
  await close();
});
