import { spawnSync } from 'node:child_process';
import { copyFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporaryFolder } from '../temporary-folder';

const root = join(__dirname, '../..');

function check(args: readonly string[], colours: Readonly<Record<string, string>> = {}) {
  const folder = temporaryFolder('check');
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  copyFileSync(join(root, 'biome.json'), join(folder, 'biome.json'));
  writeFileSync(join(folder, '.gitignore'), 'node_modules\n');
  writeFileSync(join(folder, 'untidy.ts'), 'export   const a = "ü—x" ;\n');
  const { FORCE_COLOR: _, ...env } = process.env;
  return spawnSync('node', [join(root, 'scripts/check.mjs'), ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...env, ...colours },
  });
}

test('what a failing step says is plain text when nobody asked for colours', () => {
  const { stdout, status } = check(['--only', 'lint']);
  expect(stdout).toMatch(/FAIL lint/);
  expect(stdout).toContain('export···const·a');
  expect(stdout).not.toContain('\x1b');
  expect(status).toBe(1);
});

test('and coloured when somebody did', () => {
  expect(check(['--only', 'lint'], { FORCE_COLOR: '1' }).stdout).toContain('\x1b');
});

test('a step that there is not is refused with those there are', () => {
  const { stderr, status } = check(['--only', 'lnt']);
  expect(stderr).toMatch(/^There is no lnt to check: --only takes unit, lint/);
  expect(status).toBe(1);
});
