import fc from 'fast-check';
import { readCursor, writeCursor } from '../../../lambdas/query/parameters';

describe('cursors', () => {
  it('read back as they were written', () => {
    const key = fc.record({
      order_id: fc.uuid(),
      sk: fc.string({ minLength: 1 }),
      listed_at: fc.string({ minLength: 1 }),
    });
    fc.assert(fc.property(key, (value) => expect(readCursor({ cursor: writeCursor(value) })).toEqual(value)));
  });

  it('are nothing but what was written: any other text is refused, not guessed at', () => {
    fc.assert(fc.property(fc.string(), (cursor) => expect(() => readCursor({ cursor })).toThrow('next_cursor')));
  });
});
