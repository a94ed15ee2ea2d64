import { stderr } from 'node:process';
import { withOptions } from './hints';
import { visible, visibleLines } from './visible';

/** Something the user can mend; its message is one line that says what happened and what to do. */
export class CommandError extends Error {
  override readonly name = 'CommandError';
}

/** Ends the process with code 1 and one line; ORDERFLOW_DEBUG shows where it came from. */
export function exitWith(error: unknown): never {
  // A progress bar may stand in the line.
  stderr.write(`${stderr.isTTY ? '\r\x1b[K' : ''}${describe(error)}\n`);
  process.exit(1);
}

export function describe(error: unknown): string {
  if (!(error instanceof Error)) return visible(String(error));
  if (process.env.ORDERFLOW_DEBUG) return visibleLines(error.stack ?? error.message);
  return visible(withOptions(`orderflow: ${error.message.split('\n', 1)[0]}`));
}
