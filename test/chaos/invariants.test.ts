import { noStock } from '../../lambdas/inventory/stock';
import { aPicture, burger, buy, lobster, logged, sell, withEvent, without } from './a-picture';
import { invariants } from './invariants';
import type { Picture } from './picture';

/** For each invariant what breaks it, and the words that must tell. */
const broken: Readonly<Record<keyof typeof invariants, readonly (readonly [what: string, Picture, tells: string])[]>> =
  {
    'every acknowledged order comes to a final or a resting status': [
      ['is left half way', without(aPicture(), 'order.completed'), `Order ${burger.order_id} is left charged`],
      ['is lost', lost(burger.order_id), `Order ${burger.order_id} was acknowledged and is not in Kafka`],
    ],
    'every order comes to what had to become of it': [
      ['is not filled', without(aPicture(), 'order.filled'), `Order ${buy.order_id} is approved, not filled`],
    ],
    'every order ends once': [
      [
        'ends twice',
        withEvent(aPicture(), 'order.cancelled', { ...burger, remaining: 2, reason: 'x' }),
        `Order ${burger.order_id} ends by order.cancelled and by order.completed`,
      ],
    ],
    'every approved order is commanded, and no other': [
      ['is not commanded', without(aPicture(), 'allocate'), `Order ${burger.order_id} is approved and nobody was told`],
      [
        'is not approved',
        without(aPicture(), 'order.approved'),
        `Order ${burger.order_id} was allocated without approval`,
      ],
    ],
    'every repeat of an event is the same byte by byte': [
      ['is told another way', toldAnotherWay(), 'order-events-0@99 tells event'],
    ],
    'nothing is left to do': [
      ['is under way', { ...aPicture(), unfinished: ['item#burger'] }, 'item#burger has a step left to do'],
    ],
    'postings sum to zero': [
      [
        'is uneven',
        posted([{ account: 'payments', amount: '9' }]),
        `The postings of order ${burger.order_id} sum to 9`,
      ],
      ['holds other sums', posted([]), 'The ledger holds 0, the events say 9 was charged and kept'],
    ],
    'every completed order is charged once, and no other': [
      [
        'is charged and not shipped',
        without(aPicture(), 'order.completed'),
        'provider yes, ledger yes, events yes, stock no',
      ],
      ['is shipped unpaid', { ...aPicture(), payments: new Map() }, 'provider no, ledger yes, events yes, stock yes'],
      [
        'is charged unknown to others',
        charged('9', 'somebody'),
        'Whether order somebody is paid for good: provider yes',
      ],
      ['is charged too much', charged('10'), `The provider says 10 for order ${burger.order_id}, which comes to 9`],
    ],
    'exposure is what the open orders come to': [
      ['is not given back', exposed('mary', '1'), 'mary is exposed by 1, their open orders come to 0'],
      ['is given back twice', exposed('john', '0'), 'john is exposed by 0, their open orders come to 13.5'],
      ['waits for a placement', exposed('mary', '0', { someone: 1 }), 'A fill of order someone waits'],
    ],
    'stock is conserved': [
      ['is sold twice', stocked(7, 0), 'burger has 7 + 0 pieces, receipts and completed orders leave 8'],
      ['is negative', stocked(-1, 9), 'burger has -1 available and 9 reserved'],
      ['stays reserved', stocked(6, 2), '2 of burger are reserved although no order is under way'],
    ],
    'only those wait who are short': [
      [
        'waits for what is there',
        { ...aPicture(), queues: new Map([['lobster', [{ ...lobster, quantity: 1 }]]]) },
        'although there are 1',
      ],
      [
        'is forgotten',
        { ...aPicture(), queues: new Map() },
        `Order ${lobster.order_id} waits for lobster and is in no queue`,
      ],
      [
        'is queued for nothing',
        without(aPicture(), 'order.backordered'),
        `Order ${lobster.order_id} is queued for lobster and does not wait`,
      ],
    ],
    'trades are those of a plain book, numbered without a gap': [
      [
        'leaves a gap',
        traded({ sequence: 2 }),
        `Trade of TCS 1: ${buy.order_id} buys 40 of ${sell.order_id} at 3200 is there 1 times too few`,
      ],
      ['has another price', traded({ price: '3199' }), 'at 3199 is there 1 times too often'],
    ],
    'books hold what rests': [
      ['holds too much', booked(100), `In the book of TCS order ${sell.order_id} with 100 is there 1 times too often`],
      [
        'is unlike the events',
        without(aPicture(), 'order.filled'),
        `By the events of TCS order ${buy.order_id} with 40`,
      ],
    ],
    'every trade fills two orders within their limits': [
      [
        'fills one',
        without(aPicture(), 'trade.executed'),
        `A fill of order ${sell.order_id} by 40 at 3200 in trade 1 of TCS`,
      ],
      [
        'is worse than the limit',
        withEvent(aPicture(), 'order.filled', { ...buy, quantity: 1, price: '3300', remaining: 0, trade_sequence: 2 }),
        `Order ${buy.order_id}, BUY at 3200, traded at 3300 in 2`,
      ],
    ],
    'positions are sums of trades': [
      [
        'counts twice',
        { ...aPicture(), positions: [{ user: 'mary', item: 'TCS', quantity: '80' }] },
        "mary's position in TCS of 80 is there",
      ],
      ['is unknown to risk', { ...aPicture(), exposures: new Map() }, "For risk mary's position in TCS of 40"],
    ],
    'timelines tell each event once': [
      [
        'tells one twice',
        timeline((events) => [...events, ...events.slice(-1)]),
        `On the timeline of ${burger.order_id} order.completed`,
      ],
      ['misses one', timeline((events) => events.slice(1)), `On the timeline of ${burger.order_id} order.placed`],
    ],
    'analytics count each event once': [
      [
        'counts twice',
        { ...aPicture(), analytics: { ...aPicture().analytics, completed: 2 } },
        'Analytics says completed 2, the events say 1',
      ],
      [
        'forgets an item',
        { ...aPicture(), analytics: { ...aPicture().analytics, items: [] } },
        'Analytics says of burger undefined',
      ],
    ],
    'statements have each line once': [
      [
        'misses one',
        { ...aPicture(), lines: aPicture().lines.slice(1) },
        `${aPicture().lines[0]} is there 1 times too few`,
      ],
      [
        'has one twice',
        { ...aPicture(), lines: [...aPicture().lines, ...aPicture().lines.slice(0, 1)] },
        '1 times too often',
      ],
    ],
    'the archive has no hole': [
      ['has one', { ...aPicture(), archive: [hole()] }, 'The archive of orders-3 is missing: 5 to 7'],
    ],
    'dead letters are what had to be refused': [
      ['refuses a good record', refused('orders-0@0'), 'orders-0@0 by risk was refused: environment_killed'],
      ['lets poison pass', { ...aPicture(), deadLetters: [] }, 'orders-0@4 by tracker was not refused'],
      ['lets a second body pass', placedAgain(), 'orders-0@77 by risk was not refused'],
    ],
  };

