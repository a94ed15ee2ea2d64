import { join } from 'node:path';
import type { EngineProcess } from '../engine-process';
import type { EngineFolders } from '../jvm-engine';
import { startNodeEngine } from '../node-engine';
import type { MainOptions } from './main';

export interface S3Options {
  readonly folders: EngineFolders;
  /** Plain HTTP, on loopback. */
  readonly port: number;
  /** Ends the start. */
  readonly cut?: AbortSignal;
}

/**
 * Starts the embedded object store, which keeps its objects as files in the state folder.
 *
 * @throws EngineError `engine_did_not_start`, with its log's last words; nothing is left running then.
 */
export function startS3({ folders, port, cut }: S3Options): Promise<EngineProcess> {
  const options: MainOptions = { port, folder: join(folders.data, 'buckets') };
  return startNodeEngine({ name: 's3', entry: join(__dirname, 'process.mjs'), options, folders, cut });
}
