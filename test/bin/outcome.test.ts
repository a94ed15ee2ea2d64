import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { cancelOutcome, placementOutcome, receiptOutcome } from '../../bin/outcome';

const ID = '0b8e7f3c-5a51-4c0f-9d0e-3f6f0d5d9a11';
const closers: (() => unknown)[] = [];
afterAll(() => Promise.all(closers.map((close) => close())));

/** An API that gives these answers, one after the other, and the last one from then on. */
async function anApi(...answers: readonly (readonly [status: number, body: object])[]) {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(String(request.url));
    const [status, body] = answers[Math.min(requests.length, answers.length) - 1] ?? [500, {}];
    response.writeHead(status).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve).closeAllConnections()));
  const api = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { system: { endpoints: { api, kafka: '', dynamodb: '' } }, requests };
}

const order = { order_id: ID, user: 'john', item: 'burger', quantity: 5 };

const view = (status: string, ...events: readonly (readonly [type: string, reason?: string])[]) =>
  [
    200,
    { order_id: ID, status, order, timeline: events.map(([type, reason]) => ({ type, data: { reason } })) },
  ] as const;
const undecided = [404, { detail: 'not yet' }] as const;

describe('what became of a change of the stock', () => {
  it('is waited for, and a refusal says why', async () => {
    const refused = { status: 'refused', reason: 'stock_too_low', reason_text: '3 can be taken away' };
    const { system, requests } = await anApi(undecided, [200, refused]);
    expect(await receiptOutcome(system, 'fish & chips', 'r/1', 20)).toEqual({
      status: 'refused',
      refused: true,
      why: 'stock_too_low: 3 can be taken away',
    });
    expect(requests[0]).toMatch(/^\/items\/fish%20%26%20chips\/stock\/r~2F1\?wait=10$/);
    expect(requests).toHaveLength(2);
  });

  it('is open when inventory says nothing within the time', async () => {
    const { system } = await anApi(undecided);
    expect(await receiptOutcome(system, 'burger', 'r', 0)).toBeUndefined();
  });

  it('is an error when the API refuses to tell', async () => {
    const { system } = await anApi([503, { detail: 'Try again in a moment' }]);
    await expect(receiptOutcome(system, 'burger', 'r', 5)).rejects.toThrow('Try again in a moment');
  });
});

describe('what became of an order', () => {
  it('is risk’s word, with the words of its reason', async () => {
    const { system } = await anApi(undecided, view('placed'), view('rejected', ['order.rejected', 'no_price']));
    expect(await placementOutcome(system, order, 20)).toEqual({
      status: 'rejected',
      refused: true,
      why: 'no_price: this item has no list price; set one by `orderflow item price <item> <price>`',
    });
  });

  it('is good news as soon as it is more than placed', async () => {
    const { system } = await anApi(view('placed'), view('approved'));
    expect(await placementOutcome(system, order, 20)).toEqual({ status: 'approved', refused: false });
  });

  it('is a conflict when another order stands under its id, and none when it is the order itself', async () => {
    const { system } = await anApi(view('completed', ['order.conflicted', 'order_id_conflict']));
    expect(await placementOutcome(system, { ...order, quantity: 6 }, 20)).toMatchObject({
      status: 'conflicted',
      refused: true,
      why: expect.stringMatching(/^order_id_conflict: another order/),
    });
    expect(await placementOutcome(system, order, 20)).toEqual({ status: 'completed', refused: false });
  });
});

describe('what became of a request to cancel', () => {
  it('is told by the consumer of the item', async () => {
    const asked = ['order.cancel_requested'] as const;
    const { system } = await anApi(
      view('charged', asked),
      view('completed', asked, ['order.cancel_refused', 'settled']),
    );
    expect(await cancelOutcome(system, ID, 20)).toEqual({
      status: 'refused',
      refused: true,
      why: 'settled: the order is paid and its stock has left',
    });
    const { system: other } = await anApi(view('cancelled', ['order.cancelled', 'cancel_requested']));
    expect(await cancelOutcome(other, ID, 20)).toMatchObject({ status: 'cancelled', refused: false });
  });
});
