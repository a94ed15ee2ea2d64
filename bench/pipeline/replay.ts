import { randomUUID } from 'node:crypto';
import { Agent, request } from 'node:http';
import { createTables } from '../../local/engines/tables';
import type { TableModel } from '../../local/model';
import type { RecordedCall } from './counting-proxy';

const IN_FLIGHT = 32;

/** Makes the recorded calls again on fresh tables, in their order, 32 in flight, and nothing else. @returns seconds */
export async function replay(
  dynamodb: string,
  tables: readonly TableModel[],
  calls: readonly RecordedCall[],
): Promise<number> {
  const suffix = `-${randomUUID().slice(0, 6)}`;
  await createTables(
    dynamodb,
    tables.map((table) => ({
      ...table,
      name: table.name + suffix,
      create: { ...table.create, TableName: table.name + suffix },
    })),
  );
  const names = tables.map(({ name }) => name);
  const elsewhere = calls.map(({ operation, body }) => ({
    operation,
    // Within a statement the quotes around a table's name are escaped.
    body: names.reduce(
      (text, name) =>
        text.replaceAll(`"${name}"`, `"${name}${suffix}"`).replaceAll(`"${name}\\"`, `"${name}${suffix}\\"`),
      body,
    ),
  }));
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
  let next = 0;
  const worker = async () => {
    for (let call = elsewhere[next++]; call; call = elsewhere[next++]) await send(dynamodb, agent, call);
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker));
  const seconds = (performance.now() - started) / 1_000;
  agent.destroy();
  return seconds;
}

/** DynamoDB Local reads the region and the key's name, and checks no signature. */
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0';

const send = (url: string, agent: Agent, { operation, body }: RecordedCall) =>
  new Promise<void>((resolve, reject) => {
    const call = request(url, {
      agent,
      method: 'POST',
      headers: {
        'content-type': 'application/x-amz-json-1.0',
        'content-length': Buffer.byteLength(body),
        'x-amz-target': `DynamoDB_20120810.${operation}`,
        'x-amz-date': '20260101T000000Z',
        authorization: AUTHORIZATION,
      },
    });
    call.on('error', reject).on('response', (answer) => answer.resume().on('end', resolve));
    call.end(body);
  });
