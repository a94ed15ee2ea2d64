import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { EngineJars } from './catalogue';
import { EngineError } from './engine-error';

/** Another one than that on the PATH, such as a project's own `./mvnw`. */
const maven = () => process.env.ORDERFLOW_MAVEN || 'mvn';
const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies';

/**
 * Copies an engine's jars, and all they depend on, into a folder. Maven keeps what it has downloaded in its own
 * repository, so that a call after an interrupted one goes on where that stopped.
 *
 * @param onBytes told how many bytes came with each file that was downloaded.
 * @throws EngineError `maven_missing`, `maven_failed`
 */
export async function copyJars(engine: EngineJars, directory: string, onBytes: (bytes: number) => void): Promise<void> {
  await mkdir(directory, { recursive: true });
  const pom = join(directory, 'pom.xml');
  await writeFile(pom, pomOf(engine));
  // Strict checksums: what arrives damaged is refused, not kept.
  const args = ['-B', '-C', '-f', pom, PLUGIN, `-DoutputDirectory=${directory}`, '-DincludeScope=runtime'];
  const child = spawn(maven(), args, { stdio: ['ignore', 'pipe', 'pipe'] });
  const kill = () => child.kill();
  process.once('exit', kill);
  child.once('exit', () => process.off('exit', kill));
  const errors: string[] = [];
  const take = (line: string) => {
    onBytes(downloadedBytes(line));
    if (isError(line)) errors.push(line);
  };
  // Both have told all before the child is closed.
  for (const input of [child.stdout, child.stderr]) createInterface({ input }).on('line', take);
  await new Promise<void>((resolve, reject) => {
    child.once('error', (cause: NodeJS.ErrnoException) => reject(notStarted(cause)));
    child.once('close', (code) => (code === 0 ? resolve() : reject(failed(engine, errors))));
  });
}

const notStarted = (cause: NodeJS.ErrnoException) =>
  cause.code === 'ENOENT'
    ? new EngineError(
        'maven_missing',
        'Maven is needed once, to fetch Kafka, and `mvn` is not on the PATH: install Maven 3.8 or newer, or start Docker, or name a running Kafka with --kafka',
        { cause },
      )
    : new EngineError('maven_failed', `Maven does not start (${cause.message}): check \`mvn -v\``, { cause });

const failed = (engine: EngineJars, errors: readonly string[]) =>
  new EngineError(
    'maven_failed',
    `Maven could not fetch ${engine.name} ${engine.version} (${errors[0]?.replace('[ERROR]', '').trim().slice(0, 300) ?? 'no reason given'}): check the network and ~/.m2/settings.xml, then start again; what was downloaded is kept`,
  );

const isError = (line: string) => line.startsWith('[ERROR]') && line.length > '[ERROR] '.length;

const UNITS: Readonly<Record<string, number>> = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9 };

/** Bytes named in a line of Maven such as `Downloaded from central: https://… (1.2 MB at 3 MB/s)`; 0 for any other line. */
export function downloadedBytes(line: string): number {
  const match = /^(?:\[INFO\] )?Downloaded from .*\(([\d.]+) (B|kB|MB|GB)(?: at |\))/.exec(line);
  return match ? Number(match[1]) * (UNITS[match[2] ?? 'B'] ?? 1) : 0;
}

/** The smallest project that depends on an engine. */
export function pomOf(engine: EngineJars): string {
  const dependencies = engine.artifacts
    .map((artifact) => {
      const [group, name, version] = artifact.split(':');
      return `    <dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version></dependency>`;
    })
    .join('\n');
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>orderflow.engines</groupId><artifactId>${engine.name}</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>
${dependencies}
  </dependencies>
</project>
`;
}
