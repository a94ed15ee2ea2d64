import fc from 'fast-check';
import { statementOf } from '../../../lambdas/reporting/statement';
import {
  csvDocument,
  documentKey,
  jsonDocument,
  readJsonDocument,
  toCsv,
} from '../../../lambdas/reporting/statement-documents';
import { anyCharacter } from '../../any-character';
import { aLine, anEventId } from './lines';

const day = { user: 'john', date: '2026-11-20', timeZone: 'UTC' };

describe('statementOf', () => {
  it('adds exactly what doubles would not: charges, refunds, and trades at their prices', () => {
    const { totals } = statementOf(day, [
      aLine({ event_id: anEventId(1), amount: '0.1' }),
      aLine({ event_id: anEventId(2), amount: '0.2' }),
      aLine({ event_id: anEventId(3), amount: '999999999999999999.00000001' }),
      aLine({ event_id: anEventId(4), type: 'order.refunded', amount: '0.30000001' }),
      aLine({ event_id: anEventId(5), type: 'order.declined', amount: '77' }),
      aLine({ event_id: anEventId(6), type: 'order.filled', side: 'BUY', quantity: 3, price: '0.1' }),
      aLine({
        event_id: anEventId(7),
        type: 'order.filled',
        side: 'SELL',
        quantity: 1_000_000_000,
        price: '1.00000001',
      }),
    ]);
    expect(totals).toEqual({
      charged: '999999999999999999.30000001',
      refunded: '0.30000001',
      net: '999999999999999999',
      bought: '0.3',
      sold: '1000000010',
    });
  });

  it('is the same, digest and all, in whatever order and however often its lines come', () => {
    const lines = fc.uniqueArray(fc.nat(50), { maxLength: 12 });
    fc.assert(
      fc.property(lines, fc.array(fc.nat(100)), (numbers, shuffle) => {
        const all = numbers.map((n) => aLine({ event_id: anEventId(n), time: `2026-11-20T10:00:0${n % 3}.000Z` }));
        const mixed = [...all, ...shuffle.flatMap((n) => all[n % Math.max(1, all.length)] ?? [])].reverse();
        expect(statementOf(day, mixed)).toEqual(statementOf(day, all));
      }),
    );
  });

  it('has another digest for another content', () => {
    const digests = [
      statementOf(day, [aLine()]),
      statementOf(day, [aLine({ amount: '42.51' })]),
      statementOf({ ...day, user: 'jane' }, [aLine()]),
      statementOf(day, []),
    ].map(({ digest }) => digest);
    expect(new Set(digests).size).toBe(4);
  });
});

describe('documents of a statement', () => {
  const revision = { revision: 3, ...statementOf(day, [aLine()]) };

  it('reads from JSON what it wrote', () => {
    expect(readJsonDocument(jsonDocument(revision).body)).toEqual(revision);
  });

  it('writes lines as CSV, quoted where they must be, and harmless to spreadsheets', () => {
    const csv = toCsv([aLine({ item: 'a "b",\nc', payment_id: '=HYPERLINK(1)' })]);
    expect(csv).toBe(
      'time,type,order_id,item,side,quantity,price,amount,payment_id,trade_sequence,reason,event_id\r\n' +
        '2026-11-20T10:00:00.000Z,order.charged,a1b2c3d4-0000-4000-8000-000000000001,"a ""b"",\nc",,5,,42.5,' +
        `'=HYPERLINK(1),,,${anEventId(1)}\r\n`,
    );
  });

  it('keeps documents under readable keys where a name allows it', () => {
    expect(jsonDocument(revision).key).toBe('statements/2026-11-20/john/0003.json');
    expect(csvDocument(revision).key).toBe('statements/2026-11-20/john/0003.csv');
    expect(documentKey({ ...revision, user: 'jo.hn@x-y.org' }, 'csv')).toContain('/jo.hn@x-y.org/');
  });

  it('gives any two users different keys, none of which leaves its folder or exceeds what a store takes', () => {
    const name = fc.oneof(
      fc.constantFrom('..', '.', '/', 'a/../b', 'a..b', '~', 'é', '😀'.repeat(128)),
      fc.string({ unit: anyCharacter, minLength: 1, maxLength: 128 }),
    );
    fc.assert(
      fc.property(name, name, (one, other) => {
        const keys = [one, other].map((user) => documentKey({ ...revision, user }, 'json'));
        for (const key of keys) {
          expect(key).toMatch(/^statements\/2026-11-20\/[\w.@~-]+\/0003\.json$/);
          expect(key).not.toContain('..');
          expect(key.length).toBeLessThan(1_024);
        }
        expect(keys[0] === keys[1]).toBe(one === other);
      }),
    );
  });
});
