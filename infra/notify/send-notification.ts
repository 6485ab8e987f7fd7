import { Duration, Validations } from 'aws-cdk-lib';
import { type EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import {
  EVENT_SOURCE,
  MAILED_EVENT_TYPES,
  NOTIFIED_EVENT_TYPES,
} from '../../functions/events/event-types.ts';
import { subscribedReviews } from '../../functions/reports/reviews/names/review-series.ts';
import type { Deployment } from '../config/deployment.ts';
import { JobFunction } from '../constructs/job-function.ts';
import { grantObjects } from '../constructs/lake-access.ts';
import { allow } from '../constructs/permissions.ts';
import type { StorageStack } from '../storage/storage-stack.ts';

export type NotifierProps = {
  deployment: Deployment;
  storage: StorageStack;
  eventBus: EventBus;
  notifications: Topic;
};

/** Brings what people have to know from the bus to the notifications' topic, in words. */
export class Notifier extends Construct {
  readonly sendNotification: JobFunction;
  readonly deadLetters: Queue;

  constructor(scope: Construct, id: string, { deployment, storage, eventBus, notifications }: NotifierProps) {
    super(scope, id);
    this.sendNotification = new JobFunction(this, 'TellPeople', {
      description: 'Tells people of price changes and overdue reports',
      entry: 'functions/notify/send-notification.lambda.ts',
      timeout: Duration.seconds(30),
      settings: deployment.settings,
      environment: {
        LAKE_BUCKET: storage.lake.bucketName,
        NOTIFICATIONS_TOPIC_ARN: notifications.topicArn,
      },
    });
    const { functionRole } = this.sendNotification;
    allow(functionRole, 'Publish', ['sns:Publish'], [notifications.topicArn]);
    grantObjects(functionRole, storage, 'ReadPlans', ['s3:GetObject'], ['audit/prices/*']);
    this.deadLetters = new Queue(this, 'TellPeopleDeadLetters', {
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
    const target = () =>
      new LambdaFunction(this.sendNotification, {
        deadLetterQueue: this.deadLetters,
        retryAttempts: 8,
        maxEventAge: Duration.hours(6),
      });
    new Rule(this, 'WorthTelling', {
      description: 'Events of which people are told',
      eventBus,
      eventPattern: { source: [EVENT_SOURCE], detailType: [...NOTIFIED_EVENT_TYPES] },
      targets: [target()],
    });
    const { settings } = deployment;
    if (subscribedReviews(settings).some(({ filter }) => filter.mail))
      new Rule(this, 'ReviewsWorthTelling', {
        description: 'Reviews of which people are told: those that the settings want mailed',
        eventBus,
        eventPattern: {
          source: [EVENT_SOURCE],
          detailType: [...MAILED_EVENT_TYPES],
          detail: { mail: [true] },
        },
        targets: [target()],
      });
    acknowledgeFindings(this);
  }
}

/** What cdk-nag asks for and this does otherwise, each with its reason. */
function acknowledgeFindings({ sendNotification, deadLetters }: Notifier): void {
  for (const id of ['Serverless-SQSRedrivePolicy', 'AwsSolutions-SQS3']) {
    Validations.of(deadLetters).acknowledge({
      id,
      reason: 'This is the dead-letter queue of a rule; what ends here waits for a person.',
    });
  }
  for (const id of ['Serverless-LambdaDLQ', 'Serverless-LambdaAsyncFailureDestination']) {
    Validations.of(sendNotification).acknowledge({
      id,
      reason: 'The events stay with whoever sent them, and their states on the status page.',
    });
  }
}
