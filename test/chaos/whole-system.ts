import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { synthesise } from '../../bin/synthesise';
import { freePort } from '../../local/engines/ports';
import { stateFolder } from '../../local/state';
import { type RunningSystem, startSystem } from '../../local/up';

/** This project's whole system, on engines, ports and a folder of its own, which it may be started on again. */
export interface WholeSystem {
  start(): Promise<RunningSystem>;
  remove(): Promise<void>;
}

export async function createWholeSystem(say: (line: string) => void): Promise<WholeSystem> {
  const directory = await mkdtemp(join(tmpdir(), 'orderflow-chaos-'));
  const [kafka, dynamodb, s3, api] = [await freePort(), await freePort(), await freePort(), await freePort()];
  return {
    start: async () =>
      startSystem({
        app: await synthesise(() => {}),
        state: stateFolder(directory),
        engine: 'jvm',
        given: {},
        ports: { kafka, dynamodb, s3, api },
        mappings: true,
        env: {},
        resolve: {},
        report: {
          step: say,
          part: (name, line) => say(`${name} │ ${line}`),
          functionLine: ({ name }, line) => say(`${name} │ ${line}`),
          download: () => {},
        },
      }),
    remove: () => rm(directory, { recursive: true, force: true }),
  };
}
