import type { Delivery, OutgoingRecord, Publisher } from '../../../lambdas/kafka/publisher';

/** A broker's side of the port: keeps what it acknowledged, in order. */
export class MemoryPublisher implements Publisher {
  readonly records: OutgoingRecord[] = [];
  calls = 0;

  /** @param fault throws to break a call, before or after the records are safe. */
  constructor(private readonly fault?: (moment: 'before' | 'after') => void) {}

  async publish(records: readonly OutgoingRecord[]): Promise<readonly Delivery[]> {
    this.calls++;
    this.fault?.('before');
    const first = this.records.length;
    this.records.push(...records);
    this.fault?.('after');
    return records.map(({ topic }, index) => ({ topic, partition: 0, offset: first + index }));
  }

  async close(): Promise<void> {}
}
