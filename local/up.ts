import { readAssembly } from './assembly/read-assembly';
import { createBuckets } from './engines/buckets';
import type { EngineOptions, EnginePorts } from './engines/engine-options';
import { type RunningEngines, startEngines } from './engines/engines';
import type { Compile } from './engines/jvm-engine';
import { assertPortFree } from './engines/ports';
import { createTables } from './engines/tables';
import { untilDone } from './engines/tries';
import { type Gateway, startGateway } from './gateway/gateway';
import { connectAdmin } from './mapping/kafkajs-admin';
import { KafkaAwayError } from './mapping/kafkajs-client';
import { type RunningMapping, startMapping } from './mapping/mapping';
import type { Endpoints, FunctionModel, SystemModel } from './model';
import { prewarm } from './prewarm';
import type { LogStream } from './runtime/environment';
import { createRuntime, type Runtime } from './runtime/runtime';
import { lockState, prepareState, type StateFolder, topicIdsOf, writeSystem } from './state';

/** What a running system tells; the command line shows it. */
export interface Reporter {
  /** Something that takes a moment begins. */
  step(text: string): void;
  /** A line of a part of the runner: an engine, a mapping, the gateway. */
  part(name: string, line: string): void;
  functionLine(fn: FunctionModel, line: string, stream: LogStream): void;
  download(engine: string, received: number, total: number): void;
}

/** Variables by function name, or `*` for all. */
export type FunctionVariables = Readonly<Record<string, Readonly<Record<string, string>>>>;

export interface SystemOptions {
  /** Folder of the assembly, or what synthesises it; the engines start meanwhile. */
  readonly app: string | (() => Promise<string>);
  readonly state: StateFolder;
  readonly engine: EngineOptions['kind'];
  readonly dynamodbEngine?: EngineOptions['dynamodbEngine'];
  readonly given: EngineOptions['given'];
  readonly ports: EnginePorts & { readonly api: number };
  /** Of the engines, where they are JVM processes. @default early */
  readonly compile?: Compile;
  /** Whether the event source mappings poll. */
  readonly mappings: boolean;
  /** Places of topics that the mappings pass by where their batch cannot be read. */
  readonly skip?: readonly { readonly topic: string; readonly partition: number; readonly offset: number }[];
  /** Over everything else. */
  readonly env: FunctionVariables;
  /** Values the assembly cannot tell, see readAssembly. */
  readonly resolve: Readonly<Record<string, string>>;
  /** Host names that the HTTP API takes requests for, beyond those of loopback. */
  readonly allowedHosts?: readonly string[];
  /** Only these stacks. */
  readonly stacks?: readonly string[];
  readonly report: Reporter;
}

export interface RunningSystem {
  readonly model: SystemModel;
  readonly endpoints: Endpoints;
  readonly engines: RunningEngines;
  readonly runtime: Runtime;
  /** By consumer group. */
  readonly mappings: ReadonlyMap<string, RunningMapping>;
  /** Absent when the app has no HTTP API. */
  readonly gateway?: Gateway;
  /** In order: gateway, mappings, functions, engines. May be called twice. */
  stop(): Promise<void>;
}

/** An invocation may take minutes; whoever ends the runner does not wait that long, and Kafka keeps what is not committed. */
const MAPPING_GRACE_MS = 10_000;

/**
 * Starts all that an assembly describes, on this machine.
 *
 * @throws EngineError, AssemblyError, GatewayError and their kin, with one line that says what to do; what had started is
 * stopped again.
 */
export async function startSystem(options: SystemOptions): Promise<RunningSystem> {
  prepareState(options.state);
  const closers: (() => unknown)[] = [lockState(options.state)];
  const cut = new AbortController();
  let stopping: Promise<void> | undefined;
  const stop = () => {
    cut.abort();
    stopping ??= closeInTurn(closers);
    return stopping;
  };
  try {
    return await compose(options, { closers, stop, cut: cut.signal });
  } catch (error) {
    await stop();
    throw error;
  }
}

