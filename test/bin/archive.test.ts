import { archiveOf } from '../../bin/archive';
import { aFunction, aMapping } from '../local/mapping/builders';

const audit = aFunction({ arn: 'arn:audit', environment: { ARCHIVE_BUCKET: 'the-archive' } });

describe('archiveOf', () => {
  it('finds the bucket, and the topics of the function that fills it', () => {
    const mappings = [
      aMapping({ functionArn: 'arn:audit', topic: 'orders', groupId: 'audit', batchingWindowMs: 60_000 }),
      aMapping({ functionArn: 'arn:audit', topic: 'trades', groupId: 'audit.trades', batchingWindowMs: 500 }),
      aMapping({ functionArn: 'arn:other', topic: 'positions', groupId: 'other' }),
    ];
    expect(archiveOf({ functions: [aFunction(), audit], mappings })).toEqual({
      bucket: 'the-archive',
      topics: new Map([
        ['orders', { group: 'audit', windowMs: 60_000 }],
        ['trades', { group: 'audit.trades', windowMs: 500 }],
      ]),
    });
  });

  it('says of an app without an archive that it has none', () => {
    expect(() => archiveOf({ functions: [aFunction()], mappings: [] })).toThrow('This app keeps no archive');
  });
});
