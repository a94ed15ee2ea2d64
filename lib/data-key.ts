import { RemovalPolicy, Stack } from 'aws-cdk-lib';
import { Effect, PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Key } from 'aws-cdk-lib/aws-kms';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Stage } from './stages';

/** A stack's own rotating key, and the log groups under it. */
export class DataKey extends Construct {
  readonly key: Key;
  private readonly stage: Stage;

  constructor(scope: Construct, id: string, { stage, describes }: { stage: Stage; describes: string }) {
    super(scope, id);
    this.stage = stage;
    this.key = new Key(this, 'Key', {
      description: describes,
      enableKeyRotation: true,
      removalPolicy: this.removalPolicy,
    });
    const { region, account, partition } = Stack.of(this);
    this.key.addToResourcePolicy(
      new PolicyStatement({
        sid: 'LogGroupsOfThisAccount',
        effect: Effect.ALLOW,
        principals: [new ServicePrincipal(`logs.${region}.amazonaws.com`)],
        actions: ['kms:Encrypt', 'kms:Decrypt', 'kms:ReEncrypt*', 'kms:GenerateDataKey*', 'kms:DescribeKey'],
        resources: ['*'],
        conditions: {
          ArnLike: { 'kms:EncryptionContext:aws:logs:arn': `arn:${partition}:logs:${region}:${account}:log-group:*` },
        },
      }),
    );
  }

  get removalPolicy(): RemovalPolicy {
    return removalPolicyOf(this.stage);
  }

  logGroup(scope: Construct, id: string): LogGroup {
    return new LogGroup(scope, id, {
      encryptionKey: this.key,
      retention: this.stage.logDays === 7 ? RetentionDays.ONE_WEEK : RetentionDays.ONE_MONTH,
      removalPolicy: this.removalPolicy,
    });
  }
}

/**
 * What becomes of data, and of what it stands on, when its stack goes. Kept is what a deployment completed: what one that failed
 * had made is taken away again, else its fixed names and its price would stay.
 *
 * @see https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-attribute-deletionpolicy.html
 */
export const removalPolicyOf = ({ keepsData }: Stage): RemovalPolicy =>
  keepsData ? RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE : RemovalPolicy.DESTROY;