async function closeInTurn(closers: (() => unknown)[]): Promise<void> {
  for (let close = closers.pop(); close; close = closers.pop()) await close();
}

interface End {
  /** What is to be closed, the last first. */
  readonly closers: (() => unknown)[];
  stop(): Promise<void>;
  /** Aborted when the stop begins. */
  readonly cut: AbortSignal;
}

async function compose(options: SystemOptions, { closers, stop, cut }: End): Promise<RunningSystem> {
  const { state, report } = options;
  const endpoints = endpointsOf(options);
  const read = (directory: string) => readSystemModel(directory, endpoints, options);
  // An assembly that is there already says which engines it needs; one in the making may need both.
  const known = typeof options.app === 'string' ? read(options.app) : undefined;
  if (known === undefined || known.apis.length > 0) await assertPortFree(options.ports.api, 'the HTTP API', '--port');

  report.step('Starting the engines');
  const starting = startEngines({
    state,
    kind: options.engine,
    dynamodbEngine: options.dynamodbEngine ?? 'embedded',
    given: options.given,
    ports: options.ports,
    compile: options.compile ?? 'early',
    needs: known === undefined ? { kafka: true, dynamodb: true } : enginesOf(known),
    log: (line) => report.part('engines', line),
    onDownload: report.download,
  });
  closers.push(async () => (await starting.catch(() => undefined))?.stop());
  const [directory, engines] = await Promise.all([
    typeof options.app === 'string' ? options.app : options.app(),
    starting,
  ]);
  const model = known ?? read(directory);
  // Nobody waits for the object store, so that its port is looked at now: later, its failure would be a line among others.
  const startsS3 = model.buckets.length > 0 && options.given.s3 === undefined;
  if (startsS3) await assertPortFree(options.ports.s3, 's3', '--s3-port');

  const runtime = createRuntime({
    environmentVariables: (fn) => injectedVariables(fn, endpoints, options.env),
    log: report.functionLine,
  });
  closers.push(() => runtime.close());
  report.step('Creating topics and tables, starting the functions');
  void prewarm(model, runtime, options.mappings);
  // An engine may die right now, too, and comes back.
  const onceThere = <Result>(name: string, work: () => Promise<Result>) =>
    untilDone(work, { cut, mends: isAway, say: ({ message }) => report.part(name, `${message}; trying again`) });
  const [warnings] = await Promise.all([
    onceThere('tables', () => createTables(endpoints.dynamodb, model.tables)),
    onceThere('topics', () => createTopics(options, endpoints.kafka, model)),
  ]);
  for (const warning of warnings ?? []) report.part('tables', warning);

  const mappings = options.mappings ? startMappings(model, runtime, endpoints, options) : new Map();
  closers.push(() => withinGrace(Promise.all([...mappings.values()].map((mapping) => mapping.close()))));
  const gateway = await openGateway(model, runtime, options);
  if (gateway) closers.push(() => gateway.close());
  if (model.buckets.length > 0) {
    // Not awaited: the first order does not wait for buckets, and the functions that need them try again.
    engines.keepS3(() => createBuckets(endpoints.s3 ?? '', model.buckets));
  }
  writeSystem(state, { app: directory, endpoints, env: options.env, resolve: options.resolve });
  return { model, endpoints, engines, runtime, mappings, ...(gateway && { gateway }), stop };
}

/** Whether a call failed for want of an engine that answers: the SDK tells an answer's status, and KafkaJS what it thinks of another try. */
const isAway = (error: Error): boolean => {
  const { $metadata, retriable } = error as { $metadata?: { httpStatusCode?: number }; retriable?: boolean };
  if (error instanceof KafkaAwayError || retriable === true) return true;
  return $metadata !== undefined && ($metadata.httpStatusCode ?? 500) >= 500;
};

