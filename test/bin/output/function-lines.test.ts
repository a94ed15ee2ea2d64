import { readable } from '../../../bin/output/function-lines';

describe('readable', () => {
  it('shows which record a warning is about, and why', () => {
    const entry = { level: 'WARN', message: 'Record dead-lettered', record: 'orders-2@7', reason: 'Not an order' };

    expect(readable(JSON.stringify(entry))).toBe('WARN Record dead-lettered orders-2@7: Not an order');
  });

  it('shows the message alone of a line that is no warning', () => {
    const entry = { level: 'INFO', message: 'Message received: burger 5 from john', order_id: 'x' };

    expect(readable(JSON.stringify(entry))).toBe('Message received: burger 5 from john');
  });
});
