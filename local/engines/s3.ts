import { mkdir } from 'node:fs/promises';
import { s3Jars } from './catalogue';
import type { Jars } from './jar-cache';
import type { Java } from './java';
import { type EngineFolders, startJvmEngine } from './jvm-engine';
import type { JvmProcess } from './jvm-process';
import { freePort } from './ports';
import { httpProbe } from './probes';

export interface S3Options {
  readonly jars: Jars;
  readonly java: Java;
  readonly folders: EngineFolders;
  /** Plain HTTP. */
  readonly port: number;
}

/** Starts S3Mock, which keeps its objects as files in the state folder. It insists on an HTTPS port beside; any will do. */
export async function startS3({ jars, java, folders, port }: S3Options): Promise<JvmProcess> {
  await mkdir(folders.data, { recursive: true });
  return startJvmEngine({
    engine: s3Jars,
    jars,
    java,
    folders,
    jvm: ['-Xms64m', '-Xmx256m', '-XX:TieredStopAtLevel=1'],
    main: [
      'com.adobe.testing.s3mock.S3MockApplication',
      `--http.port=${port}`,
      `--server.port=${await freePort()}`,
      '--server.address=127.0.0.1',
      `--com.adobe.testing.s3mock.store.root=${folders.data}`,
      '--com.adobe.testing.s3mock.store.retain-files-on-exit=true',
      '--logging.level.root=WARN',
    ],
    ready: httpProbe(`http://127.0.0.1:${port}/`),
  });
}
