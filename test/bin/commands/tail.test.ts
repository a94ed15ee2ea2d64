import { asJson } from '../../../bin/commands/tail';

const aRecord = (value: string) => ({
  partition: 0,
  offset: 7,
  timestamp: 0,
  timestampType: 'CREATE_TIME' as const,
  key: null,
  value: Buffer.from(value),
  headers: [],
});

describe('asJson', () => {
  it('shows a value that is JSON as JSON', () => {
    expect(JSON.parse(asJson('orders', aRecord('{"user":"john"}')))).toMatchObject({ value: { user: 'john' } });
  });

  it('shows a value that is nested too deeply to be written as text', () => {
    const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;

    expect(JSON.parse(asJson('orders', aRecord(deep)))).toMatchObject({ value: deep });
  });
});
