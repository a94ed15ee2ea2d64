import { accessSync, constants, mkdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { EngineError } from './engine-error';
import type { EngineProcess } from './engine-process';
import type { EngineFolders } from './jvm-engine';
import { startGuarded } from './jvm-process';
import { httpProbe, waitUntil } from './probes';

export interface DynoxideOptions {
  readonly folders: EngineFolders;
  readonly port: number;
  /** Ends the start. */
  readonly cut: AbortSignal;
}

const START_LIMIT_MS = 60_000;

/**
 * Starts the dynoxide that is on the PATH (https://github.com/nubo-db/dynoxide), on a SQLite file in the state folder.
 *
 * @throws EngineError `dynoxide_missing`, `engine_did_not_start`
 */
export async function startDynoxide({ folders, port, cut }: DynoxideOptions): Promise<EngineProcess> {
  const command = findDynoxide();
  mkdirSync(folders.data, { recursive: true, mode: 0o700 });
  const logFile = join(folders.logs, 'dynamodb.log');
  const database = join(folders.data, 'dynoxide.db');
  const engine = await startGuarded({
    command,
    arguments: ['serve', '--host', '127.0.0.1', '--port', String(port), '--db-path', database],
    logFile,
    pidFile: join(folders.run, 'dynamodb.json'),
    background: false,
  });
  const end = new Promise((resolve) => cut.addEventListener('abort', resolve));
  const over = Promise.race([engine.exited, end]);
  if (!cut.aborted && (await waitUntil(httpProbe(`http://127.0.0.1:${port}/`), START_LIMIT_MS, over))) return engine;
  const words = await engine.lastWords();
  engine.kill();
  await engine.exited;
  throw new EngineError('engine_did_not_start', `dynoxide did not come up (${words}): see ${logFile}`);
}

/** @throws EngineError `dynoxide_missing` */
export function findDynoxide(): string {
  for (const folder of (process.env.PATH ?? '').split(delimiter)) {
    try {
      accessSync(join(folder, 'dynoxide'), constants.X_OK);
      return join(folder, 'dynoxide');
    } catch {
      // Perhaps in the next one.
    }
  }
  throw new EngineError(
    'dynoxide_missing',
    'There is no `dynoxide` on the PATH: install it (`cargo install dynoxide-rs`), or leave --dynamodb-engine out, which takes the embedded engine',
  );
}
