import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommandError } from './output/failure';

const ROOT = join(__dirname, '..');
/** All that decides what the assembly is. */
const INPUTS = ['bin/app.ts', 'lib', 'lambdas', 'shared', 'package-lock.json', 'cdk.json', 'tsconfig.json'];

/**
 * Brings this project's `cdk.out` up to date; when it is, that takes some milliseconds.
 *
 * @returns its path
 */
export async function synthesise(onStart: () => void): Promise<string> {
  const assembly = join(ROOT, 'cdk.out');
  const record = join(assembly, '.synthesised-from');
  const inputs = digest(INPUTS.flatMap((path) => filesBelow(join(ROOT, path))));
  // With its outcome, because somebody may have synthesised another stage since.
  const state = () => `${inputs} ${digest(templates(assembly))}`;
  if (existsSync(record) && readFileSync(record, 'utf8') === state()) return assembly;
  onStart();
  // Half an assembly must not pass for a whole one.
  rmSync(record, { force: true });
  await run(process.execPath, [join(ROOT, 'node_modules/tsx/dist/cli.mjs'), 'bin/app.ts']);
  writeFileSync(record, state());
  return assembly;
}

const templates = (assembly: string): string[] =>
  existsSync(assembly)
    ? readdirSync(assembly)
        .filter((name) => name === 'manifest.json' || name.endsWith('.template.json'))
        .map((name) => join(assembly, name))
    : [];

function filesBelow(path: string): string[] {
  if (!existsSync(path)) return [];
  if (statSync(path).isFile()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => filesBelow(join(path, name)));
}

/** Of the files' names and bytes. */
function digest(files: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of files) hash.update(file).update('\0').update(readFileSync(file)).update('\0');
  return hash.digest('base64url');
}

function run(command: string, args: readonly string[]): Promise<void> {
  const child = spawn(command, args, { cwd: ROOT, stdio: ['ignore', 'ignore', 'pipe'] });
  // Whoever gives up meanwhile leaves nothing running.
  const kill = () => child.kill();
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk;
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) return resolve();
      const reason = errors.split('\n').find((line) => /Error|error/.test(line)) ?? errors.trim().split('\n').at(-1);
      reject(new CommandError(`The app does not synthesise (${reason?.trim()}): npm run synth shows all of it`));
    });
  });
}
