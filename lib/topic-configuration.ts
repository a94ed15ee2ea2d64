import type { Topic } from './function-needs';
import type { Stage } from './stages';

/**
 * A topic's configuration as Kafka names it.
 *
 * `message.timestamp.before.max.ms`: a producer sets a record's time, and retention counts from it; what is older than
 * the topic keeps would be acknowledged and then deleted, so the broker refuses it instead.
 *
 * `compression.type`: `max.message.bytes` bounds what is written, and a compressed batch may hold records a thousand times as
 * large: acknowledged, and then dropped by the mapping, because no invocation takes them. The broker writes batches unpacked
 * here, and so measures what is in them before it acknowledges. Producers may still compress on their way to it.
 *
 * `message.timestamp.type`: what follows from an order's time, such as the day of its statement, is not for its producer to
 * choose.
 */
export function topicConfiguration(topic: Topic, stage: Stage): Readonly<Record<string, string>> {
  return {
    'cleanup.policy': topic.compacted ? 'compact' : 'delete',
    'compression.type': 'uncompressed',
    'max.message.bytes': String(topic.maxMessageBytes),
    'min.insync.replicas': String(stage.minInsyncReplicas),
    'unclean.leader.election.enable': 'false',
    ...(topic.open && { 'message.timestamp.type': 'LogAppendTime' }),
    ...(topic.retentionMs !== undefined && {
      'retention.ms': String(topic.retentionMs),
      'message.timestamp.before.max.ms': String(topic.retentionMs),
    }),
  };
}

/** As `AWS::MSK::Topic` takes it: Base64 of `key=value` lines. */
export function encodeConfiguration(configuration: Readonly<Record<string, string>>): string {
  const lines = Object.entries(configuration).map(([name, value]) => `${name}=${value}`);
  return Buffer.from(lines.join('\n')).toString('base64');
}
