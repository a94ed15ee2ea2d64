import type { NewObject, ObjectStore } from '../../../lambdas/objects/object-store';

/** A bucket in memory that keeps S3's promise: an object that is there stays as it is. */
export class MemoryObjectStore implements ObjectStore {
  readonly objects = new Map<string, NewObject>();
  /** Throw from here to have the store fail before or after it has done its work. */
  before: (object: NewObject) => void = () => {};
  after: (object: NewObject) => void = () => {};

  async putIfAbsent(object: NewObject): Promise<'stored' | 'present'> {
    this.before(object);
    const present = this.objects.has(object.key);
    if (!present) this.objects.set(object.key, object);
    this.after(object);
    return present ? 'present' : 'stored';
  }

  async get(key: string): Promise<Buffer | undefined> {
    return this.objects.get(key)?.body;
  }

  async *list(prefix: string): AsyncIterable<{ key: string; bytes: number }> {
    const keys = [...this.objects.keys()].filter((key) => key.startsWith(prefix)).sort();
    for (const key of keys) yield { key, bytes: this.objects.get(key)?.body.length ?? 0 };
  }
}
