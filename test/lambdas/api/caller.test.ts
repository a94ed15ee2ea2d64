import { actsFor, callerOf } from '../../../lambdas/api/caller';
import { apiEvent } from './api-event';

const callerWith = (claims: Record<string, unknown>) => callerOf(apiEvent('post-order', { jwt: { claims } }));

describe('callerOf', () => {
  it('knows nobody on a route without an authorizer, who may act for all', () => {
    const caller = callerOf(apiEvent('post-order'));
    expect(caller).toBeUndefined();
    expect(actsFor(caller, 'mary')).toBe(true);
  });

  it("lets a token's subject act for itself alone", () => {
    const caller = callerOf(apiEvent('post-order-jwt'));
    expect([actsFor(caller, 'john'), actsFor(caller, 'mary')]).toEqual([true, false]);
  });

  it.each([
    { scope: 'orders/write orders/act-for-others' },
    { scp: '[orders/write orders/act-for-others]' },
    { scp: ['orders/act-for-others'] },
  ])('lets %j act for others', (claims) => {
    expect(actsFor(callerWith({ sub: 'ops', ...claims }), 'mary')).toBe(true);
  });

  it.each([{ scope: 'orders/act-for-others-not' }, { scope: 'orders/write' }, { aud: 'orders/act-for-others' }])(
    'does not let %j act for others',
    (claims) => {
      expect(actsFor(callerWith({ sub: 'ops', ...claims }), 'mary')).toBe(false);
    },
  );

  it('lets a token without a subject act for nobody', () => {
    expect(actsFor(callerWith({}), 'john')).toBe(false);
  });
});
