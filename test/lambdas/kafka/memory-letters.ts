import type { Letters } from '../../../lambdas/kafka/letters';

/** Remembers letters as a table would. */
export class MemoryLetters implements Letters {
  readonly noted = new Set<string>();

  /** @param fault throws to break a call, before it takes place or after. */
  constructor(private readonly fault: (moment: 'before' | 'after') => void = () => {}) {}

  async written(ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (new Set(ids).size !== ids.length) throw new Error('Keys repeat, which BatchGetItem refuses');
    this.fault('before');
    return new Set(ids.filter((id) => this.noted.has(id)));
  }

  async note(ids: readonly string[]): Promise<void> {
    this.fault('before');
    for (const id of ids) this.noted.add(id);
    this.fault('after');
  }
}
