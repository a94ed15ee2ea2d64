import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { buildSync, type OutputFile } from 'esbuild';

/** Bytes of index.js: what Lambda reads at each cold start. */
const LARGEST_BUNDLE = 900 * 1024;

export interface Bundle {
  readonly name: string;
  /** Folder with index.js and its source map, as it is uploaded. */
  readonly directory: string;
  /** Bytes of index.js. */
  readonly size: number;
}

export interface BundleOptions {
  /** The project's root: handlers are in `lambdas/<name>/handler.ts` below it. */
  readonly root: string;
  readonly names: readonly string[];
  /** Where the bundles go, below the root: source maps name their sources relative to it. */
  readonly outdir: string;
  readonly largest?: number;
}

/**
 * Bundles all functions in one run of esbuild, the AWS SDK included: what is uploaded is what was tested, whatever version
 * the runtime brings. The same sources give the same bytes, wherever the project stands.
 *
 * @throws Error naming the functions without a handler, or the bundles that are too large.
 */
export function bundleFunctions({ root, names, outdir, largest = LARGEST_BUNDLE }: BundleOptions): readonly Bundle[] {
  const missing = names.filter((name) => !existsSync(join(root, 'lambdas', name, 'handler.ts')));
  if (missing.length > 0) {
    const files = missing.map((name) => `lambdas/${name}/handler.ts`).join(', ');
    throw new Error(`${files}: no such file; each function of lib/topology.ts has its code there`);
  }
  const { outputFiles } = buildSync({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(names.map((name) => [`${name}/index`, `lambdas/${name}/handler.ts`])),
    outdir,
    write: false,
    bundle: true,
    platform: 'node',
    // The runner executes these bundles on the laptop's Node, whose oldest is 20.
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    minify: true,
    // Errors are named after their class, in logs and in dead letters.
    keepNames: true,
    sourcemap: 'linked',
    sourcesContent: false,
    legalComments: 'none',
    logLevel: 'error',
  });
  for (const file of outputFiles) writeIfChanged(file);

  const bundles = names.map((name) => {
    const directory = join(root, outdir, name);
    const size = outputFiles.find(({ path }) => path === join(directory, 'index.js'))?.contents.length ?? 0;
    return { name, directory, size };
  });
  const tooLarge = bundles.filter(({ size }) => size > largest);
  if (tooLarge.length > 0) {
    throw new Error(
      `Over ${kilobytes(largest)}: ${tooLarge.map(({ name, size }) => `${name} is ${kilobytes(size)}`).join(', ')}. ` +
        'Look for what it imports with esbuild --analyze, and take it out',
    );
  }
  return bundles;
}

/** A line a bundle, largest first. */
export function sizeTable(bundles: readonly Bundle[]): string {
  const width = Math.max(...bundles.map(({ name }) => name.length));
  return [...bundles]
    .sort((a, b) => b.size - a.size)
    .map(({ name, size }) => `${name.padEnd(width)}  ${kilobytes(size).padStart(8)}`)
    .join('\n');
}

const kilobytes = (bytes: number) => `${Math.round(bytes / 1024)} KB`;

/** Leaves a file's time alone when nothing changed: the runner watches it. */
function writeIfChanged({ path, contents }: OutputFile): void {
  if (existsSync(path) && readFileSync(path).equals(contents)) return;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, contents);
}
