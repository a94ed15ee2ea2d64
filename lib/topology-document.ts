import type { Consumer, FunctionNeeds, Topic } from './function-needs';
import { consumers, endpoints, jobs, topics } from './topology';

const allTopics: Readonly<Record<string, Topic>> = topics;
const allConsumers: Readonly<Record<string, Consumer>> = consumers;
const allEndpoints: Readonly<Record<string, FunctionNeeds>> = endpoints;
const allJobs: Readonly<Record<string, FunctionNeeds>> = jobs;

/** The topology as a Mermaid flow chart: who writes which topic, and who reads it. Dead-letter topics are left out. */
export function topologyDiagram(): string {
  const letters = new Set(Object.values(allConsumers).map(({ deadLetters }) => deadLetters));
  const lines = [
    '```mermaid',
    'flowchart LR',
    '  http([HTTP API])',
    ...Object.keys(allTopics)
      .filter((name) => !letters.has(name))
      .map((name) => `  ${id(name)}[/${name}/]`),
    ...Object.keys(allEndpoints).map((name) => `  http --> ${name}`),
    ...Object.entries(allEndpoints).flatMap(([name, { writes = [] }]) =>
      writes.map((topic) => `  ${name} --> ${id(topic)}`),
    ),
    ...Object.entries(allConsumers).flatMap(([name, { reads, writes = [] }]) => [
      ...reads.map(({ topic }) => `  ${id(topic)} --> ${id(name)}`),
      ...writes.map((topic) => `  ${id(name)} --> ${id(topic)}`),
    ]),
    '```',
  ];
  return lines.join('\n');
}

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

const id = (name: string) => name.replaceAll('-', '_');
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
