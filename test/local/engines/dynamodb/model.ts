/** DynamoDB as a plain map, for what the property test does: items with keys `pk` and `sk`, a number `n` and a `kind`. */
export interface Row {
  readonly n: number;
  readonly kind?: string;
}

export type Condition =
  | { readonly type: 'none' | 'new' | 'exists' | 'never' }
  | { readonly type: 'equals' | 'at most'; readonly n: number };

export type Write =
  | { readonly type: 'put'; readonly key: string; readonly row: Row; readonly condition: Condition }
  | { readonly type: 'add'; readonly key: string; readonly by: number; readonly condition: Condition }
  | { readonly type: 'delete'; readonly key: string; readonly condition: Condition };

export type Outcome = 'done' | 'refused';

export class Model {
  readonly rows = new Map<string, Row>();

  write(write: Write): Outcome {
    if (!this.holds(write)) return 'refused';
    this.#apply(write);
    return 'done';
  }

  /** All or none, of distinct keys. */
  transact(writes: readonly Write[]): readonly Outcome[] {
    const outcomes = writes.map((write): Outcome => (this.holds(write) ? 'done' : 'refused'));
    if (!outcomes.includes('refused')) for (const write of writes) this.#apply(write);
    return outcomes;
  }

  holds({ key, condition }: Write): boolean {
    const row = this.rows.get(key);
    switch (condition.type) {
      case 'none':
        return true;
      case 'never':
        return false;
      case 'new':
        return row === undefined;
      case 'exists':
        return row !== undefined;
      case 'equals':
        return row?.n === condition.n;
      case 'at most':
        return row !== undefined && row.n <= condition.n;
    }
  }

  /** Keys of one kind, by their sort keys. */
  ofKind(kind: string): readonly string[] {
    return [...this.rows].filter(([, row]) => row.kind === kind).map(([key]) => key);
  }

  #apply(write: Write): void {
    const row = this.rows.get(write.key);
    if (write.type === 'delete') this.rows.delete(write.key);
    else if (write.type === 'put') this.rows.set(write.key, write.row);
    else this.rows.set(write.key, { ...row, n: (row?.n ?? 0) + write.by });
  }
}
