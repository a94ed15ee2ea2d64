import { eventSchemas } from '../../lambdas/order/events';
import type { Consumer } from '../../lib/function-needs';
import { consumers } from '../../lib/topology';
import { eventCatalogue, exampleOf, placeOf, readersOf } from '../../scripts/events-document';

const byType = eventSchemas.map((schema) => [schema.shape.type.value, schema] as const);
const allConsumers: Readonly<Record<string, Consumer>> = consumers;

it.each(byType)('shows an example of %s that its schema takes', (type, schema) => {
  const example = exampleOf(type);
  expect(schema.strict().parse(example)).toEqual(example);
});

it('names as readers those to whom a mapping brings the event, by its type and its side', () => {
  const readers = Object.fromEntries(byType.map(([type, schema]) => [type, readersOf(schema).join(', ')]));
  expect(readers).toMatchObject({
    'order.approved': 'tracker, analytics, audit',
    'order.cancelled': 'tracker, risk, billing, reporting, audit',
    allocate: 'inventory, order-book, audit',
    settle: 'inventory, audit',
    'stock.received': 'inventory, audit',
    'trade.executed': 'position, audit',
    'market.updated': 'anyone',
  });
});

it('names a consumer as a reader of whatever its filter asks for by type', () => {
  for (const [name, { reads }] of Object.entries(allConsumers)) {
    for (const { topic, only = [] } of reads) {
      for (const type of only.flatMap((one) => (Array.isArray(one.type) ? (one.type as string[]) : []))) {
        const schema = byType.find(([known]) => known === type)?.[1];
        expect([name, type, schema && placeOf(schema).topic]).toEqual([name, type, topic]);
        expect([name, type, schema && readersOf(schema)]).toEqual([name, type, expect.arrayContaining([name])]);
      }
    }
  }
});

it('describes every event, each under its topic', () => {
  const text = eventCatalogue();
  for (const [type] of byType) expect(text).toContain(`### \`${type}\``);
  expect(text.match(/^## .*/gm)).toEqual([
    '## `orders`',
    '## `order-events`',
    '## `order-commands`',
    '## `trades`',
    '## `market-data`',
    '## `positions`',
  ]);
});
