import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** What a client asked of DynamoDB, as DynamoDB counted it. */
export interface Consumption {
  readonly calls: number;
  readonly readUnits: number;
  readonly writeUnits: number;
  /** Of the requests that write, as they went over the wire: without compression of their text. */
  readonly bytesWritten: number;
}

export interface CapacityMeter {
  /** @returns what was consumed since this was called last. */
  reset(): Consumption;
}

interface Capacity {
  readonly CapacityUnits?: number;
}

const NOTHING: Consumption = { calls: 0, readUnits: 0, writeUnits: 0, bytesWritten: 0 };

/** Asks with every call of the client what it consumes, and adds it up. */
export function meterCapacity(client: DynamoDBClient): CapacityMeter {
  let total = NOTHING;
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        Object.assign(args.input, { ReturnConsumedCapacity: 'TOTAL' });
        const result = await next(args);
        const { ConsumedCapacity } = result.output as { ConsumedCapacity?: Capacity | readonly Capacity[] };
        const units = ([ConsumedCapacity ?? []].flat() as Capacity[]).reduce(
          (sum, { CapacityUnits = 0 }) => sum + CapacityUnits,
          0,
        );
        const writes = /Put|Update|Write/.test(commandName);
        total = {
          ...total,
          calls: total.calls + 1,
          readUnits: total.readUnits + (writes ? 0 : units),
          writeUnits: total.writeUnits + (writes ? units : 0),
        };
        return result;
      },
    { step: 'initialize', name: 'meterCapacity' },
  );
  client.middlewareStack.add(
    (next, { commandName = '' }) =>
      async (args) => {
        const { body } = args.request as { body?: unknown };
        const isText = typeof body === 'string' || body instanceof Uint8Array;
        if (/Put|Update|Write/.test(commandName) && isText)
          total = { ...total, bytesWritten: total.bytesWritten + Buffer.byteLength(body) };
        return next(args);
      },
    { step: 'build', name: 'meterBytes' },
  );
  return {
    reset() {
      const consumed = total;
      total = NOTHING;
      return consumed;
    },
  };
}
