import type { JvmProcess } from '../../../local/engines/jvm-process';
import { recentDeaths, supervise } from '../../../local/engines/supervise';

interface FakeEngine extends JvmProcess {
  die(code: number): void;
  stopped: boolean;
}

function anEngine(pid: number): FakeEngine {
  let die: (code: number) => void = () => {};
  const exited = new Promise<number>((resolve) => {
    die = resolve;
  });
  const engine: FakeEngine = {
    pid,
    exited,
    die,
    stopped: false,
    async stop() {
      engine.stopped = true;
      die(143);
    },
    kill: () => die(137),
    lastWords: async () => 'disk full',
  };
  return engine;
}

/** Engines as they are started, and what is said of them. */
function aSupervised() {
  const engines: FakeEngine[] = [];
  const lines: string[] = [];
  let lost: (error: Error) => void = () => {};
  const isLost = new Promise<Error>((resolve) => {
    lost = resolve;
  });
  let started: () => void = () => {};
  const next = () =>
    new Promise<void>((resolve) => {
      started = resolve;
    });
  const start = async () => {
    const engine = anEngine(engines.length + 1);
    engines.push(engine);
    started();
    return engine;
  };
  return {
    engines,
    lines,
    isLost,
    next,
    start,
    options: { name: 'kafka', start, log: (line: string) => lines.push(line), onLost: lost },
  };
}

test('an engine that dies is started again, and both are said', async () => {
  const { engines, lines, next, options } = aSupervised();
  const supervised = await supervise(options);
  const again = next();
  engines[0]?.die(137);
  await again;
  await new Promise(setImmediate);
  expect(supervised.pid()).toBe(2);
  expect(lines).toEqual(['kafka died (signal 9); starting it again', 'kafka is back']);
});

test('an engine that keeps dying is given up, with its last words', async () => {
  const { engines, next, isLost, options } = aSupervised();
  await supervise(options);
  for (const index of [0, 1]) {
    const again = next();
    engines[index]?.die(1);
    await again;
    await new Promise(setImmediate);
  }
  engines[2]?.die(1);
  await expect(isLost).resolves.toMatchObject({
    code: 'engine_keeps_dying',
    message: expect.stringContaining('disk full'),
  });
  expect(engines).toHaveLength(3);
});

test('stopping is no death', async () => {
  const { engines, lines, options } = aSupervised();
  const supervised = await supervise(options);
  await supervised.stop();
  expect(engines).toHaveLength(1);
  expect(lines).toEqual([]);
});

test('an engine that comes back while the system stops is stopped too', async () => {
  const { engines, options } = aSupervised();
  let release = () => {};
  let first = true;
  const slow = async () => {
    if (!first)
      await new Promise<void>((resolve) => {
        release = resolve;
      });
    first = false;
    return options.start();
  };
  const supervised = await supervise({ ...options, start: slow });
  engines[0]?.die(137);
  await new Promise(setImmediate);
  const stopping = supervised.stop();
  release();
  await stopping;
  expect(engines[1]?.stopped).toBe(true);
});

test('deaths long ago are forgotten', () => {
  expect(recentDeaths([0, 100_000], 130_000)).toEqual([100_000, 130_000]);
});