const endpointsOf = ({ given, ports }: SystemOptions): Endpoints => ({
  kafka: given.kafka ?? `localhost:${ports.kafka}`,
  dynamodb: given.dynamodb ?? `http://127.0.0.1:${ports.dynamodb}`,
  // By IP, so that the SDK addresses buckets by path.
  s3: given.s3 ?? `http://127.0.0.1:${ports.s3}`,
  api: `http://localhost:${ports.api}`,
});

const enginesOf = ({ mappings, topics, tables }: SystemModel) => ({
  kafka: mappings.length + topics.length > 0,
  dynamodb: tables.length > 0,
});

/** The model of an assembly as this runner's functions see it. */
export const readSystemModel = (
  directory: string,
  endpoints: Endpoints,
  { state, env, resolve, stacks }: Pick<SystemOptions, 'state' | 'env' | 'resolve' | 'stacks'>,
): SystemModel =>
  readAssembly(directory, { endpoints, env, resolve, codeRoot: state.file('code'), ...(stacks && { stacks }) });

/** What the runner sets over the template's variables; a user's own `--env` is over that. */
export const injectedVariables = (
  fn: Pick<FunctionModel, 'name'>,
  endpoints: Endpoints,
  env: FunctionVariables,
): Record<string, string> => ({
  AWS_ENDPOINT_URL_DYNAMODB: endpoints.dynamodb,
  ...(endpoints.s3 && { AWS_ENDPOINT_URL_S3: endpoints.s3 }),
  KAFKA_AUTH: 'none',
  ...env['*'],
  ...env[fn.name],
});

/**
 * The topics as the template says, and the coordinators of the mappings' groups, which a fresh broker has to make first. In a
 * broker of our own the groups' members are those of a runner that was killed, and would be waited for.
 */
async function createTopics({ mappings, given }: SystemOptions, brokers: string, model: SystemModel): Promise<void> {
  if (model.topics.length === 0) return;
  const admin = await connectAdmin(brokers);
  try {
    await admin.applyTopics(model.topics);
    const polled = mappings ? model.mappings.filter(({ enabled }) => enabled) : [];
    // A mapping would find out by itself, in more time and with more words.
    await Promise.all(polled.map(({ groupId, topic }) => admin.committed(groupId, topic))).catch(() => {});
    if (given.kafka === undefined) await admin.removeMembers(polled.map(({ groupId }) => groupId)).catch(() => {});
  } finally {
    await admin.close();
  }
}

function startMappings(
  model: SystemModel,
  runtime: Runtime,
  endpoints: Endpoints,
  { report, skip: places = [], state, given }: SystemOptions,
): ReadonlyMap<string, RunningMapping> {
  const running = new Map<string, RunningMapping>();
  const topicIds = topicIdsOf(state, given.kafka ?? 'own');
  for (const mapping of model.mappings) {
    const fn = model.functions.find(({ arn }) => arn === mapping.functionArn);
    if (fn === undefined || !mapping.enabled) continue;
    const log = (line: string) => report.part(mapping.groupId, line);
    const skip = places.filter(({ topic }) => topic === mapping.topic);
    const options = { mapping, fn, invoker: runtime, brokers: endpoints.kafka, log, skip, topicIds };
    running.set(mapping.groupId, startMapping(options));
  }
  return running;
}

async function openGateway(model: SystemModel, runtime: Runtime, options: SystemOptions): Promise<Gateway | undefined> {
  if (model.apis.length === 0) return undefined;
  return startGateway({
    apis: model.apis,
    functions: model.functions,
    invoke: runtime,
    port: options.ports.api,
    ...(options.allowedHosts && { allowedHosts: options.allowedHosts }),
    log: (line) => options.report.part('gateway', line),
  });
}

async function withinGrace(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  await Promise.race([
    work,
    new Promise((resolve) => {
      timer = setTimeout(resolve, MAPPING_GRACE_MS);
    }),
  ]);
  clearTimeout(timer);
}
