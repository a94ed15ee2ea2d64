import { waitForEnd } from '../process-identity';
import { findEngines, type StateFolder } from '../state';
import { chooseEngines } from './choice';
import type { EngineName } from './dependence';
import { createCompose } from './docker';
import { EngineError } from './engine-error';
import type { EngineOptions, Starters } from './engine-options';
import { httpProbe, kafkaProbe, waitUntil } from './probes';
import { processStarters } from './process-starters';
import { type SupervisedEngine, supervise } from './supervise';
import { untilDone } from './tries';

export interface RunningEngines {
  readonly kind: 'jvm' | 'docker' | 'given';
  /**
   * Starts the object store, unless its endpoint was given, and returns at once.
   *
   * @param onUp done whenever it has come up, and again until it succeeds
   */
  keepS3(onUp: () => Promise<void>): void;
  /** Process ids of those that run as children, by name. */
  pids(): Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

/**
 * Starts the engines side by side and resolves when all that are needed answer. From then on they are kept up.
 *
 * @throws EngineError; what had started is stopped again.
 */
export async function startEngines(options: EngineOptions): Promise<RunningEngines> {
  const { given, needs, log, state } = options;
  await Promise.all([
    given.kafka && assertAnswers(`Kafka at ${given.kafka}`, kafkaProbeOf(given.kafka)),
    given.dynamodb && assertAnswers(`DynamoDB at ${given.dynamodb}`, httpProbe(given.dynamodb)),
    given.s3 && assertAnswers(`S3 at ${given.s3}`, httpProbe(given.s3)),
  ]);
  const own = (['kafka', 'dynamodb'] as const).filter((name) => needs[name] && given[name] === undefined);
  const { kind, keep: keepChoice } = await chooseEngines(options);
  await endLeftOvers(state);
  const compose = kind === 'docker' ? createCompose(composeProject(state), options.ports) : undefined;
  const contained = compose && {
    kafka: compose.starters.kafka,
    ...(options.dynamodbEngine === 'dynamodb-local' && { dynamodb: compose.starters.dynamodb }),
  };
  const starters: Starters = { ...processStarters(options), ...contained };

  const running = new Map<EngineName, SupervisedEngine>();
  const stopping = new AbortController();
  const keep = async (name: EngineName, onUp?: () => Promise<void>) => {
    const engine = await supervise({ name, start: starters[name], log, ...(onUp && { onUp }) });
    running.set(name, engine);
    // Another engine failed meanwhile.
    if (stopping.signal.aborted) await engine.stop();
  };
  const stop = async () => {
    stopping.abort();
    await Promise.all([...running.values()].map((engine) => engine.stop()));
    await compose?.stop();
  };
  const outcomes = await Promise.allSettled(own.map((name) => keep(name)));
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) {
    await stop();
    throw failure.reason;
  }
  keepChoice();
  return {
    kind,
    keepS3(onUp) {
      const say = ({ message }: Error) => log(`S3 at ${given.s3} is of no use yet (${message}); trying again`);
      void (given.s3 ? untilDone(onUp, { say, cut: stopping.signal }) : keep('s3', onUp));
    },
    pids: () =>
      Object.fromEntries([...running].flatMap(([name, engine]) => (engine.pid() ? [[name, engine.pid() ?? 0]] : []))),
    stop,
  };
}

/** The plain name for the plain folder, so that containers started by hand are adopted. */
export const composeProject = ({ root }: StateFolder): string =>
  root === `${process.cwd()}/.orderflow`
    ? 'orderflow'
    : `orderflow${root.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;

/** Engines end with their runner, but a moment later than it when it was killed. */
async function endLeftOvers(state: StateFolder): Promise<void> {
  for (const engine of findEngines(state)) {
    if (await waitForEnd(engine, 10_000)) continue;
    process.kill(engine.pid, 'SIGKILL');
    await waitForEnd(engine, 5_000);
  }
}

async function assertAnswers(what: string, probe: () => Promise<boolean>): Promise<void> {
  if (await waitUntil(probe, 5_000)) return;
  throw new EngineError('endpoint_unreachable', `${what} does not answer: start it, or check the address`);
}

const kafkaProbeOf = (brokers: string) => {
  const [host = 'localhost', port = '9092'] = brokers.split(',')[0]?.trim().split(':') ?? [];
  return kafkaProbe(host, Number(port));
};
