import { readFileSync } from 'node:fs';
import type { Template } from 'aws-cdk-lib/assertions';
import { runbooks } from '../../lib/alarms';
import { consumers, endpoints, jobs } from '../../lib/topology';
import { networkTemplate, pipelineTemplate, resourcesOf, streamTemplate } from './templates';

const stages = ['dev', 'prod'] as const;
const pipelines = Object.fromEntries(stages.map((stage) => [stage, pipelineTemplate({ stage })]));

interface AlarmProperties {
  readonly AlarmActions?: readonly { readonly Ref: string }[];
  readonly AlarmDescription: string;
  readonly MetricName?: string;
  readonly Threshold: number;
  readonly EvaluationPeriods: number;
  readonly TreatMissingData: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
  readonly Metrics?: readonly {
    readonly Expression?: string;
    readonly MetricStat?: { readonly Metric: { readonly MetricName: string } };
  }[];
}

const alarmsOf = (template: Template) =>
  new Map(
    [...resourcesOf(template, 'AWS::CloudWatch::Alarm')].map(([name, { Properties }]) => [
      name,
      Properties as unknown as AlarmProperties,
    ]),
  );

interface Statement {
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Principal: { readonly Service?: unknown; readonly AWS?: unknown };
  readonly Condition?: unknown;
}

/** Whether a policy lets a service do something, for this account alone. */
const lets = (statements: readonly Statement[], service: string, action: string) =>
  statements.some(
    ({ Effect, Action, Principal, Condition }) =>
      Effect === 'Allow' &&
      [Action].flat().some((one) => one === action || (one.endsWith('*') && action.startsWith(one.slice(0, -1)))) &&
      Principal.Service === service &&
      JSON.stringify(Condition) === '{"StringEquals":{"aws:SourceAccount":{"Ref":"AWS::AccountId"}}}',
  );

const statementsOf = (properties: unknown, name: 'PolicyDocument' | 'KeyPolicy') =>
  (properties as Record<string, { Statement: Statement[] }>)[name]?.Statement ?? [];

describe.each(stages)('in %s, every alarm', (stage) => {
  const template = pipelines[stage] as Template;
  const alarms = alarmsOf(template);

  it('tells a topic that CloudWatch may publish to, encrypted with a key that CloudWatch may use', () => {
    const topics = template.findResources('AWS::SNS::Topic');
    const policies = Object.values(template.findResources('AWS::SNS::TopicPolicy'));
    const keys = template.findResources('AWS::KMS::Key');
    expect(alarms.size).toBeGreaterThan(0);
    for (const { AlarmActions = [] } of alarms.values()) {
      expect(AlarmActions).toHaveLength(1);
      for (const { Ref } of AlarmActions) {
        const ofTopic = policies.filter(({ Properties }) => JSON.stringify(Properties.Topics).includes(`"${Ref}"`));
        const said = ofTopic.flatMap(({ Properties }) => statementsOf(Properties, 'PolicyDocument'));
        expect(lets(said, 'cloudwatch.amazonaws.com', 'sns:Publish')).toBe(true);
        const key = keys[topics[Ref]?.Properties.KmsMasterKeyId['Fn::GetAtt'][0]];
        const ofKey = statementsOf(key?.Properties, 'KeyPolicy');
        for (const action of ['kms:Decrypt', 'kms:GenerateDataKey']) {
          expect(lets(ofKey, 'cloudwatch.amazonaws.com', action)).toBe(true);
        }
      }
    }
  });

  it('names its page of docs/operating.md', () => {
    for (const { AlarmDescription } of alarms.values()) {
      const [, page] = /docs\/operating\.md#(\S+)$/.exec(AlarmDescription) ?? [];
      expect(runbooks).toContain(page);
    }
  });
});

