import { Stack } from 'aws-cdk-lib';
import { SlackChannelConfiguration } from 'aws-cdk-lib/aws-chatbot';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';

export type ChatProps = { notifications: Topic; slackWorkspaceId: string; slackChannelId: string };

/**
 * Posts the notifications of the topic to a Slack channel. The workspace has to be authorized once by hand, in the console of
 * Amazon Q Developer in chat applications (formerly AWS Chatbot).
 */
export class Chat extends Construct {
  constructor(scope: Construct, id: string, props: ChatProps) {
    super(scope, id);
    new SlackChannelConfiguration(this, 'Slack', {
      // Configurations are global in an account, as dashboards are.
      slackChannelConfigurationName: `${Stack.of(this).stackName}-${Stack.of(this).region}`,
      slackWorkspaceId: props.slackWorkspaceId,
      slackChannelId: props.slackChannelId,
      notificationTopics: [props.notifications],
      // Whoever is in the channel may look at metrics and no more; unset, AWS takes AdministratorAccess.
      guardrailPolicies: [ManagedPolicy.fromAwsManagedPolicyName('CloudWatchReadOnlyAccess')],
    });
  }
}
