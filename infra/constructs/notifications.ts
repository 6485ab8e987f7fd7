import { Stack, Validations } from 'aws-cdk-lib';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';

export type NotificationsProps = { emails: readonly string[] };

/**
 * What people are told by e-mail. Each address has to confirm once, by the message that AWS sends it.
 *
 * Not encrypted with the key `alias/aws/sns`: CloudWatch may not use that one, and its alarms would get lost
 * without a trace. The messages hold no secret and SNS keeps them only until they are delivered.
 */
export class Notifications extends Topic {
  constructor(scope: Construct, id: string, { emails }: NotificationsProps) {
    super(scope, id, { displayName: 'App Store Connect Jobs', enforceSSL: true });
    for (const email of new Set(emails)) this.addSubscription(new EmailSubscription(email));
    // A topic with a policy of its own is without the default one, by which CloudWatch could publish.
    this.addToResourcePolicy(
      new PolicyStatement({
        sid: 'Alarms',
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [this.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    Validations.of(this).acknowledge({
      id: 'Serverless-SNSRedrivePolicy',
      reason:
        'A mail that cannot be delivered is read by nobody from a queue either; what matters is in the ledger and the metrics.',
    });
  }
}