it('has a page for each runbook, under that heading', () => {
  const headings = [...readFileSync('docs/operating.md', 'utf8').matchAll(/^## (.+)$/gm)].map(([, heading]) =>
    heading?.toLowerCase().replaceAll(' ', '-'),
  );
  expect(headings).toEqual(expect.arrayContaining([...runbooks]));
});

describe('a resource policy that replaces a default', () => {
  // What allows nobody locks everybody out, whoever was meant: a Deny alone, or no statement at all.
  it.each(stages)('allows somebody something, wherever the app writes one in %s', (stage) => {
    for (const template of [networkTemplate({ stage }), streamTemplate({ stage }), pipelines[stage] as Template]) {
      for (const [type, document] of [
        ['AWS::SNS::TopicPolicy', 'PolicyDocument'],
        ['AWS::SQS::QueuePolicy', 'PolicyDocument'],
        ['AWS::KMS::Key', 'KeyPolicy'],
        ['AWS::EC2::VPCEndpoint', 'PolicyDocument'],
      ] as const) {
        for (const { Properties } of Object.values(template.findResources(type))) {
          expect(statementsOf(Properties, document).map(({ Effect }) => Effect)).toContain('Allow');
        }
      }
    }
  });
});

describe('what is watched', () => {
  const alarms = alarmsOf(pipelines.prod as Template);
  const mappings = Object.entries(consumers).flatMap(([name, { reads }]) =>
    reads.map(({ topic }) => `${name}-${topic}`),
  );

  it.each(mappings)(
    '%s: lag in seconds, standing still, silence, what was dropped, and each kind of error',
    (mapping) => {
      const metrics = (kind: string) => {
        const alarm = alarms.get(`${mapping}-${kind}`);
        return [alarm?.MetricName, ...(alarm?.Metrics ?? []).map(({ MetricStat }) => MetricStat?.Metric.MetricName)];
      };
      expect(metrics('lag')).toContain('EstimatedMaxTimeLag');
      expect(metrics('stalled')).toEqual(expect.arrayContaining(['SumOffsetLag', 'CommittedEventCount']));
      expect(metrics('silent')).toContain('PolledEventCount');
      expect(metrics('dropped')).toContain('DroppedEventCount');
      expect(metrics('polling-errors')).toContain('PollingErrorCount');
      expect(metrics('invoke-errors')).toContain('InvokeErrorCount');
      expect(metrics('commit-errors')).toContain('CommitErrorCount');
    },
  );

  it('rings for a mapping that says nothing, and for no other silence', () => {
    const ringing = [...alarms].filter(([, { TreatMissingData }]) => TreatMissingData === 'breaching');
    expect(ringing.map(([name]) => name).sort()).toEqual(
      [...mappings.map((mapping) => `${mapping}-silent`), 'cluster-no-controller'].sort(),
    );
  });

  it('waits for no number of records: one order that stands for a quarter of an hour is enough', () => {
    for (const mapping of mappings) {
      expect(alarms.get(`${mapping}-stalled`)).toMatchObject({ Threshold: 0, EvaluationPeriods: 15 });
    }
    expect([...alarms.values()].map(({ MetricName }) => MetricName)).not.toContain('MaxOffsetLag');
  });

  it('asks MSK for lag by cluster, group and topic', () => {
    expect(alarms.get('tracker-orders-lag')?.Dimensions).toEqual([
      { Name: 'Cluster Name', Value: expect.anything() },
      { Name: 'Consumer Group', Value: 'order-tracker' },
      { Name: 'Topic', Value: 'orders' },
    ]);
  });

  it.each([...Object.keys(consumers), ...Object.keys(endpoints), ...Object.keys(jobs)])(
    '%s: errors, throttles, and nearly all of its time',
    (name) => {
      for (const kind of ['errors', 'throttles', 'slow']) expect([...alarms.keys()]).toContain(`${name}-${kind}`);
    },
  );

  it('the brokers: leaders, replicas, controller, disk, processor, connections', () => {
    const names = [...alarms.values()].flatMap(({ MetricName, Metrics = [] }) => [
      MetricName,
      ...Metrics.map(({ MetricStat }) => MetricStat?.Metric.MetricName),
    ]);
    expect(names).toEqual(
      expect.arrayContaining([
        'OfflinePartitionsCount',
        'UnderReplicatedPartitions',
        'UnderMinIsrPartitionCount',
        'KafkaDataLogsDiskUsed',
        'CpuUser',
        'CpuSystem',
        'ActiveControllerCount',
        'IAMTooManyConnections',
      ]),
    );
  });

  it('the bill: pollers beyond what is planned', () => {
    expect(JSON.stringify(alarms.get('poller-units'))).toContain('EventPollerUnit');
  });

  it('combines no more metrics in an alarm than CloudWatch takes', () => {
    for (const { Metrics = [] } of alarms.values()) {
      expect(Metrics.filter(({ MetricStat }) => MetricStat).length).toBeLessThanOrEqual(10);
    }
  });
});
