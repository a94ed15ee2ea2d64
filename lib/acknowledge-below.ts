import { type CfnResource, Stack, Validations } from 'aws-cdk-lib';
import type { Construct } from 'constructs';

/** Tells cdk-nag why a role's policy names everything below one resource: `<Bucket.Arn>/*`, `<Function.Arn>:*`. */
export function acknowledgeBelow(role: Construct, resource: Construct, suffix: string, reason: string): void {
  const logicalId = Stack.of(resource).getLogicalId(resource.node.defaultChild as CfnResource);
  Validations.of(role).acknowledge({
    id: `AwsSolutions::AwsSolutions-IAM5[Resource::<${logicalId}.Arn>${suffix}]`,
    reason,
  });
}
