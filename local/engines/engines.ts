import { waitForEnd } from '../process-identity';
import { findEngines, readEngineKind, type StateFolder, writeEngineKind } from '../state';
import { dynamodbJars, type EngineJars, kafkaJars, s3Jars } from './catalogue';
import { type DockerEngines, dockerAnswers, startDockerEngines } from './docker';
import { startDynamodb } from './dynamodb';
import { EngineError } from './engine-error';
import { ensureJars } from './jar-cache';
import { findJava, type Java } from './java';
import type { Compile, EngineBase } from './jvm-engine';
import type { JvmProcess } from './jvm-process';
import { startKafka } from './kafka';
import { assertPortFree } from './ports';
import { httpProbe, kafkaProbe, waitUntil } from './probes';
import { startS3 } from './s3';
import { type SupervisedEngine, supervise } from './supervise';

export interface EngineOptions {
  readonly state: StateFolder;
  /** `auto`: Docker when it answers, else the JVM; what the state folder began with, stays. */
  readonly kind: 'auto' | 'jvm' | 'docker';
  /** Engines that run already: nothing is started for these. `host:port,…` and URLs. */
  readonly given: { readonly kafka?: string; readonly dynamodb?: string; readonly s3?: string };
  readonly ports: EnginePorts;
  /** Which the system uses; S3 comes by `startS3`. */
  readonly needs: { readonly kafka: boolean; readonly dynamodb: boolean };
  readonly compile: Compile;
  /** One line for people. */
  readonly log: (line: string) => void;
  /** Bytes of about `total` while an engine's jars are fetched. */
  readonly onDownload: (engine: string, received: number, total: number) => void;
  /** An engine is gone and does not come back. */
  readonly onLost: (error: EngineError) => void;
}

export interface EnginePorts {
  readonly kafka: number;
  readonly kafkaContainers?: number;
  readonly dynamodb: number;
  readonly s3: number;
}

export interface RunningEngines {
  readonly kind: 'jvm' | 'docker' | 'given';
  /** Idempotent; nothing when an S3 endpoint was given. */
  startS3(): Promise<void>;
  /** Process ids of those that run as children, by name. */
  pids(): Readonly<Record<string, number>>;
  stop(): Promise<void>;
}

/**
 * Starts the engines side by side and resolves when all answer.
 *
 * @throws EngineError; what had started is stopped again.
 */
export async function startEngines(options: EngineOptions): Promise<RunningEngines> {
  const { given } = options;
  await Promise.all([
    given.kafka && assertAnswers(`Kafka at ${given.kafka}`, kafkaProbeOf(given.kafka)),
    given.dynamodb && assertAnswers(`DynamoDB at ${given.dynamodb}`, httpProbe(given.dynamodb)),
    given.s3 && assertAnswers(`S3 at ${given.s3}`, httpProbe(given.s3)),
  ]);
  const wants = {
    kafka: options.needs.kafka && given.kafka === undefined,
    dynamodb: options.needs.dynamodb && given.dynamodb === undefined,
  };
  const kind = wants.kafka || wants.dynamodb || given.s3 === undefined ? await chooseKind(options) : 'given';
  if (kind === 'given') return { kind, startS3: async () => {}, pids: () => ({}), stop: async () => {} };
  return kind === 'docker' ? startWithDocker(options, wants) : startWithJvm(options, wants);
}

async function chooseKind({ kind, state, log }: EngineOptions): Promise<'jvm' | 'docker'> {
  const kept = readEngineKind(state);
  const before = kept === 'given' ? undefined : kept;
  const wanted = kind === 'auto' ? before : kind;
  if (wanted !== 'jvm') {
    const answers = await dockerAnswers();
    if (wanted === 'docker' && !answers) {
      throw new EngineError(
        'docker_missing',
        'No Docker engine with Compose answers: start Docker, or use --engine jvm, which begins with empty engines',
      );
    }
    const chosen = answers ? 'docker' : 'jvm';
    if (chosen === 'docker') log('Docker answers: the engines run as containers (--engine jvm runs them without)');
    writeEngineKind(state, chosen);
    return chosen;
  }
  writeEngineKind(state, wanted);
  return wanted;
}

type Wants = { readonly kafka: boolean; readonly dynamodb: boolean };

async function startWithDocker({ state, ports, given }: EngineOptions, wants: Wants): Promise<RunningEngines> {
  const services = (['kafka', 'dynamodb'] as const).filter((name) => wants[name]);
  const engines: DockerEngines = await startDockerEngines({ project: composeProject(state), ports, services });
  return {
    kind: 'docker',
    startS3: async () => (given.s3 === undefined ? engines.start('s3') : undefined),
    pids: () => ({}),
    stop: () => engines.stop(),
  };
}

/** The plain name for the plain folder, so that containers started by hand are adopted. */
export const composeProject = ({ root }: StateFolder): string =>
  root === `${process.cwd()}/.orderflow`
    ? 'orderflow'
    : `orderflow${root.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;

async function startWithJvm(options: EngineOptions, wants: Wants): Promise<RunningEngines> {
  const { state, ports, given } = options;
  await endLeftOvers(state);
  let javaFound: Promise<Java> | undefined;
  // Asked for only when an engine is to start: with addresses given, no Java is needed.
  const findJavaOnce = () => {
    javaFound ??= findJava();
    return javaFound;
  };
  const jarsOf = (engine: EngineJars) =>
    ensureJars(engine, (received) => options.onDownload(engine.name, Math.min(received, engine.bytes), engine.bytes));
  const running = new Map<string, SupervisedEngine>();
  let stopping = false;

  const start = async (engine: EngineJars, port: number, run: (base: EngineBase) => Promise<JvmProcess>) => {
    const free = assertPortFree(port, engine.name, `--${engine.name}-port`);
    const [jars, java] = await Promise.all([jarsOf(engine), findJavaOnce(), free]);
    if (stopping) return;
    const supervised = await supervise({
      name: engine.name,
      start: () => run({ jars, java, folders: state.folders(engine.name), compile: options.compile }),
      log: options.log,
      onLost: options.onLost,
    });
    running.set(engine.name, supervised);
    // The other engine failed meanwhile.
    if (stopping) await supervised.stop();
  };

  const stop = async () => {
    stopping = true;
    await Promise.all([...running.values()].map((engine) => engine.stop()));
  };
  const kafka = { port: ports.kafka, containerPort: ports.kafkaContainers };
  const outcomes = await Promise.allSettled([
    wants.kafka && start(kafkaJars, ports.kafka, (base) => startKafka({ ...base, ...kafka })),
    wants.kafka && kafka.containerPort && assertPortFree(kafka.containerPort, 'kafka', '--kafka-container-port'),
    wants.dynamodb && start(dynamodbJars, ports.dynamodb, (base) => startDynamodb({ ...base, port: ports.dynamodb })),
  ]);
  const failure = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failure) {
    await stop();
    throw failure.reason;
  }
  let s3: Promise<void> | undefined;
  return {
    kind: 'jvm',
    startS3() {
      if (given.s3 !== undefined) return Promise.resolve();
      s3 ??= start(s3Jars, ports.s3, (base) => startS3({ ...base, port: ports.s3 }));
      return s3;
    },
    pids: () =>
      Object.fromEntries([...running].flatMap(([name, engine]) => (engine.pid() ? [[name, engine.pid() ?? 0]] : []))),
    stop,
  };
}

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
