import * as z from 'zod';
import { eventSchemas, makeEvent, type OrderflowEvent } from '../lambdas/order/events';
import { orderSchema } from '../lambdas/order/order';
import { deadLetterCodes, reasons } from '../lambdas/order/reasons';
import type { Consumer, Subscription } from '../lib/function-needs';
import { consumers, type TopicName, topics } from '../lib/topology';

type EventSchema = (typeof eventSchemas)[number];
interface Place {
  readonly description: string;
  readonly topic: TopicName;
  readonly by: string;
}

const allConsumers: Readonly<Record<string, Consumer>> = consumers;

/** What happens in an example: an order that goes its way, and for what only instruments know, a trade. */
const TIME = { time: '2026-11-21T10:42:09.000Z' };
const FOOD = {
  order_id: '0d9f7a2c-6c0e-4c1e-9d0a-1f2e3d4c5b6a',
  user: 'john',
  item: 'burger',
  quantity: 5,
  price: '5.5',
  placed_at: '2026-11-21T10:42:08.990Z',
  amount: '27.5',
  payment_id: '4321d990-9586-58eb-a105-c183d6354576',
  remaining: 5,
  requested_by: 'john',
  operator: false,
  delta: 100,
  receipt_id: 'delivery-2026-11-21',
  digest: 'p0a2J1nQ4mYyBfFf6l2cL8hC3oVxVvWqk0m2m0b7n7E',
};
const TRADE = {
  ...FOOD,
  user: 'mary',
  item: 'TCS',
  side: 'BUY',
  quantity: 100,
  price: '3200',
  remaining: 20,
  trade_sequence: 7,
  sequence: 7,
  buy_order_id: FOOD.order_id,
  buyer: 'mary',
  sell_order_id: '5f0c7a52-6a36-4f2c-9c55-3f1e8a3c9d01',
  seller: 'bob',
  taker: 'BUY',
  revision: 12,
  last_price: '3200',
  best_bid: { price: '3200', quantity: 20 },
  best_ask: { price: '3201.5', quantity: 40 },
  cost: '320000',
  average_price: '3200',
  realised_profit: '0',
};
/** Fields that mean something else in one event than in another. */
const OWN: Partial<Record<OrderflowEvent['type'], object>> = {
  'order.rejected': { price: undefined, reason: 'no_price' },
  'order.conflicted': { quantity: 6, reason: 'order_id_conflict' },
  'order.declined': { reason: 'payment_declined' },
  'order.refunded': { reason: 'cancel_requested' },
  'order.cancelled': { reason: 'cancel_requested' },
  'order.cancel_refused': { reason: 'settled', remaining: 0 },
  'market.updated': { volume: '1250' },
  'position.updated': { quantity: '100' },
};
const INSTRUMENTS = new Set(['order.resting', 'order.filled', 'trade.executed', 'market.updated', 'position.updated']);

/** An event as it stands in Kafka. */
export function exampleOf(type: OrderflowEvent['type']): OrderflowEvent {
  const fields = { ...(INSTRUMENTS.has(type) ? TRADE : FOOD), ...OWN[type] };
  // makeEvent takes of the fields what the type has; a test holds the result to the type's schema.
  return makeEvent(type, TIME, fields as never);
}

export const placeOf = (schema: EventSchema): Place => schema.meta() as unknown as Place;

/** Whether a mapping's filter may let an event of this type through. */
function admits({ only }: Subscription, schema: EventSchema): boolean {
  if (!only) return true;
  return only.some(({ type, side }) => {
    const typeFits = !Array.isArray(type) || type.includes(schema.shape.type.value);
    return typeFits && (!asksForSide(side) || 'side' in schema.shape);
  });
}

const asksForSide = (side: unknown) => JSON.stringify(side) === '[{"exists":true}]';

/** The consumers that a mapping brings the event to; `anyone` where there is none. */
export function readersOf(schema: EventSchema): string[] {
  const { topic } = placeOf(schema);
  const readers = Object.entries(allConsumers).flatMap(([name, { reads }]) =>
    reads.some((one) => one.topic === topic && admits(one, schema)) ? [name] : [],
  );
  return readers.length > 0 ? readers : ['anyone'];
}

/** Every event, by topic: who writes and who reads it, its fields, an example. */
export function eventCatalogue(): string {
  const names = [...new Set(eventSchemas.map((schema) => placeOf(schema).topic))];
  return [orderSection(), ...names.flatMap((name) => topicSection(name))].join('\n\n');
}

function orderSection(): string {
  const readers = Object.entries(allConsumers).filter(([, { reads }]) => reads.some(({ topic }) => topic === 'orders'));
  const { order_id, user, item, quantity } = FOOD;
  return [
    '## `orders`',
    'The order itself, without an envelope: any producer may write one.',
    `Keyed by ${topics.orders.key}. Written by ingest, and anyone. Read by ${readers.map(([name]) => name).join(', ')}.`,
    fieldTable(z.object(orderSchema.shape)),
    json({ order_id, user, item, quantity }),
  ].join('\n\n');
}

function topicSection(name: TopicName): string[] {
  const schemas = eventSchemas.filter((schema) => placeOf(schema).topic === name);
  return [`## \`${name}\``, `Keyed by ${topics[name].key}.`, ...schemas.map(eventSection)];
}

function eventSection(schema: EventSchema): string {
  const type = schema.shape.type.value;
  const { description, by } = placeOf(schema);
  return [
    `### \`${type}\``,
    `${description}.`,
    `Written by ${by}. Read by ${readersOf(schema).join(', ')}.`,
    fieldTable((schema as z.ZodObject).omit({ event_id: true, type: true, version: true, time: true })),
    json(exampleOf(type)),
  ].join('\n\n');
}

/** The words of every code, a table for each place where it stands. */
export const codeTables = (): string =>
  [codeTable('`reason` of an event', reasons), codeTable('`dlq-error-code` of a dead letter', deadLetterCodes)].join(
    '\n\n',
  );

const codeTable = (head: string, words: Readonly<Record<string, string>>) =>
  [
    `| ${head} | says |`,
    '|---|---|',
    ...Object.entries(words).map(([code, text]) => `| \`${code}\` | ${cell(text)} |`),
  ].join('\n');

/** What every event says of itself, told once. */
export const envelopeTable = (): string =>
  fieldTable(eventSchemas[0].pick({ event_id: true, type: true, version: true, time: true }), { type: 'text' });

interface Field {
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Field>>;
  readonly description?: string;
}

function fieldTable(schema: z.ZodObject, typeNames: Readonly<Record<string, string>> = {}): string {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
  const rows = Object.entries(properties as Record<string, Field>).map(([name, field]) => {
    const optional = required.includes(name) ? '' : ', optional';
    return `| \`${name}\` | ${typeNames[name] ?? typeName(field)}${optional} | ${cell(field.description ?? '')} |`;
  });
  return ['| field | type | says |', '|---|---|---|', ...rows].join('\n');
}

function typeName(field: Field): string {
  if (field.enum) return field.enum.map((value) => `\`${value}\``).join(' or ');
  if (field.properties) return `object: ${Object.keys(field.properties).join(', ')}`;
  const [type] = Array.isArray(field.type) ? field.type : [field.type];
  if (field.format === 'uuid' || field.format === 'guid') return 'UUID';
  if (field.format === 'date-time') return 'date and time';
  return { string: 'text', integer: 'whole number', boolean: 'true or false' }[String(type)] ?? String(type);
}

const cell = (text: string) => text.replaceAll('|', '\\|');
const json = (value: object) => `\`\`\`json\n${JSON.stringify(value, null, 2)}\n\`\`\``;
