import { buckets, consumers, endpoints, jobs, tables, topics } from '../../lib/topology';
import { storageDiagram, storageTables, topologyDiagram } from '../../lib/topology-document';

const edges = (chart: string) => chart.split('\n').filter((line) => /--?>|-\.->/.test(line));
const node = (name: string) => name.replaceAll('-', '_');

test('the events’ diagram has every topic but dead letters, every function, and the filters on their arrows', () => {
  const chart = topologyDiagram();
  for (const name of Object.keys({ ...endpoints, ...jobs, ...consumers })) expect(chart).toContain(`_fn(${name})`);
  for (const name of Object.keys(topics)) {
    expect([name, chart.includes(`[/${name}/]`)]).toEqual([name, !name.endsWith('-dlq')]);
  }
  expect(edges(chart)).toEqual(
    expect.arrayContaining([
      '  clock --> statements_fn(statements)',
      '  order_events -->|order.reserved, order.cancelled| billing_fn(billing)',
      '  order_events -->|7 types| analytics_fn(analytics)',
      '  order_commands -->|without a side| inventory_fn(inventory)',
      '  order_commands -->|allocate, cancel, with a side| order_book_fn(order-book)',
    ]),
  );
});

test('the storage diagram and its tables have every table and bucket, with who writes and who reads it', () => {
  const [chart, text] = [storageDiagram(), storageTables()];
  for (const name of Object.keys(tables)) expect(chart).toContain(`${node(name)}_table[(${name})]`);
  for (const name of Object.keys(buckets)) expect(chart).toContain(`${node(name)}_bucket[[${name}]]`);
  for (const name of [...Object.keys(tables), ...Object.keys(buckets)]) expect(text).toContain(`| \`${name}\` |`);
  expect(edges(chart)).toEqual(
    expect.arrayContaining([
      '  audit_fn(audit) --> archive_bucket',
      '  statements_fn(statements) --> reporting_table',
      '  limits_table -.-> risk_fn(risk)',
    ]),
  );
  expect(text).toContain('| billing | order-events | `order.reserved`, `order.cancelled` |');
});
