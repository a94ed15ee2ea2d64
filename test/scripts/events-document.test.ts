import { eventSchemas } from '../../lambdas/order/events';
import type { Consumer } from '../../lib/function-needs';
import { consumers } from '../../lib/topology';
import { admits, eventCatalogue, exampleOf, placeOf } from '../../scripts/events-document';

const byType = eventSchemas.map((schema) => [schema.shape.type.value, schema] as const);
const allConsumers: Readonly<Record<string, Consumer>> = consumers;

it.each(byType)('shows an example of %s that its schema takes', (type, schema) => {
  const example = exampleOf(type);
  expect(schema.strict().parse(example)).toEqual(example);
});

it.each(byType)('says of %s only readers that a mapping brings it to', (_, schema) => {
  const { topic, readBy } = placeOf(schema);
  for (const name of readBy.filter((reader) => reader !== 'anyone')) {
    const reads = allConsumers[name]?.reads ?? [];
    expect([name, reads.some((one) => one.topic === topic && admits(one, schema))]).toEqual([name, true]);
  }
});

it('names a consumer as a reader of whatever its filter asks for by type', () => {
  for (const [name, { reads }] of Object.entries(allConsumers)) {
    for (const { topic, only = [] } of reads) {
      const types = only.flatMap(({ type }) => (Array.isArray(type) ? (type as string[]) : []));
      for (const type of types) {
        const schema = byType.find(([known]) => known === type)?.[1];
        expect([name, topic, type, schema && placeOf(schema).readBy]).toEqual([
          name,
          topic,
          type,
          expect.arrayContaining([name]),
        ]);
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
