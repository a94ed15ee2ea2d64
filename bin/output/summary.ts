import pc from 'picocolors';
import type { RunningSystem } from '../../local/up';
import { withOptions } from './hints';
import { visible } from './visible';

/** What is up, as a short table. */
export function summary({ model, endpoints, gateway, mappings, engines }: RunningSystem): string {
  const urls = (gateway?.apis ?? []).map(({ url, name }, i) => [
    i === 0 ? 'HTTP API' : '',
    `${url}  ${pc.dim(visible(name))}`,
  ]);
  const rows = [
    ...urls,
    ['Kafka', `${endpoints.kafka}  ${pc.dim(engines.kind)}`],
    ['DynamoDB', endpoints.dynamodb],
    ...(model.buckets.length > 0 ? [['S3', endpoints.s3 ?? '']] : []),
    ['Functions', list(model.functions.map(({ name }) => name))],
    ...model.mappings.map(({ topic, groupId, batchSize }, i) => [
      i === 0 ? 'Mappings' : '',
      `${visible(`${topic} → ${groupId}`)}  ${pc.dim(mappings.has(groupId) ? `up to ${batchSize} records` : 'not polling')}`,
    ]),
    [
      'Topics',
      model.topics.map(({ name, partitions }) => `${visible(name)} ${pc.dim(`×${partitions}`)}`).join(', ') ||
        pc.dim('none'),
    ],
  ];
  return rows.map(([name = '', value]) => `  ${pc.bold(name.padEnd(10))} ${value}`).join('\n');
}

const scheduled = ({ schedules, functions }: RunningSystem['model']) =>
  schedules
    .map(({ expression, functionArn }) => `${functions.find(({ arn }) => arn === functionArn)?.name} ${expression}`)
    .join(', ');

const list = (names: readonly string[]) => (names.length > 0 ? names.map(visible).join(', ') : pc.dim('none'));

/** Where this differs from the cloud, and what of the app is not run. */
export function differences({ model }: RunningSystem): string {
  const fixed = [
    'ARNs are invented; replication and min.insync.replicas are clamped to the brokers there are',
    'one environment of each mapped or routed function is started at once',
    'set in every function: AWS_ENDPOINT_URL_DYNAMODB, AWS_ENDPOINT_URL_S3, KAFKA_AUTH=none, made-up credentials',
    ...(model.apis.some(({ routes }) => routes.some(({ authorizer }) => authorizer))
      ? ['the routes are open: authorizers are not asked']
      : []),
    ...(model.mappings.length > 0
      ? ['each mapping has one poller and invokes once at a time, whatever MaximumPollers says']
      : []),
    ...(model.schedules.length > 0
      ? [`schedules do not fire (${scheduled(model)}): npx orderflow invoke runs a function when you like`]
      : []),
  ];
  const notices = [
    ...new Set(model.notices.map(({ message, ask }) => (ask ? `${message} (--set ${ask}=…)` : message))),
  ];
  return ['Unlike the cloud:', ...[...fixed, ...notices].map((line) => `  · ${visible(withOptions(line))}`)]
    .map((line) => pc.dim(line))
    .join('\n');
}
