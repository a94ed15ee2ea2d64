import { appendFileSync } from 'node:fs';
import type { RunningSystem } from '../../local/up';
import { invariants } from './invariants';
import { type Killer, startKiller } from './killer';
import { connectActors } from './perform';
import type { Picture } from './picture';
import { createRandom } from './random';
import { setBack } from './set-back';
import { followProgress, type Progress, untilSettled } from './settled';
import { takePicture } from './take-picture';
import { createWholeSystem, type WholeSystem } from './whole-system';
import { planWorkload, WAVE, type Workload } from './workload';

/** CHAOS_ORDERS=5000 CHAOS_SEED=1 CHAOS_LOG=/tmp/chaos.log npx jest test/chaos --selectProjects integration */
const ORDERS = Number(process.env.CHAOS_ORDERS ?? 1_000);
const SEED = Number(process.env.CHAOS_SEED ?? Date.now() % 1_000_000);
/** Orders that get somewhere between two kills. */
const KILL_EVERY = 20;
const { CHAOS_LOG } = process.env;
/** Orders that are under way at a time. */
const UNDER_WAY = 400;
const PATIENCE_MS = 120_000 + ORDERS * 200;

const say = (line: string) => CHAOS_LOG && appendFileSync(CHAOS_LOG, `${new Date().toISOString()} ${line}\n`);
const tell = (line: string) => process.stderr.write(`chaos, seed ${SEED}: ${line}\n`);

let whole: WholeSystem;
let system: RunningSystem;
let workload: Workload;
let picture: Picture;

beforeAll(async () => {
  whole = await createWholeSystem(say);
  system = await whole.start();
  workload = planWorkload(SEED, ORDERS);
  const started = Date.now();
  const killer = await work(workload);
  // The archive's window is a minute; what it has by then is looked at.
  await untilSettled(system, (group) => !group.startsWith('audit'), PATIENCE_MS);
  const seconds = (Date.now() - started) / 1_000;
  const kills = [...killer.kills].map(([name, count]) => `${count} ${name}`);
  tell(`${ORDERS} orders settled in ${seconds.toFixed(1)} s; killed ${kills.join(', ')}`);
  picture = await takePicture(system, workload);
}, PATIENCE_MS + 120_000);

afterAll(async () => {
  await system?.stop();
  await whole?.remove();
}, 60_000);

async function work({ prices, waves }: Workload): Promise<Killer> {
  const actors = await connectActors(system);
  const killer = startKiller(victimsOf(system), createRandom(SEED + 1), KILL_EVERY);
  const progress = await followProgress(system, killer.worked);
  await Promise.all(prices.map(([item, price]) => actors.setPrice(item, price)));
  try {
    for (const [index, wave] of waves.entries()) {
      await actors.perform(wave);
      await arrive(progress, Math.min(ORDERS, (index + 1) * WAVE) - UNDER_WAY);
    }
    await arrive(progress, ORDERS);
  } finally {
    killer.stop();
    await progress.close();
    await actors.close();
  }
  return killer;
}

/** Every function, the tables under all of them, and the object store, while the archive is written. */
const victimsOf =
  ({ runtime, engines }: RunningSystem) =>
  () => [...runtime.environments(), ...['dynamodb', 's3'].map((name) => ({ name, pid: engines.pids()[name] ?? 0 }))];

async function arrive(progress: Progress, orders: number): Promise<void> {
  if (!(await progress.reached(orders, PATIENCE_MS))) tell(`${orders} orders did not get anywhere in time`);
}

describe('the whole system, its functions and its object store killed at random moments', () => {
  it.each(Object.entries(invariants))('%s', (_, invariant) => {
    expect(invariant(picture).slice(0, 20)).toEqual([]);
  });
});

describe('everything once more: all groups set back to the beginning, as an operator may', () => {
  let again: Picture;

  beforeAll(async () => {
    await setBack(system);
    await system.stop();
    system = await whole.start();
    await untilSettled(system, (group) => !group.startsWith('audit'), PATIENCE_MS);
    again = await takePicture(system, workload);
  }, PATIENCE_MS + 120_000);

  const PARTS = ['stocks', 'queues', 'exposures', 'ledger', 'payments', 'books', 'positions', 'analytics'] as const;

  it.each(PARTS)('changes nothing in the %s', (part) => {
    expect(sorted(again[part])).toEqual(sorted(picture[part]));
  });

  it('adds no event to a timeline and no line to a statement', () => {
    const told = ({ timelines }: Picture) =>
      sorted(new Map([...timelines].map(([id, events]) => [id, events.map(({ event_id }) => event_id).sort()])));
    expect(told(again)).toEqual(told(picture));
    expect([...again.lines].sort()).toEqual([...picture.lines].sort());
  });

  it('writes no dead letter a second time', () => {
    const letters = ({ deadLetters }: Picture) =>
      deadLetters.map(({ consumer, place, code }) => `${place} by ${consumer}: ${code}`).sort();
    expect(letters(again)).toEqual(letters(picture));
  });

  it.each(Object.entries(invariants))('%s', (_, invariant) => {
    expect(invariant(again).slice(0, 20)).toEqual([]);
  });
});

/** Tables are scanned in any order. */
function sorted(part: unknown): unknown {
  if (part instanceof Map) return [...part].sort(([one], [other]) => (String(one) < String(other) ? -1 : 1));
  return Array.isArray(part) ? part.map((row) => JSON.stringify(row)).sort() : part;
}
