import { randomUUID } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import { runBounded } from '../../lambdas/kafka/run-bounded';
import { createTables } from '../../local/engines/tables';
import type { TableModel } from '../../local/model';
import type { RecordedCall } from './counting-proxy';

const IN_FLIGHT = 32;

/**
 * Makes the recorded calls again on fresh tables, in their order, 32 in flight, and nothing else.
 *
 * @param earlier what the tables held before came from these
 * @returns the seconds that `calls` took
 */
export async function replay(
  dynamodb: string,
  tables: readonly TableModel[],
  earlier: readonly RecordedCall[],
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
  const elsewhere = ({ operation, body }: RecordedCall): RecordedCall => ({
    operation,
    // Within a statement the quotes around a table's name are escaped.
    body: names.reduce(
      (text, name) =>
        text.replaceAll(`"${name}"`, `"${name}${suffix}"`).replaceAll(`"${name}\\"`, `"${name}${suffix}\\"`),
      body,
    ),
  });
  const agent = new Agent({ keepAlive: true, maxSockets: IN_FLIGHT });
  const send = (some: readonly RecordedCall[]) => runBounded(some, IN_FLIGHT, (call) => request(dynamodb, agent, call));
  await send(earlier.map(elsewhere));
  const again = calls.map(elsewhere);
  const started = performance.now();
  await send(again);
  const seconds = (performance.now() - started) / 1_000;
  agent.destroy();
  return seconds;
}

/** DynamoDB Local reads the region and the key's name, and checks no signature. */
const AUTHORIZATION =
  'AWS4-HMAC-SHA256 Credential=local/20260101/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0';

const request = (url: string, agent: Agent, { operation, body }: RecordedCall) =>
  new Promise<void>((resolve, reject) => {
    const call = httpRequest(url, {
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
