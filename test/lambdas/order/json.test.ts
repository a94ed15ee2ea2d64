import { readOrderJson } from '../../../lambdas/order/json';

const priceOf = (text: string) => {
  const json = readOrderJson(text);
  return json.ok ? (json.value as { price?: unknown }).price : json.fault;
};

describe('readOrderJson', () => {
  it('reads a price given as a number from its literal', () => {
    expect(priceOf('{"price":3200.10}')).toBe('3200.10');
    expect(priceOf('{"price":0.1000000000000000055}')).toBe('0.1000000000000000055');
    expect(priceOf('{"price":12345678901234567.89}')).toBe('12345678901234567.89');
    expect(priceOf('{"price":1e2}')).toBe('100');
  });

  it('leaves every other value as JSON.parse has it', () => {
    expect(readOrderJson('[{"price":1.50,"a":1.50},{"price":"2"},3]')).toEqual({
      ok: true,
      value: [{ price: '1.50', a: 1.5 }, { price: '2' }, 3],
    });
  });

  it('takes the last of two fields with one name, as JSON.parse does', () => {
    expect(priceOf('{"price":1.10,"price":2.20}')).toBe('2.20');
    expect(priceOf('{"price":1.10,"price":"2.20"}')).toBe('2.20');
  });

  it('does not take a fraction for an integer that its double happens to be', () => {
    expect(readOrderJson('{"quantity":4.99999999999999999999}')).toEqual({ ok: true, value: { quantity: Number.NaN } });
    expect(readOrderJson('{"quantity":5.0}')).toEqual({ ok: true, value: { quantity: 5 } });
    expect(readOrderJson('{"quantity":5e2}')).toEqual({ ok: true, value: { quantity: 500 } });
  });

  it('survives a nesting that a recursive parser does not', () => {
    const depth = 300_000;
    const text = `{"price":1.5,"x":${'['.repeat(depth)}${']'.repeat(depth)}}`;
    expect(readOrderJson(text)).toEqual({ ok: false, fault: 'is nested too deeply' });
  });

  it('lets __proto__ change nothing', () => {
    const json = readOrderJson('{"price":1.5,"__proto__":{"price":9,"polluted":true}}');
    expect(json.ok && (json.value as { price: string }).price).toBe('1.5');
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
  });

  it.each(['', '{', '{"price":}', 'undefined', "{'a':1}", '{"price":1.5,}'])('refuses %j', (text) => {
    expect(readOrderJson(text)).toEqual({ ok: false, fault: expect.stringContaining('is not JSON') });
  });
});
