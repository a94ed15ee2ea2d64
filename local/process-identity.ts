import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { deadlineIn } from '../shared/time';

/** A process that can be told from a later one with the same id. */
export interface ProcessIdentity {
  readonly pid: number;
  /** When it started, in whatever form the system tells; equal for the same process only. */
  readonly started: string;
}

/** @returns undefined when no such process lives. */
export function identify(pid: number): ProcessIdentity | undefined {
  try {
    const started = process.platform === 'linux' ? startOnLinux(pid) : startByPs(pid);
    return started === undefined ? undefined : { pid, started };
  } catch {
    return undefined;
  }
}

/** Whether the very process that was written down still lives. */
export const lives = (identity: ProcessIdentity): boolean => identify(identity.pid)?.started === identity.started;

/** Field 22 is the start in ticks since boot, field 3 the state; the second field may hold spaces (proc(5)). */
function startOnLinux(pid: number): string | undefined {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').pop()?.split(' ') ?? [];
  const [state] = fields;
  if (state === 'Z' || state === 'X') return undefined;
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19]}`;
}

const startByPs = (pid: number): string | undefined =>
  execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || undefined;

/** Waits for the end of a process that may be no child of ours; false when it outlives the time. */
export async function waitForEnd(identity: ProcessIdentity, milliseconds: number): Promise<boolean> {
  const deadline = deadlineIn(milliseconds);
  while (lives(identity)) {
    if (deadline.hasPassed()) return false;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return true;
}

/** Signals the process that was written down, never another one that got its id. */
export function signal(identity: ProcessIdentity, name: NodeJS.Signals): boolean {
  if (!lives(identity)) return false;
  try {
    return process.kill(identity.pid, name);
  } catch {
    return false;
  }
}
