import { Agent, createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { StatementUnits } from './statement-units';

/** A call as a function made it: what must be sent again to make DynamoDB do the same work. */
export interface RecordedCall {
  readonly operation: string;
  readonly body: string;
}

export interface CountingProxy {
  readonly url: string;
  /** Write units by table, as DynamoDB itself counts them, indexes included. */
  readonly writeUnits: ReadonlyMap<string, number>;
  readonly calls: readonly RecordedCall[];
  /** Forgets what it has seen. */
  reset(): void;
  close(): Promise<void>;
}

const WRITES = new Set(['PutItem', 'UpdateItem', 'BatchWriteItem', 'TransactWriteItems', 'DeleteItem']);

interface Capacity {
  readonly TableName?: string;
  readonly CapacityUnits?: number;
}

/**
 * Stands between functions and DynamoDB: asks for the consumed capacity of each call, adds it up, and keeps the calls.
 *
 * @param target DynamoDB's URL, asked at each call: the proxy stands before the system is up.
 */
export async function startCountingProxy(target: () => string): Promise<CountingProxy> {
  const writeUnits = new Map<string, number>();
  const calls: RecordedCall[] = [];
  const statements = new StatementUnits();
  const agent = new Agent({ keepAlive: true, maxSockets: 128 });
  const server = createServer(async (incoming, outgoing) => {
    const operation = String(incoming.headers['x-amz-target'] ?? '').split('.')[1] ?? '';
    const chunks: Buffer[] = [];
    for await (const chunk of incoming) chunks.push(chunk as Buffer);
    const input = Buffer.concat(chunks).toString();
    calls.push({ operation, body: input });
    const counted = WRITES.has(operation);
    const body = counted ? JSON.stringify({ ...JSON.parse(input), ReturnConsumedCapacity: 'TOTAL' }) : input;
    const forwarded = request(target(), {
      agent,
      method: 'POST',
      headers: { ...incoming.headers, 'content-length': Buffer.byteLength(body) },
    });
    forwarded.on('error', () => outgoing.destroy());
    forwarded.on('response', async (answer) => {
      const parts: Buffer[] = [];
      for await (const part of answer) parts.push(part as Buffer);
      const text = Buffer.concat(parts);
      // The checksum header is of this very body, which goes on unchanged.
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers).end(text);
      if (answer.statusCode !== 200) return;
      if (counted) add(JSON.parse(text.toString()));
      if (operation === 'BatchExecuteStatement') {
        for (const [TableName, CapacityUnits] of statements.of(input, text.toString())) {
          add({ ConsumedCapacity: { TableName, CapacityUnits } });
        }
      }
    });
    forwarded.end(body);
  });

  function add({ ConsumedCapacity }: { ConsumedCapacity?: Capacity | readonly Capacity[] }): void {
    for (const { TableName = '', CapacityUnits = 0 } of [ConsumedCapacity ?? []].flat() as Capacity[]) {
      writeUnits.set(TableName, (writeUnits.get(TableName) ?? 0) + CapacityUnits);
    }
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    writeUnits,
    calls,
    reset() {
      writeUnits.clear();
      calls.length = 0;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      agent.destroy();
    },
  };
}
