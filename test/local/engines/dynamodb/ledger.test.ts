import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Ledger } from '../../../../local/engines/dynamodb/ledger';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'orderflow-ledger-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('what was taken back is gone, what was set before within it as well', async () => {
  const ledger = await Ledger.open(folder);
  ledger.set('a', 1);
  const fail = () =>
    ledger.atomically(() => {
      ledger.set('a', 2);
      ledger.atomically(() => {
        ledger.set('b', 2);
        ledger.set('a', undefined);
      });
      expect([ledger.get('a'), ledger.get('b')]).toEqual([undefined, 2]);
      throw new Error('taken back');
    });
  expect(fail).toThrow('taken back');
  expect([ledger.get('a'), ledger.get('b')]).toEqual([1, undefined]);
  await ledger.written();
  expect([ledger.get('a'), ledger.get('b')]).toEqual([1, undefined]);
  await ledger.close();
});

test('what was written is there for the next process', async () => {
  const ledger = await Ledger.open(folder);
  ledger.set('a', { n: 1 });
  ledger.set('b', 2);
  await ledger.written();
  ledger.set('b', undefined);
  await ledger.close();
  const next = await Ledger.open(folder);
  expect([next.get('a'), next.get('b'), next.written()]).toEqual([{ n: 1 }, undefined, undefined]);
  await next.close();
});

test('once a batch was not taken, nobody is told that anything is written', async () => {
  const ledger = await Ledger.open(folder);
  await ledger.close();
  ledger.set('a', 1);
  await expect(ledger.written()).rejects.toThrow('not open');
  expect(ledger.hasFailed).toBe(true);
  await expect(ledger.written()).rejects.toThrow('not open');
  ledger.set('b', 1);
  await expect(ledger.written()).rejects.toThrow('not open');
});
