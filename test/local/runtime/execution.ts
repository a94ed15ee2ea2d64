import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRuntime, type Runtime, type RuntimeOptions } from '../../../local/runtime/runtime';
import { aFunction } from '../mapping/builders';

export interface Lines {
  readonly all: string[];
  /** Resolves with the first line that matches, past or to come. */
  find(pattern: RegExp): Promise<string>;
}

/** A runtime over files written for one test, and the lines its functions wrote. */
export function aRuntime(files: Readonly<Record<string, string>>, options: Partial<RuntimeOptions> = {}) {
  const directory = mkdtempSync(join(tmpdir(), 'runtime-'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text);
  const all: string[] = [];
  const seekers: { pattern: RegExp; found: (line: string) => void }[] = [];
  const lines: Lines = {
    all,
    find: (pattern) => {
      const known = all.find((line) => pattern.test(line));
      if (known !== undefined) return Promise.resolve(known);
      return new Promise((found) => seekers.push({ pattern, found }));
    },
  };
  const runtime: Runtime = createRuntime({
    environmentVariables: () => ({}),
    log: (_fn, line) => {
      all.push(line);
      for (const { pattern, found } of seekers) if (pattern.test(line)) found(line);
    },
    ...options,
  });
  const fn = (handler: string, over: Parameters<typeof aFunction>[0] = {}) =>
    aFunction({
      name: handler,
      arn: `arn:aws:lambda:eu-west-1:1:function:${handler}`,
      handler,
      codeDirectory: directory,
      ...over,
    });
  const close = async () => {
    await runtime.close();
    rmSync(directory, { recursive: true });
  };
  return { runtime, fn, lines, directory, close };
}
