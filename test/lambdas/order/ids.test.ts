import fc from 'fast-check';
import { orderIdFromKey, placementEventId } from '../../../lambdas/order/ids';

const VERSION_5 = /^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe('placementEventId', () => {
  it('is a name-based UUID', () => {
    fc.assert(fc.property(fc.uuid(), (id) => expect(placementEventId(id)).toMatch(VERSION_5)));
  });

  it('stays what it is: other deployments and other consumers know events by it', () => {
    expect(placementEventId('0b8e7f3c-5a51-4c0f-9d0e-3f6f0d5d9a11')).toBe('30bf22b0-791b-5ebe-b507-91f84319c3f0');
  });
});

describe('orderIdFromKey', () => {
  it('gives the same order to the same user and key, whenever it is asked', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (user, key) =>
        expect(orderIdFromKey(user, key)).toBe(orderIdFromKey(user, key)),
      ),
    );
  });

  it('tells users, keys and places in a batch apart, however they run together', () => {
    const part = fc.string({ unit: fc.constantFrom('a', '"', ',', '1', '\\'), maxLength: 3 });
    const name = fc.tuple(part, part, fc.option(fc.nat(3), { nil: undefined }));
    fc.assert(
      fc.property(name, name, (one, other) => {
        const same = one.every((value, index) => value === other[index]);
        expect(orderIdFromKey(...one) === orderIdFromKey(...other)).toBe(same);
      }),
    );
  });

  it('stays what it is: a repeated request may reach a later deployment', () => {
    expect(orderIdFromKey('john', 'key-1')).toBe('e72b0234-94d0-50d0-b4b7-37996a65e9a9');
    expect(orderIdFromKey('john', 'key-1', 0)).toBe('93a5be71-47e9-5b2d-aa37-2827c5429667');
  });
});
