import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { DynamodbEngine } from './engines/dynamodb-engine';
import { EngineError } from './engines/engine-error';
import type { EngineFolders } from './engines/jvm-engine';
import type { TopicIds } from './mapping/kafkajs-poller';
import type { Endpoints } from './model';
import { identify, lives, type ProcessIdentity } from './process-identity';

/** Marks the folder as ours, and keeps it out of anybody's repository. */
const MARK = { file: '.gitignore', text: '# The state of `orderflow up`; `orderflow reset` removes it.\n*\n' };

/** The engines that a state folder's data is of. */
export interface KeptEngines {
  readonly kind?: 'jvm' | 'docker';
  readonly dynamodb?: DynamodbEngine;
}

/** The one folder that a running system writes to. */
export interface StateFolder {
  /** Absolute. */
  readonly root: string;
  /** Where an engine keeps its data, its log and its pid. */
  folders(engine: string): EngineFolders;
  file(...names: string[]): string;
}

/** What `orderflow up` writes down once it is ready, for the commands of other terminals. */
export interface SystemRecord {
  readonly runner: ProcessIdentity;
  /** Absolute path of the assembly. */
  readonly app: string;
  readonly endpoints: Endpoints;
  readonly env: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly resolve: Readonly<Record<string, string>>;
}

export function stateFolder(directory: string): StateFolder {
  const root = resolve(directory);
  return {
    root,
    folders: (engine) => ({ data: join(root, engine), logs: join(root, 'logs'), run: join(root, 'run') }),
    file: (...names) => join(root, ...names),
  };
}

/**
 * Makes the folder, or takes the one of an earlier run.
 *
 * @throws EngineError `state_of_others` when it holds anybody else's files, which a reset would remove with it;
 * `state_not_writable` when it cannot be made or written
 */
export function prepareState(state: StateFolder): void {
  try {
    makeFolder(state.root);
    if (!isState(state)) {
      if (readdirSync(state.root).length > 0) {
        throw new EngineError(
          'state_of_others',
          `${state.root} holds files that are not orderflow's: choose a folder of its own with --state`,
        );
      }
      // First of all, so that a folder which was begun is known as ours.
      writePrivate(state.file(MARK.file), MARK.text);
    }
    // Whatever is in it is nobody else's to read, values of `--env` for one; those of earlier versions were open.
    chmodSync(state.root, 0o700);
    makeFolder(state.file('run'));
    makeFolder(state.file('logs'));
  } catch (cause) {
    if (cause instanceof EngineError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    throw new EngineError(
      'state_not_writable',
      `Cannot write to the state folder ${state.root} (${code}): choose another one with --state`,
      { cause },
    );
  }
}

/** Folder by folder: Node's recursive mkdir never ends where a folder that is there refuses one with ENOENT, as /proc does. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(dirname(folder));
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    // Another process was faster.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

export const isState = (state: StateFolder): boolean => {
  try {
    return readFileSync(state.file(MARK.file), 'utf8') === MARK.text;
  } catch {
    return false;
  }
};

/**
 * Makes this process the folder's runner, until it calls what is returned.
 *
 * @throws EngineError `already_running`
 */
export function lockState(state: StateFolder): () => void {
  const file = state.file('run', 'runner.json');
  const own = JSON.stringify(identify(process.pid));
  for (;;) {
    try {
      writeFileSync(file, own, { flag: 'wx', mode: 0o600 });
      return () => {
        rmSync(state.file('run', 'system.json'), { force: true });
        rmSync(file, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const runner = findRunner(state);
    if (runner !== undefined) {
      throw new EngineError(
        'already_running',
        `A system runs on ${state.root} already (process ${runner.pid}): end it with \`npx orderflow down\`, or choose another folder with --state`,
      );
    }
    rmSync(file, { force: true });
  }
}

/** The process that runs a system on this folder now, ready or not. */
export function findRunner(state: StateFolder): ProcessIdentity | undefined {
  const runner = readJson<ProcessIdentity>(state.file('run', 'runner.json'));
  return runner !== undefined && lives(runner) ? runner : undefined;
}

/** Processes of engines that a runner before this one left behind. */
export function findEngines(state: StateFolder): readonly ProcessIdentity[] {
  return ['kafka', 'dynamodb', 's3']
    .map((engine) => readJson<ProcessIdentity>(state.file('run', `${engine}.json`)))
    .filter((engine) => engine !== undefined)
    .filter(lives);
}

export function writeSystem(state: StateFolder, record: Omit<SystemRecord, 'runner'>): void {
  const runner = identify(process.pid);
  writePrivate(state.file('run', 'system.json'), `${JSON.stringify({ runner, ...record }, null, 2)}\n`);
}

/** The system that is up on this folder, if its runner lives. */
export function readSystem(state: StateFolder): SystemRecord | undefined {
  const record = readJson<SystemRecord>(state.file('run', 'system.json'));
  return record !== undefined && lives(record.runner) ? record : undefined;
}

export const readKeptEngines = (state: StateFolder): KeptEngines | undefined =>
  readJson<KeptEngines>(state.file('engine.json'));

export const writeKeptEngines = (state: StateFolder, engines: KeptEngines): void =>
  writePrivate(state.file('engine.json'), JSON.stringify(engines));

function writePrivate(file: string, text: string): void {
  // A mode is for new files only.
  rmSync(file, { force: true });
  writeFileSync(file, text, { mode: 0o600 });
}

/**
 * Which topic each consumer group has read, of those of the same name.
 *
 * @param broker whose topics they are: another one's have other ids
 */
export function topicIdsOf(state: StateFolder, broker: string): TopicIds {
  const file = state.file('topic-ids.json');
  const known = readJson<Record<string, Record<string, string>>>(file) ?? {};
  return {
    get: (groupId) => known[broker]?.[groupId],
    set(groupId, topicId) {
      if (known[broker]?.[groupId] === topicId) return;
      known[broker] = { ...known[broker], [groupId]: topicId };
      // Whole or not at all.
      writeFileSync(`${file}.new`, JSON.stringify(known, null, 2), { mode: 0o600 });
      renameSync(`${file}.new`, file);
    },
  };
}

function readJson<T>(file: string): T | undefined {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as T;
  } catch {
    return undefined;
  }
}
