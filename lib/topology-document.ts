import type { Bucket, Consumer, FunctionNeeds, Subscription, Table, Topic } from './function-needs';
import { buckets, consumers, endpoints, jobs, tables, topics } from './topology';

const allTopics: Readonly<Record<string, Topic>> = topics;
const allConsumers: Readonly<Record<string, Consumer>> = consumers;
const allEndpoints: Readonly<Record<string, FunctionNeeds>> = endpoints;
const allJobs: Readonly<Record<string, FunctionNeeds>> = jobs;
const allTables: Readonly<Record<string, Table>> = tables;
const allBuckets: Readonly<Record<string, Bucket>> = buckets;
const allFunctions = { ...allEndpoints, ...allJobs, ...allConsumers };

/** Events as a Mermaid flow chart: who writes which topic, who reads it, and what a filter lets in. Dead-letter topics are left out. */
export function topologyDiagram(): string {
  const letters = new Set(Object.values(allConsumers).map(({ deadLetters }) => deadLetters));
  return chart([
    'http([HTTP API])',
    ...(Object.keys(allJobs).length > 0 ? ['clock([clock])'] : []),
    ...Object.keys(allTopics)
      .filter((name) => !letters.has(name))
      .map((name) => `${id(name)}[/${name}/]`),
    ...Object.keys(allEndpoints).map((name) => `http --> ${fn(name)}`),
    ...Object.keys(allJobs).map((name) => `clock --> ${fn(name)}`),
    ...Object.entries(allConsumers).flatMap(([name, { reads }]) =>
      reads.map((one) => `${id(one.topic)} -->${label(one)} ${fn(name)}`),
    ),
    ...Object.entries(allFunctions).flatMap(([name, { writes = [] }]) =>
      writes.map((topic) => `${fn(name)} --> ${id(topic)}`),
    ),
  ]);
}

/** Which function keeps what where: a whole arrow for what it writes, a dotted one from what it only reads. */
export function storageDiagram(): string {
  return chart([
    ...Object.keys(allTables).map((name) => `${id(name)}_table[(${name})]`),
    ...Object.keys(allBuckets).map((name) => `${id(name)}_bucket[[${name}]]`),
    ...Object.entries(allFunctions).flatMap(([name, { owns = [], consults = [], fills = [], fetches = [] }]) => [
      ...owns.map((table) => `${fn(name)} --> ${id(table)}_table`),
      ...fills.map((bucket) => `${fn(name)} --> ${id(bucket)}_bucket`),
      ...consults.map((table) => `${id(table)}_table -.-> ${fn(name)}`),
      ...fetches.map((bucket) => `${id(bucket)}_bucket -.-> ${fn(name)}`),
    ]),
  ]);
}

const chart = (lines: readonly string[]) =>
  ['```mermaid', 'flowchart LR', ...lines.map((line) => `  ${line}`), '```'].join('\n');

/** On an arrow there is room for two types. */
function label({ only }: Subscription): string {
  const words = (only ?? []).map(({ type, side }) =>
    [...typesIn(type, 2), ...(side === undefined ? [] : [inWords(side)])].join(', '),
  );
  return words.length > 0 ? `|${words.join(' or ')}|` : '';
}

function typesIn(type: unknown, most = Number.POSITIVE_INFINITY): string[] {
  if (!Array.isArray(type)) return [];
  return type.length > most ? [`${type.length} types`] : type;
}

function inWords(side: unknown): string {
  const [condition] = Array.isArray(side) ? side : [];
  if (condition?.exists === true) return 'with a side';
  if (condition?.exists === false) return 'without a side';
  return `side ${JSON.stringify(side)}`;
}

/** Tables, buckets, and what the mappings' filters let in, a table each. */
export function storageTables(): string {
  const by = (name: string, ...kinds: readonly ('owns' | 'consults' | 'fills' | 'fetches')[]) =>
    Object.entries(allFunctions)
      .filter(([, needs]) => kinds.some((kind) => needs[kind]?.includes(name)))
      .map(([fn]) => fn)
      .join(', ');
  return [
    '| table | holds | key | written by | only read by |',
    '|---|---|---|---|---|',
    ...Object.entries(allTables).map(([name, { holds, key }]) =>
      row(`\`${name}\``, holds, key.join(' + '), by(name, 'owns'), by(name, 'consults')),
    ),
    '',
    '| bucket | holds | written by | only read by |',
    '|---|---|---|---|',
    ...Object.entries(allBuckets).map(([name, { holds }]) =>
      row(`\`${name}\``, holds, by(name, 'fills'), by(name, 'fetches')),
    ),
    '',
    '| consumer | of topic | is brought only |',
    '|---|---|---|',
    ...Object.entries(allConsumers).flatMap(([name, { reads }]) =>
      reads.flatMap(({ topic, only = [] }) => only.map((pattern) => row(name, topic, inFull(pattern)))),
    ),
  ].join('\n');
}

const inFull = ({ type, side }: Readonly<Record<string, unknown>>) =>
  [...typesIn(type).map((name) => `\`${name}\``), ...(side === undefined ? [] : [inWords(side)])].join(', ');

/** The topics and the functions, a table each. */
export function topologyTables(): string {
  return [
    '| topic | key | partitions | kept | written by | read by |',
    '|---|---|---|---|---|---|',
    ...Object.entries(allTopics).map(([name, topic]) =>
      row(`\`${name}\``, topic.key, topic.partitions, kept(topic), writersOf(name), readersOf(name)),
    ),
    '',
    '| function | does | reads (consumer group) | writes |',
    '|---|---|---|---|',
    ...Object.entries(allEndpoints).map(([name, { does, writes = [] }]) => row(name, does, 'HTTP', writes.join(', '))),
    ...Object.entries(allJobs).map(([name, { does, schedule }]) => row(name, does, schedule?.expression ?? '', '')),
    ...Object.entries(allConsumers).map(([name, { does, reads, writes = [] }]) =>
      row(name, does, reads.map(source).join(', '), writes.join(', ')),
    ),
  ].join('\n');
}

const source = ({ topic, group, startsAt = 'TRIM_HORIZON' }: Consumer['reads'][number]) =>
  `${topic} (${group}${startsAt === 'TRIM_HORIZON' ? '' : `, from ${startsAt === 'LATEST' ? 'its first poll' : startsAt} on`})`;

/** A topic and a function may have one name. */
const id = (name: string) => name.replaceAll('-', '_');
const fn = (name: string) => `${id(name)}_fn(${name})`;
const row = (...cells: (string | number)[]) => `| ${cells.join(' | ')} |`;
const kept = ({ retentionMs }: Topic) => (retentionMs === undefined ? 'compacted' : `${retentionMs / 86_400_000} days`);

function writersOf(topic: string): string {
  const writers = Object.entries({ ...allEndpoints, ...allConsumers }).flatMap(([name, needs]) =>
    needs.writes?.includes(topic) || ('deadLetters' in needs && needs.deadLetters === topic) ? [name] : [],
  );
  return [...writers, ...(topic === 'orders' ? ['anyone'] : [])].join(', ');
}

function readersOf(topic: string): string {
  const readers = Object.entries(allConsumers).flatMap(([name, { reads }]) =>
    reads.some((subscription) => subscription.topic === topic) ? [name] : [],
  );
  return readers.join(', ') || (topic.endsWith('-dlq') ? 'the operator' : 'anyone');
}
