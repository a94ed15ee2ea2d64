import { dependence, type EngineName } from '../../../local/engines/dependence';
import { EngineError } from '../../../local/engines/engine-error';
import type { EngineProcess } from '../../../local/engines/engine-process';
import { supervise } from '../../../local/engines/supervise';
import { isSaid, pauseAfter } from '../../../local/engines/tries';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

const aWhile = () => jest.advanceTimersByTimeAsync(35_000);
const soon = () => jest.advanceTimersByTimeAsync(0);

interface FakeEngine extends EngineProcess {
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

const diesAtOnce = async () => {
  throw new EngineError('engine_did_not_start', 'it did not come up (disk full): see its log');
};

/** Engines as they are started, and what is said of them. */
function aSupervised(name: EngineName = 'kafka') {
  const engines: FakeEngine[] = [];
  const lines: string[] = [];
  const start = async () => {
    const engine = anEngine(engines.length + 1);
    engines.push(engine);
    return engine;
  };
  return { engines, lines, options: { name, start, log: (line: string) => void lines.push(line) } };
}

test('an engine that dies is started again at once, and both are said, with what waits meanwhile', async () => {
  const { engines, lines, options } = aSupervised();
  const supervised = await supervise(options);
  engines[0]?.die(137);
  await soon();
  expect(supervised.pid()).toBe(2);
  expect(lines).toEqual([`kafka died (signal 9); starting it again. ${dependence.kafka.waits}`, 'kafka is back']);
});

test('one that dies again and again is started again for ever, said ever more seldom, with its last words', async () => {
  const { engines, lines, options } = aSupervised();
  const supervised = await supervise(options);
  for (let deaths = 1; deaths <= 20; deaths++) {
    engines.at(-1)?.die(1);
    await aWhile();
    expect(supervised.pid()).toBe(deaths + 1);
  }
  const deaths = lines.filter((line) => line.startsWith('kafka died'));
  expect(deaths).toHaveLength(5);
  expect(deaths.at(-1)).toMatch(
    /exit code 1; disk full; see logs\/kafka\.log.*trouble 16 in a row.*for as long as this runs/,
  );
});

test.each<EngineName>(['kafka', 'dynamodb', 's3'])('%s, killed in its own restart, is started again', async (name) => {
  const { engines, lines, options } = aSupervised(name);
  let dying = 0;
  const supervised = await supervise({ ...options, start: () => (dying-- > 0 ? diesAtOnce() : options.start()) });
  await soon();
  dying = 6;
  engines[0]?.die(137);
  for (let times = 0; times < 7; times++) await aWhile();
  expect(supervised.pid()).toBe(2);
  expect(lines.filter((line) => line.startsWith('it did not come up (disk full): see its log; starting'))).toHaveLength(
    2,
  );
  expect(lines.at(-1)).toBe(`${name} is back`);
});

test.each<EngineName>(['kafka', 'dynamodb'])('without %s there is no start', async (name) => {
  const { options } = aSupervised(name);
  await expect(supervise({ ...options, start: diesAtOnce })).rejects.toThrow('did not come up');
});

test('an object store that dies in its first start comes up later, and is made ready then', async () => {
  const { engines, options } = aSupervised('s3');
  const onUp = jest.fn(async () => {});
  let dying = 3;
  const supervised = await supervise({ ...options, onUp, start: () => (dying-- > 0 ? diesAtOnce() : options.start()) });
  expect(supervised.pid()).toBeUndefined();
  await aWhile();
  expect(supervised.pid()).toBe(1);
  expect(onUp).toHaveBeenCalledTimes(1);
  engines[0]?.die(137);
  await aWhile();
  expect(onUp).toHaveBeenCalledTimes(2);
});

test('what makes it ready is tried until it succeeds, and no longer than the engine lives', async () => {
  const { engines, lines, options } = aSupervised('s3');
  const refuse = async (): Promise<void> => Promise.reject(new Error('500'));
  const onUp = jest.fn(refuse);
  const supervised = await supervise({ ...options, onUp });
  await soon();
  engines[0]?.die(137);
  await soon();
  onUp.mockImplementation(async () => {});
  await aWhile();
  const calls = onUp.mock.calls.length;
  await aWhile();
  expect(onUp).toHaveBeenCalledTimes(calls);
  expect(lines).toContain('s3 is up, and of no use yet (500); trying again');
  await supervised.stop();
});

test('an engine that was well for a minute begins anew', async () => {
  const { engines, lines, options } = aSupervised();
  await supervise(options);
  for (const _ of [1, 2]) {
    engines.at(-1)?.die(137);
    await jest.advanceTimersByTimeAsync(61_000);
  }
  expect(lines.filter((line) => line.startsWith('kafka died (signal 9); starting it again.'))).toHaveLength(2);
});

test('stopping is no death', async () => {
  const { engines, lines, options } = aSupervised();
  const supervised = await supervise(options);
  await supervised.stop();
  expect(engines).toHaveLength(1);
  expect(lines).toEqual([]);
});

test('a stop does not wait for the next try', async () => {
  const { engines, options } = aSupervised('s3');
  const supervised = await supervise({ ...options, start: diesAtOnce });
  await aWhile();
  await supervised.stop();
  expect(engines).toHaveLength(0);
});

test('a start under way is cut by a stop; one that comes up all the same is stopped', async () => {
  const { engines, options } = aSupervised('s3');
  let release = () => {};
  let cut: AbortSignal | undefined;
  const slow = async (signal: AbortSignal) => {
    cut = signal;
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    return options.start();
  };
  const supervised = await supervise({ ...options, start: slow });
  const stopping = supervised.stop();
  expect(cut?.aborted).toBe(true);
  release();
  await stopping;
  expect(engines[0]?.stopped).toBe(true);
});

test('the pauses grow to half a minute, and what is said thins out', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 50].map(pauseAfter)).toEqual([0, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
  expect([1, 2, 3, 4, 5, 6, 7, 8, 9].filter(isSaid)).toEqual([1, 2, 4, 8]);
});
