import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe as inWords } from '../../../bin/output/failure';
import { adviseFor, withOptions } from '../../../bin/output/hints';

const root = join(__dirname, '../../..');
afterEach(() => adviseFor('.orderflow'));

test('a command that a line advises carries the state folder of the one that advises it', () => {
  adviseFor('/tmp/other');
  expect(withOptions('npm start, or npx orderflow up, starts it')).toBe(
    'npm start -- --state /tmp/other, or npx orderflow --state /tmp/other up, starts it',
  );
  expect(inWords(new Error('did not come up: `orderflow reset` removes its state'))).toBe(
    'orderflow: did not come up: `npx orderflow --state /tmp/other reset` removes its state',
  );
});

test('on the default folder a command needs no option, and a folder with spaces is quoted', () => {
  expect(withOptions('`orderflow reset` begins anew')).toBe('`npx orderflow reset` begins anew');
  adviseFor("/tmp/my john's");
  expect(withOptions('npx orderflow down')).toBe(String.raw`npx orderflow --state '/tmp/my john'\''s' down`);
});

const filesBelow = (path: string): string[] =>
  statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => filesBelow(join(path, name))) : [path];

test('every command that the code advises is one that this knows', () => {
  const names = [
    ...readFileSync(join(root, 'bin/orderflow.ts'), 'utf8').matchAll(/^(?:command|system)\(\s*'([a-z]+)/gm),
  ].map(
    // `verify` stands below `audit`.
    ([, name = '']) => name.replace('verify', 'audit'),
  );
  expect(names.length).toBeGreaterThan(8);
  for (const name of names) expect(withOptions(`\`orderflow ${name}\``)).toBe(`\`npx orderflow ${name}\``);
  const files = ['bin', 'local']
    .flatMap((folder) => filesBelow(join(root, folder)))
    .filter((file) => file.endsWith('.ts'));
  for (const file of files.filter((one) => existsSync(one) && !one.endsWith('bin/orderflow.ts'))) {
    for (const [, name = ''] of readFileSync(file, 'utf8').matchAll(/npx orderflow (?!--)(\w+)/g)) {
      expect([file, names]).toEqual([file, expect.arrayContaining([name])]);
    }
  }
});
