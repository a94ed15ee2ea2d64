import fc from 'fast-check';
import { checkPlacement, describeOrder, faultsText, MAX_QUANTITY, parseOrder } from '../../../lambdas/order/order';

const ID = '0b8e7f3c-5a51-4c0f-9d0e-3f6f0d5d9a11';
const least = { order_id: ID, user: 'john', item: 'burger', quantity: 5 };
const parse = (fields: object) => parseOrder(JSON.stringify({ ...least, ...fields }));
const pointers = (fields: object) => {
  const parsed = parse(fields);
  return parsed.ok ? [] : parsed.faults.map(({ pointer }) => pointer);
};

describe('parseOrder', () => {
  it('takes the least that is an order', () => {
    expect(parse({})).toEqual({ ok: true, value: least });
  });

  it('takes an instrument order with all its fields', () => {
    const fields = { side: 'BUY', price: '3200.10', placed_at: '2026-11-21T10:42:09.123+01:00' };
    expect(parse(fields)).toEqual({ ok: true, value: { ...least, ...fields, price: '3200.1' } });
  });

  it('keeps unknown fields out, __proto__ among them', () => {
    const text = JSON.stringify(least).replace('{', '{"__proto__":{"admin":true},"constructor":1,"colour":"red",');
    expect(parseOrder(text)).toEqual({ ok: true, value: least });
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it('normalises the order id to lower case', () => {
    expect(parse({ order_id: ID.toUpperCase() })).toEqual({ ok: true, value: least });
  });

  it.each([
    ['order_id', undefined],
    ['order_id', 'not-a-uuid'],
    ['order_id', `${ID}\n`],
    ['user', undefined],
    ['user', ''],
    ['user', ' \t'],
    ['user', 17],
    ['user', 'x'.repeat(129)],
    ['user', 'a\nb'],
    ['user', '\u0000'],
    ['user', '\u2028'],
    ['user', '\ud800'],
    ['item', undefined],
    ['item', null],
    ['item', 'x'.repeat(200)],
    ['quantity', undefined],
    ['quantity', 0],
    ['quantity', -1],
    ['quantity', 1.5],
    ['quantity', '5'],
    ['quantity', true],
    ['quantity', MAX_QUANTITY + 1],
    ['price', 'abc'],
    ['price', '0'],
    ['price', -1],
    ['price', 0.000000001],
    ['price', 1e21],
    ['price', null],
    ['price', { amount: '1' }],
    ['side', 'buy'],
    ['side', 'HOLD'],
    ['placed_at', 'yesterday'],
    ['placed_at', `2026-11-21T10:42:09.${'1'.repeat(30)}Z`],
    ['placed_at', 1_795_257_729],
  ])('refuses %s %j and says where it stands', (field, value) => {
    expect(pointers({ [field]: value, ...(field === 'side' && { price: '1' }) })).toEqual([`#/${field}`]);
  });

  it('refuses a quantity beyond any double', () => {
    expect(parseOrder(JSON.stringify(least).replace('5}', '1e400}'))).toMatchObject({
      ok: false,
      faults: [{ pointer: '#/quantity' }],
    });
  });

  it('asks a price of an order with a side', () => {
    expect(pointers({ side: 'SELL' })).toEqual(['#/price']);
  });

  it('names every fault at once', () => {
    expect(pointers({ user: 1, item: '', quantity: 0 })).toEqual(['#/user', '#/item', '#/quantity']);
  });

  it('counts characters, not UTF-16 units', () => {
    expect(parse({ user: '🍔'.repeat(128) }).ok).toBe(true);
    expect(parse({ user: '🍔'.repeat(129) }).ok).toBe(false);
  });

  it.each(['null', '[]', '"order"', '5', 'true'])('refuses %s, which is no object', (text) => {
    expect(parseOrder(text)).toEqual({ ok: false, faults: [{ pointer: '#', detail: 'must be a JSON object' }] });
  });

  it('takes every quantity from 1 to a thousand million and no other integer', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer({ min: -2, max: 2 * MAX_QUANTITY }), fc.maxSafeInteger()), (quantity) => {
        expect(parse({ quantity }).ok).toBe(quantity >= 1 && quantity <= MAX_QUANTITY);
      }),
    );
  });

  it('takes no quantity with a fraction', () => {
    const fraction = fc.double({ min: 0.01, max: 1e6, noNaN: true }).filter((value) => !Number.isInteger(value));
    fc.assert(fc.property(fraction, (quantity) => expect(pointers({ quantity })).toEqual(['#/quantity'])));
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => expect(typeof parseOrder(text).ok).toBe('boolean')),
    );
  });

  it('gives back what it was given, for every order it takes', () => {
    const name = fc
      .string({ minLength: 1, maxLength: 128, unit: 'grapheme-ascii' })
      .filter((text) => text.trim() !== '');
    const order = fc.record({
      order_id: fc.uuid(),
      user: name,
      item: name,
      quantity: fc.integer({ min: 1, max: MAX_QUANTITY }),
    });
    fc.assert(fc.property(order, (value) => expect(parseOrder(JSON.stringify(value))).toEqual({ ok: true, value })));
  });
});

describe('checkPlacement', () => {
  it('takes an order without an id', () => {
    const { order_id: _, ...placement } = least;
    expect(checkPlacement(placement)).toEqual({ ok: true, value: placement });
  });
});

describe('describeOrder', () => {
  it('says item, quantity and user', () => {
    expect(describeOrder(least)).toBe('burger 5 from john');
  });
});

describe('faultsText', () => {
  it('names the place of each fault, but for what is wrong with the whole', () => {
    const parsed = parseOrder('[]');
    expect(parsed.ok ? '' : faultsText(parsed.faults)).toBe('must be a JSON object');
    expect(
      faultsText([
        { pointer: '#/item', detail: 'is too long' },
        { pointer: '#/user', detail: 'is missing' },
      ]),
    ).toBe('#/item is too long; #/user is missing');
  });
});
