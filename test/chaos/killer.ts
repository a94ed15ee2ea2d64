import type { Random } from './random';

export interface Killer {
  /** By name, how often one of its processes was ended. */
  readonly kills: ReadonlyMap<string, number>;
  /** Told of work that is done: so much work, so many kills, on a fast machine as on a busy one. */
  worked(): void;
  stop(): void;
}

/** Work is told of in bursts: one kill is under way at a time, else a burst would end all processes at once. */
const LONGEST_DELAY_MS = 1_000;

/** What can be ended: a process of a function, or of an engine. */
export interface Victim {
  readonly name: string;
  readonly pid: number;
}

/** A function that was just killed is spared for so many kills: a record that meets four deaths in a row is held to cause them. */
const SPARED = 4;

/**
 * Ends processes with SIGKILL, any of them, at any moment.
 *
 * @param every how much work is done between two kills, on the average
 */
export function startKiller(candidates: () => readonly Victim[], random: Random, every: number): Killer {
  const kills = new Map<string, number>();
  let spared: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let left = every;
  const kill = () => {
    timer = undefined;
    const victims = candidates().filter(({ name, pid }) => pid > 0 && !spared.includes(name));
    const victim = victims.length > 0 ? random.pick(victims) : undefined;
    if (!victim || !ended(victim.pid)) return;
    kills.set(victim.name, (kills.get(victim.name) ?? 0) + 1);
    spared = [...spared, victim.name].slice(-SPARED);
  };
  return {
    kills,
    worked() {
      left -= 1;
      if (left > 0 || timer) return;
      left = random.int(1, 2 * every);
      timer = setTimeout(kill, random.int(0, LONGEST_DELAY_MS));
    },
    stop: () => clearTimeout(timer),
  };
}

function ended(pid: number): boolean {
  try {
    return process.kill(pid, 'SIGKILL');
  } catch {
    return false;
  }
}
