import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { EngineJars } from './catalogue';
import { classArchive } from './class-archive';
import { EngineError } from './engine-error';
import type { EngineProcess } from './engine-process';
import type { Jars } from './jar-cache';
import type { Java } from './java';
import { startGuarded } from './jvm-process';
import { type Probe, waitUntil } from './probes';

/** Where one state folder keeps what belongs to running. */
export interface EngineFolders {
  readonly data: string;
  readonly logs: string;
  readonly run: string;
}

/** What every engine needs to start. */
export interface EngineBase {
  readonly jars: Jars;
  readonly java: Java;
  readonly folders: EngineFolders;
  readonly compile?: Compile;
  /** Ends a start that is under way. */
  readonly cut?: AbortSignal;
}

/**
 * How eagerly the JVM optimises. `early`, its default, is soonest at full speed, and the compiler takes half of the
 * processor time until the engine listens; `late` leaves that to code that stays hot, for a laptop's session; `little`
 * never gets to the last third of the speed, for what lives a minute or two.
 */
export type Compile = 'early' | 'late' | 'little';

const COMPILE: Readonly<Record<Compile, readonly string[]>> = {
  early: [],
  late: [
    '-XX:Tier4InvocationThreshold=50000',
    '-XX:Tier4MinInvocationThreshold=6000',
    '-XX:Tier4CompileThreshold=150000',
    '-XX:Tier4BackEdgeThreshold=400000',
  ],
  little: ['-XX:TieredStopAtLevel=1'],
};

export interface JvmEngineOptions extends EngineBase {
  readonly engine: EngineJars;
  /** JVM's own arguments. */
  readonly jvm: readonly string[];
  /** Main class and its arguments. */
  readonly main: readonly string[];
  readonly ready: Probe;
  readonly background?: boolean;
}

const START_LIMIT_MS = 60_000;

/**
 * Starts an engine and waits until it answers.
 *
 * @throws EngineError `engine_did_not_start`, with its log's last words; nothing is left running then.
 */
export async function startJvmEngine(options: JvmEngineOptions): Promise<EngineProcess> {
  const { engine, java, jars, folders } = options;
  const archive = classArchive(engine, java);
  const logFile = join(folders.logs, `${engine.name}.log`);
  // Libraries unpack native code there, and leave it behind when they are killed.
  const temporary = join(folders.run, `${engine.name}-temporary`);
  rmSync(temporary, { recursive: true, force: true });
  mkdirSync(temporary, { recursive: true, mode: 0o700 });
  const jvm = await startGuarded({
    command: java.command,
    arguments: [
      '-XX:+IgnoreUnrecognizedVMOptions',
      '-XX:+UseSerialGC',
      '-Djava.awt.headless=true',
      `-Djava.io.tmpdir=${temporary}`,
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
      '-Dorg.slf4j.simpleLogger.showDateTime=true',
      '-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS',
      ...COMPILE[options.compile ?? 'early'],
      ...archive.arguments,
      ...options.jvm,
      '-cp',
      jars.classPath,
      ...options.main,
    ],
    logFile,
    pidFile: join(folders.run, `${engine.name}.json`),
    background: options.background === true,
  });
  const { cut } = options;
  const end = () => void jvm.stop();
  if (cut?.aborted) end();
  cut?.addEventListener('abort', end);
  const isUp = await waitUntil(options.ready, START_LIMIT_MS, jvm.exited);
  cut?.removeEventListener('abort', end);
  if (isUp) {
    void jvm.exited.then(archive.keep);
    return jvm;
  }
  const words = await jvm.lastWords();
  jvm.kill();
  await jvm.exited;
  archive.discard();
  throw new EngineError(
    'engine_did_not_start',
    `${engine.name} did not come up (${words}): see ${logFile}; \`orderflow reset\` removes its state if that is damaged`,
  );
}
