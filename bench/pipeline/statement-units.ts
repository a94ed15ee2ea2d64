interface Value {
  readonly S?: string;
  readonly N?: string;
  readonly B?: string;
  readonly BOOL?: boolean;
}

interface Statement {
  readonly Statement: string;
  readonly Parameters?: readonly Value[];
}

/**
 * Write units of PartiQL batches, which DynamoDB Local does not tell: a kilobyte each of the item, the larger of before and
 * after; of a write whose condition failed, of the item that was there
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html).
 */
export class StatementUnits {
  readonly #sizes = new Map<string, number>();

  /** @returns table and units of each statement. */
  of(input: string, output: string): (readonly [table: string, units: number])[] {
    const { Statements } = JSON.parse(input) as { Statements: readonly Statement[] };
    const { Responses } = JSON.parse(output) as { Responses: readonly { Error?: unknown }[] };
    return Statements.map((statement, index) => {
      const { table, key, size } = measure(statement);
      const before = this.#sizes.get(key) ?? 0;
      const failed = Responses[index]?.Error !== undefined;
      if (!failed) this.#sizes.set(key, size);
      return [table, Math.max(1, Math.ceil((failed ? before : Math.max(before, size)) / 1024))];
    });
  }
}

/** An INSERT names all attributes; an UPDATE of ours sets all but the key, which its condition names. */
function measure({ Statement, Parameters = [] }: Statement) {
  const table = /^(?:INSERT INTO|UPDATE) "([^"]+)"/.exec(Statement)?.[1] ?? '';
  const item = new Map<string, Value>();
  [...Statement.matchAll(/['"](\w+)['"]\s*[:=]\s*\?/g)].forEach(([, name = ''], index) => {
    if (!item.has(name)) item.set(name, Parameters[index] ?? {});
  });
  const size = [...item].reduce((sum, [name, value]) => sum + name.length + sizeOf(value), 0);
  return { table, key: JSON.stringify([table, item.get('pk'), item.get('sk')]), size };
}

function sizeOf({ S, N, B }: Value): number {
  if (S !== undefined) return Buffer.byteLength(S);
  if (N !== undefined) return Math.ceil(N.length / 2) + 1;
  return B === undefined ? 1 : Buffer.byteLength(B, 'base64');
}
