import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { DataKey } from './data-key';

/** The statistic's window of every alarm. */
export const PERIOD = Duration.minutes(1);

/** Everything somebody should get up for, told to one topic. */
export class Alarms extends Construct {
  private readonly topic: Topic;

  constructor(scope: Construct, id: string, { dataKey, email }: { dataKey: DataKey; email?: string | undefined }) {
    super(scope, id);
    this.topic = new Topic(this, 'Topic', { masterKey: dataKey.key, enforceSSL: true });
    // Without this the alarms are raised and nobody hears of them: the topic is encrypted with a key of ours.
    dataKey.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'AlarmsToTopic',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['kms:Decrypt', 'kms:GenerateDataKey*'],
        resources: ['*'],
      }),
    );
    if (email) this.topic.addSubscription(new EmailSubscription(email));
  }

  /** Raises when the metric is above the threshold for the given minutes in a row. */
  above(
    id: string,
    metric: IMetric,
    { threshold, minutes, means }: { threshold: number; minutes: number; means: string },
  ) {
    new Alarm(this, id, {
      alarmDescription: means,
      metric,
      threshold,
      evaluationPeriods: minutes,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    }).addAlarmAction(new SnsAction(this.topic));
  }
}
