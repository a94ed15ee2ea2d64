import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { EngineError } from './engine-error';

const OLDEST = 17;

export interface Java {
  readonly command: string;
  /** `17.0.15+6-Debian-1deb12u1`: names the class archives that only this build can read. */
  readonly build: string;
}

/**
 * The Java that JAVA_HOME names, else the one on the PATH.
 *
 * @throws EngineError `java_missing`, `java_too_old`
 */
export async function findJava(): Promise<Java> {
  const command = process.env.JAVA_HOME ? join(process.env.JAVA_HOME, 'bin', 'java') : 'java';
  const text = await new Promise<string>((resolve, reject) => {
    execFile(command, ['-version'], (error, stdout, stderr) =>
      error
        ? reject(
            new EngineError(
              'java_missing',
              `Kafka runs on Java, and \`${command} -version\` fails: install Java ${OLDEST} or newer${process.env.JAVA_HOME ? ' or mend JAVA_HOME' : ''}, or start Docker, or name a running Kafka with --kafka`,
              { cause: error },
            ),
          )
        : resolve(stdout + stderr),
    );
  });
  const version = javaVersion(text);
  if (version.major < OLDEST) {
    throw new EngineError(
      'java_too_old',
      `Kafka needs Java ${OLDEST} or newer and \`${command}\` is ${version.major}: install a newer one, or point JAVA_HOME to it`,
    );
  }
  return { command, build: version.build };
}

/** Reads what `java -version` prints. */
export function javaVersion(text: string): { readonly major: number; readonly build: string } {
  const version = /version "([^"]+)"/.exec(text)?.[1] ?? '0';
  const major = Number(version.startsWith('1.') ? version.split('.')[1] : version.split(/[.\-+]/)[0]);
  const build = /\(build ([^),]+)/.exec(text)?.[1] ?? version;
  return { major, build: build.replaceAll(/[^\w.+-]/g, '_') };
}
