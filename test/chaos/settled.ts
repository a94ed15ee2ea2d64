import { connectAdmin } from '../../local/mapping/kafkajs-admin';
import { tailTopic } from '../../local/mapping/kafkajs-tail';
import type { RunningSystem } from '../../local/up';

const LOOK_MS = 500;

/**
 * Resolves when every mapping has committed all there is. What a function publishes it publishes before its records are
 * committed: when the ends have not moved while all the commits were read, and the commits have reached them, no record
 * that is still to come can exist.
 */
export async function untilSettled(
  { endpoints, model }: Pick<RunningSystem, 'endpoints' | 'model'>,
  groups: (groupId: string) => boolean,
  patienceMs: number,
): Promise<void> {
  const admin = await connectAdmin(endpoints.kafka);
  const mappings = model.mappings.filter(({ groupId }) => groups(groupId));
  const topics = [...new Set(mappings.map(({ topic }) => topic))];
  const endsOf = async () =>
    new Map(await Promise.all(topics.map(async (topic) => [topic, await admin.offsets(topic)] as const)));
  const behind = async () => {
    const before = await endsOf();
    const commits = await Promise.all(mappings.map(({ groupId, topic }) => admin.committed(groupId, topic)));
    const after = await endsOf();
    return mappings.flatMap(({ groupId, topic }, index) =>
      [...(after.get(topic) ?? [])].flatMap(([partition, { high }]) => {
        const done = commits[index]?.get(partition) ?? 0;
        const moved = before.get(topic)?.get(partition)?.high !== high;
        return moved || done < high ? [`${groupId} is at ${done} of ${high} in ${topic}-${partition}`] : [];
      }),
    );
  };
  try {
    const deadline = Date.now() + patienceMs;
    for (let left = await behind(); left.length > 0; left = await behind()) {
      if (Date.now() > deadline) throw new Error(`Not settled after ${patienceMs} ms: ${left.join('; ')}`);
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  } finally {
    await admin.close();
  }
}

/** What shows that an order got somewhere. */
const ARRIVED = /"type":"order\.(completed|declined|rejected|cancelled|resting|filled|backordered)"/;

export interface Progress {
  /** Resolves when so many orders have got somewhere; false when they have not in time. */
  reached(orders: number, patienceMs: number): Promise<boolean>;
  close(): Promise<void>;
}

export async function followProgress(
  { endpoints }: Pick<RunningSystem, 'endpoints'>,
  onArrived: () => void,
): Promise<Progress> {
  const arrived = new Set<string>();
  let waiting: { readonly orders: number; readonly done: () => void } | undefined;
  const tail = await tailTopic({
    brokers: endpoints.kafka,
    topic: 'order-events',
    from: 'latest',
    follow: true,
    onRecord: ({ value }) => {
      const text = value?.toString() ?? '';
      const [, id] = (ARRIVED.test(text) && /"order_id":"([^"]+)"/.exec(text)) || [];
      if (id === undefined || arrived.has(id)) return;
      arrived.add(id);
      onArrived();
      if (waiting && arrived.size >= waiting.orders) waiting.done();
    },
  });
  return {
    reached: (orders, patienceMs) =>
      new Promise((resolve) => {
        if (arrived.size >= orders) return resolve(true);
        const timer = setTimeout(() => resolve(false), patienceMs);
        waiting = {
          orders,
          done() {
            clearTimeout(timer);
            resolve(true);
          },
        };
      }),
    close: () => tail.close(),
  };
}
