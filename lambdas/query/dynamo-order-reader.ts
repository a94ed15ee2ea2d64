import { type AttributeValue, type DynamoDBClient, QueryCommand } from '@aws-sdk/client-dynamodb';
import { DependencyError } from '../errors';
import { byCourse } from '../order/course';
import { digestOf } from '../order/digest';
import type { Order } from '../order/order';
import { digestOfRow } from '../tracker/placement-row';
import type { OrderReader, PageKey, TimelineEvent } from './order-reader';

type Item = Record<string, AttributeValue>;

/** The index by which the tracker's table lists a user's placements. */
export const BY_USER = 'by-user';

/** Reads the rows that lambdas/tracker writes: events of orders, each perhaps in several rows. */
export class DynamoOrderReader implements OrderReader {
  constructor(
    private readonly client: Pick<DynamoDBClient, 'send'>,
    private readonly table: string,
  ) {}

  async timeline(orderId: string): Promise<readonly TimelineEvent[]> {
    const rows: Item[] = [];
    let from: Item | undefined;
    do {
      const page = await this.query({
        KeyConditionExpression: 'order_id = :order',
        ExpressionAttributeValues: { ':order': { S: orderId } },
        ...(from && { ExclusiveStartKey: from }),
      });
      rows.push(...page.items);
      from = page.next;
    } while (from);
    return eventsToldBy(rows).sort(byCourse);
  }

  async ordersOf(user: string, limit: number, after?: PageKey) {
    const { items, next } = await this.query({
      IndexName: BY_USER,
      KeyConditionExpression: '#user = :user',
      ExpressionAttributeNames: { '#user': 'user' },
      ExpressionAttributeValues: { ':user': { S: user } },
      ScanIndexForward: false,
      Limit: limit,
      ...(after && { ExclusiveStartKey: { ...toKey(after), user: { S: user } } }),
    });
    const bodies = items.map((item) => ({ orderId: text(item, 'order_id'), digest: digestOfRow(text(item, 'sk')) }));
    return { bodies, ...(next && { next: fromKey(next) }) };
  }

  private async query(input: Omit<ConstructorParameters<typeof QueryCommand>[0], 'TableName'>) {
    try {
      const answer = await this.client.send(new QueryCommand({ ...input, TableName: this.table }));
      return { items: answer.Items ?? [], next: answer.LastEvaluatedKey };
    } catch (cause) {
      throw new DependencyError('dynamodb_unavailable', `DynamoDB did not answer a query of ${this.table}`, { cause });
    }
  }
}

/** Each event of an order once, however many rows tell it; of a request that was sent again, the first. */
export function eventsToldBy(rows: readonly Item[]): TimelineEvent[] {
  const events = new Map<string, TimelineEvent>();
  for (const event of rows.flatMap(eventsOf)) {
    const known = events.get(identity(event));
    if (!known || event.time < known.time) events.set(identity(event), event);
  }
  return [...events.values()];
}

const eventsOf = (item: Item) => JSON.parse(text(item, 'events') || '[]') as TimelineEvent[];

/**
 * Two bodies placed under one order id share an event id, and are two events. Else the id says all: what else two rows tell of
 * an event may differ, as one of them was written before a field joined.
 */
const identity = ({ event_id, type, data }: TimelineEvent) =>
  type === 'order.placed' ? `${event_id} ${digestOf(data as Order)}` : event_id;

const text = (item: Item, name: string) => item[name]?.S ?? '';

const toKey = ({ order_id, sk, listed_at }: PageKey): Item => ({
  order_id: { S: order_id },
  sk: { S: sk },
  listed_at: { S: listed_at },
});

const fromKey = (item: Item): PageKey => ({
  order_id: text(item, 'order_id'),
  sk: text(item, 'sk'),
  listed_at: text(item, 'listed_at'),
});
