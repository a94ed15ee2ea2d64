import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '../..');
const read = (file: string) => JSON.parse(readFileSync(join(root, file), 'utf8'));

/** npm 11 warns a newcomer of every package that has one and of which package.json's allowScripts says nothing. */
test('of every install script the project says whether it may run', () => {
  const locked: Record<string, { hasInstallScript?: boolean }> = read('package-lock.json').packages;
  const withScripts = Object.entries(locked).flatMap(([path, { hasInstallScript }]) =>
    hasInstallScript ? [path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length)] : [],
  );
  const said = Object.keys(read('package.json').allowScripts);
  expect(withScripts.length).toBeGreaterThan(0);
  expect(said).toEqual(expect.arrayContaining(withScripts));
});
