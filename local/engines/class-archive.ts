import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { EngineJars } from './catalogue';
import { cacheRoot } from './jar-cache';
import type { Java } from './java';

export interface ClassArchive {
  readonly arguments: readonly string[];
  /** Call it when the process has ended. */
  keep(): Promise<void>;
}

/**
 * Loads an engine's classes from an archive, which halves the time until it listens (Kafka: 2.6 s → 1.3 s). The first
 * process that ends in order writes it, which takes some seconds; the JVM ignores one that does not fit
 * (https://openjdk.org/jeps/350).
 */
export async function classArchive(engine: EngineJars, java: Java): Promise<ClassArchive> {
  if (!engine.archivable) return { arguments: [], keep: async () => {} };
  const archive = join(cacheRoot(), 'classes', `${engine.name}-${engine.version}-java-${java.build}.jsa`);
  if (existsSync(archive)) return { arguments: [`-XX:SharedArchiveFile=${archive}`], keep: async () => {} };
  await mkdir(dirname(archive), { recursive: true });
  const unfinished = `${archive}.${process.pid}`;
  return {
    arguments: [`-XX:ArchiveClassesAtExit=${unfinished}`],
    keep: () => rename(unfinished, archive).catch(() => rm(unfinished, { force: true })),
  };
}
