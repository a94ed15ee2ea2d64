import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dynamodbLocalJars } from './catalogue';
import type { EngineProcess } from './engine-process';
import { type EngineBase, startJvmEngine } from './jvm-engine';
import { httpProbe } from './probes';
import { emptyDatabase } from './sqlite-file';

export interface DynamodbLocalOptions extends EngineBase {
  readonly port: number;
  /** Keeps nothing, which is quicker: for tests. */
  readonly inMemory?: boolean;
}

/** What `-sharedDb` names its file. */
const DATABASE = 'shared-local-instance.db';

/** Starts DynamoDB Local: one database for all regions and credentials, kept in the state folder. */
export async function startDynamodbLocal({
  port,
  inMemory = false,
  ...base
}: DynamodbLocalOptions): Promise<EngineProcess> {
  const { folders, jars } = base;
  await mkdir(folders.data, { recursive: true, mode: 0o700 });
  const database = join(folders.data, DATABASE);
  if (!inMemory && !existsSync(database)) await writeFile(database, emptyDatabase(), { mode: 0o600 });
  const file = join(folders.data, 'server.xml');
  await writeFile(file, serverXml(port, inMemory ? undefined : folders.data), { mode: 0o600 });
  return startJvmEngine({
    // Its log and pid are where those of any DynamoDB engine are.
    engine: { ...dynamodbLocalJars, name: 'dynamodb' },
    ...base,
    jvm: ['-Xms64m', '-Xmx768m', `-Djava.library.path=${jars.directory}`],
    main: ['org.eclipse.jetty.xml.XmlConfiguration', file],
    ready: httpProbe(`http://127.0.0.1:${port}/`),
  });
}

/**
 * DynamoDB Local's own main class listens on every interface and asks a telemetry service; the same server put together as
 * Jetty's configuration listens on loopback and tells nobody. The handler's arguments are: no port, whether in memory, the
 * folder, one shared database, no simulated delays (software.amazon.dynamodb.services.local.main.ServerRunner).
 */
export function serverXml(port: number, directory: string | undefined): string {
  const handlers = 'software.amazon.dynamodb.services.local.server';
  return `<?xml version="1.0"?>
<!DOCTYPE Configure PUBLIC "-//Jetty//Configure//EN" "https://jetty.org/configure_10_0.dtd">
<Configure id="server" class="org.eclipse.jetty.server.Server">
  <Call name="addConnector"><Arg><New class="org.eclipse.jetty.server.ServerConnector">
    <Arg name="server"><Ref refid="server"/></Arg>
    <Set name="host">127.0.0.1</Set>
    <Set name="port" type="int">${port}</Set>
  </New></Arg></Call>
  <Set name="stopAtShutdown" type="boolean">true</Set>
  <Set name="handler"><New class="org.eclipse.jetty.server.handler.ContextHandler"><Set name="handler">
    <New class="${handlers}.LocalDynamoDBServerHandler">
      <Arg><New class="${handlers}.LocalDynamoDBRequestHandler">
        <Arg type="int">0</Arg>
        <Arg type="boolean">${directory === undefined}</Arg>
        ${directory === undefined ? '<Arg/>' : `<Arg>${escapeXml(directory)}</Arg>`}
        <Arg type="boolean">true</Arg>
        <Arg type="boolean">false</Arg>
      </New></Arg>
      <Arg/>
    </New>
  </Set></New></Set>
</Configure>
`;
}

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
