import { Aws, Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { DataKey } from './data-key';

/** The statistic's window of every alarm. */
export const PERIOD = Duration.minutes(1);

/** Pages of docs/operating.md, by the anchor of their heading: what to do when an alarm rings. */
export const runbooks = [
  'a-consumer-lags',
  'a-mapping-is-dead',
  'dead-letters-came',
  'records-were-dropped',
  'a-function-fails',
  'the-api-fails',
  'kafka-is-unwell',
  'a-disk-fills',
  'the-bill-grows',
] as const;

export interface AlarmSpec {
  /** In the metric's unit. */
  readonly threshold: number;
  /** Minutes in a row. */
  readonly minutes: number;
  /** What has happened, in words for whoever is woken. */
  readonly means: string;
  readonly runbook: (typeof runbooks)[number];
}

/** Everything somebody should get up for, told to one topic. */
export class Alarms extends Construct {
  private readonly topic: Topic;

  constructor(scope: Construct, id: string, { dataKey, email }: { dataKey: DataKey; email?: string | undefined }) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { masterKey: dataKey.key, enforceSSL: true });
    // CloudWatch publishes as a service, so both policies must let it: the topic's own, since `enforceSSL` writes one with a
    // Deny alone, which replaces the default that lets the account in, and that of the key that the topic is encrypted with.
    // https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/AlarmThatSendsEmail.html
    // https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html#compatibility-with-aws-services
    const cloudWatch = {
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      // Not for the alarms of other accounts.
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    };
    this.topic.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsOfThisAccount',
        actions: ['sns:Publish'],
        resources: [this.topic.topicArn],
        ...cloudWatch,
      }),
    );
    dataKey.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsToTopic',
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
        ...cloudWatch,
      }),
    );
    if (email) this.topic.addSubscription(new EmailSubscription(email));
  }

  /** Rings when the metric is above the threshold for the given minutes in a row; no data is no trouble. */
  above(id: string, metric: IMetric, spec: AlarmSpec) {
    this.add(id, metric, spec, ComparisonOperator.GREATER_THAN_THRESHOLD, TreatMissingData.NOT_BREACHING);
  }

  /** Rings when the metric is below the threshold or says nothing at all, for the given minutes in a row. */
  belowOrSilent(id: string, metric: IMetric, spec: AlarmSpec) {
    this.add(id, metric, spec, ComparisonOperator.LESS_THAN_THRESHOLD, TreatMissingData.BREACHING);
  }

  private add(
    id: string,
    metric: IMetric,
    { threshold, minutes, means, runbook }: AlarmSpec,
    comparisonOperator: ComparisonOperator,
    treatMissingData: TreatMissingData,
  ) {
    new Alarm(this, id, {
      alarmDescription: `${means}. What to do: docs/operating.md#${runbook}`,
      metric,
      threshold,
      evaluationPeriods: minutes,
      comparisonOperator,
      treatMissingData,
    }).addAlarmAction(new SnsAction(this.topic));
  }
}
