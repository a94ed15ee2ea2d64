import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { EngineError } from './engine-error';
import type { EnginePorts, Starters } from './engine-options';
import type { EngineProcess } from './engine-process';
import { httpProbe, kafkaProbe, type Probe, waitUntil } from './probes';

export const COMPOSE_FILE = join(__dirname, '..', 'docker-compose.yml');

/** Pulling images is part of the first start. */
const START_LIMIT_MS = 600_000;
const READY_LIMIT_MS = 120_000;
/** So that `down` ends whatever was started. */
const PROFILES = ['--profile', 's3', '--profile', 'dynamodb-local'];
const LOOK_EVERY_MS = 2_000;
const SILENCES = 3;

interface Answer {
  readonly ok: boolean;
  readonly output: string;
}

const docker = (
  args: readonly string[],
  timeout: number,
  env: Readonly<Record<string, string>> = {},
): Promise<Answer> =>
  new Promise((resolve) => {
    execFile('docker', args, { timeout, env: { ...process.env, ...env } }, (error, stdout, stderr) =>
      resolve({ ok: error === null, output: stdout + stderr }),
    );
  });

/** Whether a Docker engine answers soon, and knows Compose. */
export async function dockerAnswers(): Promise<boolean> {
  const [engine, compose] = await Promise.all([
    docker(['info', '--format', '{{.ServerVersion}}'], 3_000),
    docker(['compose', 'version'], 3_000),
  ]);
  return engine.ok && compose.ok;
}

export interface Compose {
  readonly starters: Pick<Starters, 'kafka' | 'dynamodb'>;
  /** Ends and removes the containers; their volumes stay. */
  stop(): Promise<void>;
}

/**
 * Engines as containers of one Compose project; those that run already are adopted.
 *
 * @param project prefix of its containers and volumes
 */
export function createCompose(project: string, ports: EnginePorts): Compose {
  const env = { KAFKA_PORT: `${ports.kafka}`, DYNAMODB_PORT: `${ports.dynamodb}` };
  let turn: Promise<unknown> = Promise.resolve();
  // One after the other: side by side they would make the project's network twice.
  const compose = (...args: string[]): Promise<Answer> => {
    const command = ['compose', '-p', project, '-f', COMPOSE_FILE, ...PROFILES, ...args];
    const answer = turn.then(() => docker(command, START_LIMIT_MS, env));
    turn = answer;
    return answer;
  };
  const lastWords = async (service: 'kafka' | 'dynamodb-local') =>
    lastLine((await compose('logs', '--no-color', '--no-log-prefix', '--tail', '3', service)).output);
  const starter = (service: 'kafka' | 'dynamodb-local', answers: Probe) => async (cut: AbortSignal) => {
    const answer = await compose('up', '-d', service);
    if (!answer.ok) throw failed(`could not start ${service}`, lastLine(answer.output));
    const isCut = new Promise((resolve) => cut.addEventListener('abort', resolve));
    if (!(await waitUntil(answers, READY_LIMIT_MS, isCut)))
      throw failed(`has ${service} running, which does not come up`, await lastWords(service));
    return watch(answers, () => lastWords(service));
  };
  return {
    starters: {
      kafka: starter('kafka', kafkaProbe('127.0.0.1', ports.kafka)),
      dynamodb: starter('dynamodb-local', httpProbe(`http://127.0.0.1:${ports.dynamodb}/`)),
    },
    stop: async () => void (await compose('down', '--timeout', '20')),
  };
}

/** A container is held to have died when it does not answer for a while: Docker's own restarts are sooner. */
function watch(answers: Probe, lastWords: () => Promise<string>): EngineProcess {
  let end: (code: number) => void = () => {};
  const exited = new Promise<number>((resolve) => {
    end = resolve;
  });
  let silences = 0;
  const timer = setInterval(async () => {
    silences = (await answers()) ? 0 : silences + 1;
    if (silences < SILENCES) return;
    clearInterval(timer);
    end(1);
  }, LOOK_EVERY_MS);
  timer.unref();
  const stop = async () => {
    clearInterval(timer);
    end(0);
  };
  // It is no process of ours.
  return { pid: 0, exited, stop, kill: () => void stop(), lastWords };
}

/** Ends what a runner that was killed left, and removes its volumes. */
export async function removeDockerEngines(project: string): Promise<void> {
  const answer = await docker(['compose', '-p', project, '-f', COMPOSE_FILE, ...PROFILES, 'down', '-v'], 60_000);
  if (!answer.ok) throw failed('could not remove the engines', lastLine(answer.output));
}

export async function stopDockerEngines(project: string): Promise<void> {
  await docker(['compose', '-p', project, '-f', COMPOSE_FILE, ...PROFILES, 'down', '--timeout', '20'], 60_000);
}

const lastLine = (output: string) => output.trim().split('\n').at(-1)?.trim().slice(0, 300) ?? '';

const failed = (what: string, words: string) =>
  new EngineError('docker_failed', `Docker ${what} (${words}): mend that, or use --engine jvm`);
