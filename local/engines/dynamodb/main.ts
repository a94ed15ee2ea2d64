import { closeSync, writeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { Ledger } from './ledger';
import { recover } from './recover';
import { createDynamodbServer } from './server';
import { Store } from './store';
import { sweepForever } from './time-to-live';

/** How the runner starts this process: as the one argument, in JSON. */
export interface MainOptions {
  readonly port: number;
  readonly folder: string;
  /** Nothing is kept from before, nor afterwards. */
  readonly temporary: boolean;
}

/** A pipe to the runner, who waits for a word there. */
const READY_FD = 3;

const LAST_ANSWERS_MS = 100;

void main(JSON.parse(process.argv[2] ?? '{}'));

/** Serves until the standard input ends, which it does with the runner, however that ends. */
async function main({ port, folder, temporary }: MainOptions): Promise<void> {
  // What it keeps is nobody else's to read.
  process.umask(0o077);
  try {
    if (temporary) await rm(folder, { recursive: true, force: true });
    const ledger = await Ledger.open(folder);
    const onFault = (error: unknown) => {
      console.error(error);
      // The next process begins with what was written; those who wait for an answer get one before.
      if (ledger.hasFailed) setTimeout(() => process.exit(1), LAST_ANSWERS_MS);
    };
    const store = new Store(ledger);
    await recover(store);
    const server = createDynamodbServer(store, onFault);
    await listen(server, port);
    sweepForever(store, onFault);
    const stop = async () => {
      server.close();
      await ledger.close();
      if (temporary) await rm(folder, { recursive: true, force: true });
      process.exit();
    };
    process.stdin.once('end', stop).once('error', stop).resume();
    writeSync(READY_FD, 'ready');
    closeSync(READY_FD);
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
}

const listen = (server: Server, port: number) =>
  new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(port, '127.0.0.1', resolve);
  });
