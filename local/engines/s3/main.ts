import { closeSync, writeSync } from 'node:fs';
import { createObjectServer } from './server';
import { openStore } from './store';

/** How the runner starts this process: as the one argument, in JSON. */
export interface MainOptions {
  readonly port: number;
  readonly folder: string;
}

/** A pipe to the runner, who waits for a word there. */
const READY_FD = 3;

void main(JSON.parse(process.argv[2] ?? '{}'));

/** Serves on loopback until the standard input ends, which it does with the runner, however that ends. */
async function main({ port, folder }: MainOptions): Promise<void> {
  // What it keeps is nobody else's to read.
  process.umask(0o077);
  try {
    const server = createObjectServer(await openStore(folder), (error) => console.error(error));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen(port, '127.0.0.1', resolve);
    });
    const stop = () => {
      // A request under way may end; what it has not finished would not count.
      server.close(() => process.exit());
      server.closeIdleConnections();
      setTimeout(() => process.exit(), 2_000).unref();
    };
    process.stdin.once('end', stop).once('error', stop).resume();
    writeSync(READY_FD, 'ready');
    closeSync(READY_FD);
  } catch (error) {
    console.error(error);
    process.exit(1);
  }
}
