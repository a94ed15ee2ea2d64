/** The names added last, in an execution environment's memory. */
export class RecentNames {
  #names = new Set<string>();
  #before = new Set<string>();

  /** @param capacity how many are surely remembered; up to twice as many are kept */
  constructor(private readonly capacity: number) {}

  add(name: string): void {
    if (this.#names.size >= this.capacity) {
      this.#before = this.#names;
      this.#names = new Set();
    }
    this.#names.add(name);
  }

  has(name: string): boolean {
    return this.#names.has(name) || this.#before.has(name);
  }
}
