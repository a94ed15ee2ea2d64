import { toRecord, traceparentFrom } from '../../../lambdas/kafka/cloud-events';

const event = {
  topic: 'order-events',
  key: 'k',
  id: 'id-1',
  type: 'order.approved',
  source: '/orderflow/risk',
  time: '2026-11-21T10:42:09.000Z',
  value: '{}',
};

describe('toRecord', () => {
  it('describes the value in headers, in binary mode', () => {
    expect(toRecord(event)).toEqual({
      topic: 'order-events',
      key: 'k',
      value: '{}',
      headers: [
        ['ce_specversion', '1.0'],
        ['ce_id', 'id-1'],
        ['ce_type', 'order.approved'],
        ['ce_source', '/orderflow/risk'],
        ['ce_time', '2026-11-21T10:42:09.000Z'],
        ['content-type', 'application/json'],
      ],
    });
  });
});

describe('traceparentFrom', () => {
  it('passes a well-formed context on', () => {
    const header = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00';
    expect(traceparentFrom(header)).toBe(header);
  });

  it.each([
    undefined,
    '',
    '00-00000000000000000000000000000000-00f067aa0ba902b7-01',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01',
    '00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01',
    '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01\r\nx: y',
  ])('begins a new one in place of %j', (header) => {
    const made = traceparentFrom(header);
    expect(made).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
    expect(made).not.toBe(traceparentFrom(header));
  });
});
