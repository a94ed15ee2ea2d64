import type { Runtime } from '../../local/runtime/runtime';
import type { Random } from './random';

export interface Killer {
  /** By function, how often one of its processes was ended. */
  readonly kills: ReadonlyMap<string, number>;
  stop(): void;
}

/** A function that was just killed is spared for so many kills: a record that meets four deaths in a row is held to cause them. */
const SPARED = 4;

/** Ends processes of functions with SIGKILL, any of them, at any moment. */
export function startKiller(runtime: Pick<Runtime, 'environments'>, random: Random, everyMs: number): Killer {
  const kills = new Map<string, number>();
  let spared: string[] = [];
  let timer: NodeJS.Timeout;
  const kill = () => {
    const victims = runtime.environments().filter(({ name, pid }) => pid > 0 && !spared.includes(name));
    const victim = victims.length > 0 ? random.pick(victims) : undefined;
    if (victim && ended(victim.pid)) {
      kills.set(victim.name, (kills.get(victim.name) ?? 0) + 1);
      spared = [...spared, victim.name].slice(-SPARED);
    }
    next();
  };
  const next = () => {
    timer = setTimeout(kill, everyMs * (0.5 + random.next()));
  };
  next();
  return { kills, stop: () => clearTimeout(timer) };
}

function ended(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}
