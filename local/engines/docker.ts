import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { EngineError } from './engine-error';
import { httpProbe, kafkaProbe, waitUntil } from './probes';

export const COMPOSE_FILE = join(__dirname, '..', 'docker-compose.yml');

/** Pulling images is part of the first start. */
const START_LIMIT_MS = 600_000;
const READY_LIMIT_MS = 120_000;

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

export interface DockerEngines {
  /** Starts one service more. */
  start(service: 's3'): Promise<void>;
  stop(): Promise<void>;
}

export interface DockerOptions {
  /** Compose's project: prefix of its containers and volumes. */
  readonly project: string;
  readonly ports: { readonly kafka: number; readonly dynamodb: number; readonly s3: number };
  readonly services: readonly ('kafka' | 'dynamodb')[];
}

/**
 * Starts engines by Compose, or adopts them where they run already, and waits until they answer.
 *
 * @throws EngineError `docker_failed`
 */
export async function startDockerEngines({ project, ports, services }: DockerOptions): Promise<DockerEngines> {
  const env = { KAFKA_PORT: `${ports.kafka}`, DYNAMODB_PORT: `${ports.dynamodb}`, S3_PORT: `${ports.s3}` };
  const compose = (...args: string[]) =>
    docker(['compose', '-p', project, '-f', COMPOSE_FILE, '--profile', 's3', ...args], START_LIMIT_MS, env);
  const probes = {
    kafka: kafkaProbe('127.0.0.1', ports.kafka),
    dynamodb: httpProbe(`http://127.0.0.1:${ports.dynamodb}/`),
    s3: httpProbe(`http://127.0.0.1:${ports.s3}/`),
  };
  const stop = async () => void (await compose('down', '--timeout', '20'));
  const start = async (names: readonly (keyof typeof probes)[]) => {
    const answer = await compose('up', '-d', ...names);
    if (!answer.ok) throw failed(`could not start ${names.join(' and ')}`, answer.output);
    const ready = await Promise.all(names.map((name) => waitUntil(probes[name], READY_LIMIT_MS)));
    const late = names.find((_, i) => !ready[i]);
    if (late === undefined) return;
    throw failed(
      `${late} did not come up`,
      (await compose('logs', '--no-color', '--no-log-prefix', '--tail', '3', late)).output,
    );
  };
  try {
    if (services.length > 0) await start(services);
  } catch (error) {
    await stop();
    throw error;
  }
  return { start: (service) => start([service]), stop };
}

/** Ends what a runner that was killed left, and removes its volumes. */
export async function removeDockerEngines(project: string): Promise<void> {
  const answer = await docker(['compose', '-p', project, '-f', COMPOSE_FILE, '--profile', 's3', 'down', '-v'], 60_000);
  if (!answer.ok) throw failed('could not remove the engines', answer.output);
}

export async function stopDockerEngines(project: string): Promise<void> {
  await docker(['compose', '-p', project, '-f', COMPOSE_FILE, '--profile', 's3', 'down', '--timeout', '20'], 60_000);
}

const failed = (what: string, output: string) =>
  new EngineError(
    'docker_failed',
    `Docker ${what} (${output.trim().split('\n').at(-1)?.trim().slice(0, 300)}): mend that, or use --engine jvm`,
  );