function lost(orderId: string): Picture {
  const picture = aPicture();
  return { ...picture, log: picture.log.filter(({ topic, value }) => topic !== 'orders' || !value?.includes(orderId)) };
}

function toldAnotherWay(): Picture {
  const picture = aPicture();
  const completed =
    picture.log.find(({ value }) => value?.includes('"type":"order.completed"'))?.value?.toString() ?? '';
  return {
    ...picture,
    log: [...picture.log, logged('order-events', completed.replace('"quantity":2', '"quantity":3'), 99)],
  };
}

function posted(postings: readonly { account: 'payments' | 'sales'; amount: string }[]): Picture {
  return {
    ...aPicture(),
    ledger: new Map([[burger.order_id, { charge: { result: 'charged', amount: '9', quantity: 2, postings } }]]),
  };
}

function charged(amount: string, id = burger.order_id): Picture {
  const picture = aPicture();
  return { ...picture, payments: new Map([...picture.payments, [id, { status: 'charged', amount, refunded: false }]]) };
}

function exposed(user: string, notional: string, early: Record<string, number> = {}): Picture {
  const picture = aPicture();
  return { ...picture, exposures: new Map([...picture.exposures, [user, { notional, open: {}, items: {}, early }]]) };
}

function stocked(available: number, reserved: number): Picture {
  const picture = aPicture();
  return { ...picture, stocks: new Map([...picture.stocks, ['burger', { ...noStock, available, reserved }]]) };
}

function traded(change: object): Picture {
  const picture = aPicture();
  const log = picture.log.map((record) =>
    record.topic === 'trades' ? logged('trades', { ...JSON.parse(String(record.value)), ...change }, 0) : record,
  );
  return { ...picture, log };
}

function booked(remaining: number): Picture {
  return {
    ...aPicture(),
    books: new Map([['TCS', { sequence: 1, resting: [{ ...sell, side: 'SELL', price: '3200', remaining }] }]]),
  };
}

type Timeline = readonly { readonly event_id: string; readonly type: string }[];
function timeline(change: (events: Timeline) => Timeline): Picture {
  const { timelines, ...picture } = aPicture();
  return {
    ...picture,
    timelines: new Map([...timelines, [burger.order_id, change(timelines.get(burger.order_id) ?? [])]]),
  };
}

function hole(): Picture['archive'][number] {
  return { topic: 'orders', partition: 3, status: 'missing', missing: [{ first: 5, last: 7 }], faults: [] };
}

function refused(place: string): Picture {
  const picture = aPicture();
  return { ...picture, deadLetters: [...picture.deadLetters, { consumer: 'risk', place, code: 'environment_killed' }] };
}

function placedAgain(): Picture {
  const picture = aPicture();
  return { ...picture, log: [...picture.log, logged('orders', { ...burger, quantity: 9 }, 77)] };
}

describe('the invariants of a system at rest', () => {
  it.each(Object.entries(invariants))('%s: holds where all is well', (_, invariant) => {
    expect(invariant(aPicture())).toEqual([]);
  });

  const cases = Object.entries(broken).flatMap(([name, pictures]) => pictures.map((one) => [name, ...one] as const));
  it.each(cases)('%s: tells what %s', (name, _what, picture, tells) => {
    expect(invariants[name]?.(picture)).toEqual(expect.arrayContaining([expect.stringContaining(tells)]));
  });

  it('accepts the refusal of a second body, and a payment that is declined after the cancel', () => {
    const rival = placedAgain();
    const refusals = [...rival.deadLetters, { consumer: 'risk', place: 'orders-0@77', code: 'order_id_conflict' }];
    const told = invariants['dead letters are what had to be refused']?.({ ...rival, deadLetters: refusals });
    const cancelled = withEvent(without(aPicture(), 'order.completed'), 'order.cancelled', {
      ...burger,
      remaining: 2,
      reason: 'x',
    });
    const declined = withEvent(cancelled, 'order.declined', { ...burger, amount: '9', reason: 'x' });

    expect(told).toEqual([]);
    expect(invariants['every order ends once']?.(declined)).toEqual([]);
  });
});
