import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { bundleFunctions, sizeTable } from '../../lib/bundling';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'bundling-'));
});
afterEach(() => rmSync(root, { recursive: true }));

const aFunction = (name: string, code: string, project = root) => {
  mkdirSync(join(project, 'lambdas', name), { recursive: true });
  writeFileSync(join(project, 'lambdas', name, 'handler.ts'), code);
};
const bundle = (names: string[], options: { largest?: number; root?: string } = {}) =>
  bundleFunctions({ root, names, outdir: 'dist/lambdas', ...options });

it('gives each function a folder with what is uploaded: code and source map', () => {
  aFunction('one', 'export const handler = async (): Promise<number> => 1;');
  aFunction('two', 'export const handler = async () => 2;');
  const bundles = bundle(['one', 'two']);
  expect(bundles.map(({ directory }) => readdirSync(directory))).toEqual([
    ['index.js', 'index.js.map'],
    ['index.js', 'index.js.map'],
  ]);
  expect(bundles[0]?.size).toBe(statSync(join(bundles[0]?.directory ?? '', 'index.js')).size);
  expect(sizeTable(bundles).split('\n')).toHaveLength(2);
});

it('keeps the names of errors, by which people find them', () => {
  aFunction(
    'one',
    'class OutOfStockError extends Error {}\nexport const handler = () => new OutOfStockError().constructor.name;',
  );
  const [made] = bundle(['one']);
  const { handler } = require(join(made?.directory ?? '', 'index.js')) as { handler: () => string };
  expect(handler()).toBe('OutOfStockError');
});

it('gives the same bytes wherever the project stands, so that nothing is uploaded twice', () => {
  const other = mkdtempSync(join(tmpdir(), 'bundling-elsewhere-'));
  const code = 'export const handler = async (event: { n: number }) => event.n;';
  const read = (project: string) => {
    aFunction('one', code, project);
    const [made] = bundle(['one'], { root: project });
    const directory = made?.directory ?? '';
    return readdirSync(directory).map((file) => readFileSync(join(directory, file), 'utf8'));
  };
  expect(read(root)).toEqual(read(other));
  rmSync(other, { recursive: true });
});

it('does not touch a bundle that did not change', () => {
  aFunction('one', 'export const handler = 1;');
  const touched = () => statSync(join(bundle(['one'])[0]?.directory ?? '', 'index.js'), { bigint: true }).mtimeNs;
  expect(touched()).toBe(touched());
});

it('refuses a bundle over the limit, by name and size', () => {
  aFunction('fat', `export const handler = '${'x'.repeat(5000)}';`);
  expect(() => bundle(['fat'], { largest: 4096 })).toThrow('Over 4 KB: fat is 5 KB');
});

it('says which function of the topology has no code', () => {
  aFunction('one', '');
  expect(() => bundle(['one', 'two'])).toThrow('lambdas/two/handler.ts: no such file');
});
