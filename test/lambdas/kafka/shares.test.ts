import fc from 'fast-check';
import type { OutgoingRecord } from '../../../lambdas/kafka/publisher';
import { sharesOf } from '../../../lambdas/kafka/shares';
import { runs } from '../../runs';

const record = (bytes: number, fields: Partial<OutgoingRecord> = {}): OutgoingRecord => ({
  topic: 'orders',
  key: 'k',
  value: Buffer.alloc(bytes),
  ...fields,
});

describe('sharesOf', () => {
  it('sends a thousand usual orders at once', () => {
    const headers = Object.entries({ ce_id: 'x'.repeat(36), traceparent: 'x'.repeat(55), ce_type: 'order.placed' });
    expect(sharesOf(Array.from({ length: 1_000 }, () => record(250, { headers })))).toHaveLength(1);
  });

  it('keeps every record, in order, and fills no share beyond what a topic takes in one', () => {
    const sizes = fc.array(fc.oneof(fc.nat(2_000), fc.nat(2_000_000)), { maxLength: 200 });
    fc.assert(
      fc.property(sizes, (lengths) => {
        const records = lengths.map((length) => record(length));
        const shares = sharesOf(records);
        expect(shares.flat()).toEqual(records);
        for (const share of shares) {
          const bytes = share.reduce((sum, { value }) => sum + (value?.length ?? 0), 0);
          expect(share.length === 1 || bytes <= 1_000_000).toBe(true);
        }
      }),
      { numRuns: runs(30) },
    );
  });

  it('counts keys and headers, in bytes', () => {
    const wide = record(0, {
      value: null,
      key: 'é'.repeat(150_000),
      headers: [
        ['note', 'é'.repeat(150_000)],
        ['note', 'x'],
      ],
    });
    expect(sharesOf([wide, wide])).toHaveLength(2);
  });

  it('makes nothing of nothing', () => {
    expect(sharesOf([])).toEqual([]);
  });
});
