import { join } from 'node:path';
import type { EngineJars } from './catalogue';
import { classArchive } from './class-archive';
import { EngineError } from './engine-error';
import type { Jars } from './jar-cache';
import type { Java } from './java';
import { type JvmProcess, startJvm } from './jvm-process';
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
  /** It lives for a minute or two: compiling less halves the work of starting, and costs a third of the later speed. */
  readonly brief?: boolean;
}

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
export async function startJvmEngine(options: JvmEngineOptions): Promise<JvmProcess> {
  const { engine, java, jars, folders } = options;
  const archive = await classArchive(engine, java);
  const logFile = join(folders.logs, `${engine.name}.log`);
  const jvm = await startJvm({
    java: java.command,
    arguments: [
      '-XX:+IgnoreUnrecognizedVMOptions',
      '-XX:+UseSerialGC',
      '-Djava.awt.headless=true',
      '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
      '-Dorg.slf4j.simpleLogger.showDateTime=true',
      '-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS',
      ...(options.brief ? ['-XX:TieredStopAtLevel=1'] : []),
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
  void jvm.exited.then(archive.keep);
  if (await waitUntil(options.ready, START_LIMIT_MS, jvm.exited)) return jvm;
  const words = await jvm.lastWords();
  jvm.kill();
  await jvm.exited;
  throw new EngineError(
    'engine_did_not_start',
    `${engine.name} did not come up (${words}): see ${logFile}; \`orderflow reset\` removes its state if that is damaged`,
  );
}
