import { demoWalks, type Shop } from '../../bin/demo-walks';

/** Writes down what a walk asks for. */
function aShop() {
  const asked: string[] = [];
  let orders = 0;
  const shop: Shop = {
    async place({ user, side, quantity, item }) {
      asked.push(`${user} ${side ?? 'wants'} ${quantity} ${item}`);
      return `order ${++orders}`;
    },
    async setPrice(item, price) {
      asked.push(`${item} costs ${price}`);
    },
    async receive(item, delta) {
      asked.push(`${delta} ${item} came`);
    },
    async cancel(orderId, user) {
      asked.push(`${user} cancels ${orderId}`);
    },
    async until(orderId, status) {
      asked.push(`${orderId} is ${status}`);
    },
  };
  return { shop, asked };
}

it('walks through a decline, a backorder that is filled, a cancel and a trade', async () => {
  const { shop, asked } = aShop();
  const last = [];
  for (const { run } of demoWalks('x1')) last.push((await run(shop)).map(([, status]) => status));
  expect(last).toEqual([['declined'], ['completed'], ['cancelled'], ['filled', 'filled']]);
  expect(asked).toEqual([
    'declan wants 2 fries',
    'lobster-x1 costs 12.00',
    'ann wants 3 lobster-x1',
    'order 2 is backordered',
    '3 lobster-x1 came',
    'truffle-x1 costs 12.00',
    'carl wants 1 truffle-x1',
    'order 3 is backordered',
    'carl cancels order 3',
    'bob SELL 100 TCS-x1',
    'order 4 is resting',
    'mary BUY 100 TCS-x1',
  ]);
});

it('meets nothing that an earlier demo left', async () => {
  const items = async () => {
    const { shop, asked } = aShop();
    for (const { run } of demoWalks()) await run(shop);
    return asked.filter((line) => /wants|BUY|SELL/.test(line)).map((line) => line.split(' ').at(-1));
  };
  const [first, second] = [await items(), await items()];
  expect(first.filter((item) => second.includes(item))).toEqual(['fries']);
});
