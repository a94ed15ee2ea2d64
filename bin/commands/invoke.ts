import { readFileSync } from 'node:fs';
import { createRuntime } from '../../local/runtime/runtime';
import { stateFolder } from '../../local/state';
import { injectedVariables, readSystemModel } from '../../local/up';
import { CommandError } from '../output/failure';
import { readable } from '../output/function-lines';
import { visible, visibleLines } from '../output/visible';
import { runningSystem } from '../running';

export interface InvokeFlags {
  readonly state: string;
  readonly json?: boolean;
  readonly event: string;
}

/** Runs one function of the running system's app in an environment of its own, on the system's engines. */
export async function invoke(name: string, flags: InvokeFlags): Promise<void> {
  const { app, endpoints, env, resolve } = runningSystem(flags.state);
  const event = readEvent(flags.event);
  const { functions } = readSystemModel(app, endpoints, { state: stateFolder(flags.state), env, resolve });
  const fn = functions.find((one) => one.name === name || one.arn === name || one.origin.logicalId === name);
  if (fn === undefined) {
    throw new CommandError(`There is no function ${name}: choose of ${functions.map((one) => one.name).join(', ')}`);
  }
  const runtime = createRuntime({
    environmentVariables: (one) => injectedVariables(one, endpoints, env),
    // To standard error: standard output is the answer's.
    log: (_, line) => process.stderr.write(`${flags.json ? line : visible(readable(line) ?? '')}\n`),
  });
  const result = await runtime.invoke(fn, event).finally(() => runtime.close());
  process.stdout.write(`${flags.json ? result.payload : pretty(result.payload)}\n`);
  process.exit(result.ok ? 0 : 1);
}

function readEvent(file: string): string {
  try {
    return JSON.stringify(JSON.parse(readFileSync(file === '-' ? 0 : file, 'utf8')));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CommandError(`No event (${reason}): --event takes a file with JSON`, { cause });
  }
}

function pretty(payload: string): string {
  try {
    return visibleLines(JSON.stringify(JSON.parse(payload), null, 2));
  } catch {
    return visibleLines(payload);
  }
}
