import { add, type Invariant, storyOf } from '../picture';

/** Pieces come by receipts and leave with completed orders; those that are still here are available. */
export const stockIsConserved: Invariant = (picture) => {
  const story = storyOf(picture);
  const refused = new Set(picture.asked.refusals.flatMap(({ value }) => /"event_id":"([^"]+)"/.exec(value)?.[1] ?? []));
  const expected = new Map<string, number>();
  const count = (item: string, pieces: number) => expected.set(item, (expected.get(item) ?? 0) + pieces);
  for (const { event_id, item, delta } of story.of('stock.received')) if (!refused.has(event_id)) count(item, delta);
  for (const { item, quantity } of story.of('order.completed')) count(item, -quantity);
  const items = new Set([...expected.keys(), ...picture.stocks.keys()]);
  return [...items].flatMap((item) => {
    const { available = 0, reserved = 0 } = picture.stocks.get(item) ?? {};
    const left = expected.get(item) ?? 0;
    const faults: string[] = [];
    if (available < 0 || reserved < 0) faults.push(`${item} has ${available} available and ${reserved} reserved`);
    if (reserved !== 0) faults.push(`${reserved} of ${item} are reserved although no order is under way`);
    if (available + reserved !== left) {
      faults.push(`${item} has ${available} + ${reserved} pieces, receipts and completed orders leave ${left}`);
    }
    return faults;
  });
};

/** The queue holds the orders that wait, and the one at its head is short. */
export const onlyTheShortWait: Invariant = (picture) => {
  const story = storyOf(picture);
  const waiting = new Map<string, string[]>();
  for (const { order_id, item } of story.of('order.backordered')) {
    const left = story.ofOrder(order_id).some(({ type }) => ['order.reserved', 'order.cancelled'].includes(type));
    if (!left) add(waiting, item, order_id);
  }
  const items = new Set([...waiting.keys(), ...picture.queues.keys()]);
  return [...items].flatMap((item) => {
    const queue = picture.queues.get(item) ?? [];
    const told = waiting.get(item) ?? [];
    const queued = new Set(queue.map(({ order_id }) => order_id));
    const [head] = queue;
    const available = picture.stocks.get(item)?.available ?? 0;
    return [
      ...told.filter((id) => !queued.has(id)).map((id) => `Order ${id} waits for ${item} and is in no queue`),
      ...[...queued]
        .filter((id) => !told.includes(id))
        .map((id) => `Order ${id} is queued for ${item} and does not wait`),
      ...(head && head.quantity <= available
        ? [`Order ${head.order_id} waits for ${head.quantity} ${item} although there are ${available}`]
        : []),
    ];
  });
};
