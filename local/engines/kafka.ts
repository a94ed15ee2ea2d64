import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { kafkaJars } from './catalogue';
import type { EngineProcess } from './engine-process';
import type { Jars } from './jar-cache';
import type { Java } from './java';
import { type EngineBase, startJvmEngine } from './jvm-engine';
import { freePort } from './ports';
import { kafkaProbe } from './probes';

export interface KafkaOptions extends EngineBase {
  /** Where clients of this machine connect: `localhost:<port>`. */
  readonly port: number;
  /** Where containers connect, as `host.docker.internal:<port>`; Docker Desktop forwards that to loopback. */
  readonly containerPort?: number;
}

/** Starts one KRaft node, broker and controller in one process, on its state folder. */
export async function startKafka(options: KafkaOptions): Promise<EngineProcess> {
  const { port, containerPort, ...base } = options;
  const { folders, jars, java } = base;
  await mkdir(folders.data, { recursive: true, mode: 0o700 });
  const file = join(folders.data, 'server.properties');
  // The controller's port is nobody else's business, so any free one does.
  await writeFile(
    file,
    kafkaProperties({
      port,
      ...(containerPort && { containerPort }),
      controllerPort: await freePort(),
      directory: folders.data,
    }),
    { mode: 0o600 },
  );
  await format(folders.data, file, jars, java);
  return startJvmEngine({
    engine: kafkaJars,
    ...base,
    jvm: ['-Xms128m', '-Xmx768m', '-Dorg.slf4j.simpleLogger.log.org.apache.kafka.common.utils.AppInfoParser=error'],
    main: ['kafka.Kafka', file],
    ready: kafkaProbe('127.0.0.1', port),
  });
}

/**
 * Gives the folder a cluster id and the features of this version, once. The features are the same for every folder, so
 * Kafka's own tool is asked for them once per version and its answer is kept beside the jars: that saves a second JVM.
 */
async function format(directory: string, properties: string, jars: Jars, java: Java): Promise<void> {
  const meta = join(directory, 'meta.properties');
  if (existsSync(meta)) return;
  const kept = join(jars.directory, 'bootstrap.checkpoint');
  const features = join(directory, 'bootstrap.checkpoint');
  if (existsSync(kept)) {
    await copyFile(kept, features);
    await chmod(features, 0o600);
    // Last and at once, because its presence says that the folder is formatted.
    await writeFile(`${meta}.new`, `version=1\nnode.id=1\ncluster.id=${uuid()}\ndirectory.id=${uuid()}\n`, {
      mode: 0o600,
    });
    await rename(`${meta}.new`, meta);
    return;
  }
  await rm(features, { force: true });
  const tool = ['-cp', jars.classPath, 'kafka.tools.StorageTool', 'format', '-t', uuid(), '-c', properties];
  await promisify(execFile)(java.command, tool);
  for (const file of [features, meta]) await chmod(file, 0o600);
  await copyFile(features, `${kept}.${process.pid}`);
  await rename(`${kept}.${process.pid}`, kept);
}

/** Kafka's own spelling of a UUID; one that begins with a dash would look like an option to its tools. */
function uuid(): string {
  const text = randomBytes(16).toString('base64url');
  return text.startsWith('-') ? uuid() : text;
}

interface Properties {
  readonly port: number;
  readonly containerPort?: number;
  readonly controllerPort: number;
  readonly directory: string;
}

/** https://kafka.apache.org/41/configuration/broker-configs/: one node, loopback only, quick to answer groups. */
export function kafkaProperties({ port, containerPort, controllerPort, directory }: Properties): string {
  const containers =
    containerPort === undefined ? [] : [['CONTAINERS', 'host.docker.internal', containerPort] as const];
  const clients = [['LOCAL', 'localhost', port] as const, ...containers];
  const names = [...clients.map(([name]) => name), 'CONTROLLER'];
  const settings: Record<string, string | number | boolean> = {
    'process.roles': 'broker,controller',
    'node.id': 1,
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: [
      ...clients.map(([name, , at]) => `${name}://127.0.0.1:${at}`),
      `CONTROLLER://127.0.0.1:${controllerPort}`,
    ].join(','),
    'advertised.listeners': clients.map(([name, host, at]) => `${name}://${host}:${at}`).join(','),
    'listener.security.protocol.map': names.map((name) => `${name}:PLAINTEXT`).join(','),
    'inter.broker.listener.name': 'LOCAL',
    'controller.listener.names': 'CONTROLLER',
    // A comma would part it in two.
    'log.dirs': directory.replaceAll(',', '\\,'),
    'auto.create.topics.enable': false,
    'default.replication.factor': 1,
    'min.insync.replicas': 1,
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 8,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 4,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 4,
    'group.initial.rebalance.delay.ms': 0,
    'num.io.threads': 4,
    'log.cleaner.dedupe.buffer.size': 16_777_216,
    // A node that was killed comes back under its own id; the shorter its old session, the sooner it may serve.
    'broker.session.timeout.ms': 3_000,
    'broker.heartbeat.interval.ms': 500,
  };
  return `${Object.entries(settings)
    .map(([name, value]) => `${name}=${value}`)
    .join('\n')}\n`;
}
