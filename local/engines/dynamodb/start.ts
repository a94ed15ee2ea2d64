import { join } from 'node:path';
import type { EngineProcess } from '../engine-process';
import type { EngineFolders } from '../jvm-engine';
import { startNodeEngine } from '../node-engine';
import type { MainOptions } from './main';

export interface DynamodbOptions {
  readonly folders: EngineFolders;
  readonly port: number;
  /** Keeps nothing: for tests. */
  readonly temporary?: boolean;
  /** Ends the start. */
  readonly cut?: AbortSignal;
}

/**
 * Starts the embedded DynamoDB engine in a process of its own and waits until it listens.
 *
 * @throws EngineError `engine_did_not_start`, with its log's last words; nothing is left running then.
 */
export function startDynamodb({ folders, port, temporary = false, cut }: DynamodbOptions): Promise<EngineProcess> {
  const options: MainOptions = { port, folder: join(folders.data, 'leveldb'), temporary };
  return startNodeEngine({ name: 'dynamodb', entry: join(__dirname, 'process.mjs'), options, folders, cut });
}
