import { Duration, TimeZone, Validations } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { SubscriptionFilter, type Topic } from 'aws-cdk-lib/aws-sns';
import { LambdaSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { Deployment } from '../config/deployment.ts';
import { appleEnvironment } from '../constructs/apple-environment.ts';
import { JobFunction } from '../constructs/job-function.ts';
import { createScheduler } from '../constructs/scheduler.ts';
import type { StorageStack } from '../storage/storage-stack.ts';
import { grantKeyStatus, grantKeys, grantRecordDelivery } from './key-permissions.ts';

export type KeysJobProps = { deployment: Deployment; storage: StorageStack; notifications: Topic };

/** The job of the keys: a daily check, rotation on request, and a note of what people were told. */
export class KeysJob extends Construct {
  readonly checkKeys: JobFunction;
  readonly rotateKey: JobFunction;
  readonly recordDelivery: JobFunction;

  constructor(scope: Construct, id: string, props: KeysJobProps) {
    super(scope, id);
    this.checkKeys = this.createFunction('CheckKeys', 'Checks every API key and tells what is to be done', {
      ...props,
      entry: 'functions/keys/check-keys.lambda.ts',
      timeout: Duration.minutes(5),
    });
    grantKeyStatus(this.checkKeys.functionRole, props);
    this.rotateKey = this.createFunction('RotateKey', 'Tests a new API key and puts it in use', {
      ...props,
      entry: 'functions/keys/rotate-key.lambda.ts',
      timeout: Duration.minutes(2),
    });
    this.recordDelivery = new JobFunction(this, 'NoteDelivery', {
      description: 'Notes which notices about keys went out',
      entry: 'functions/keys/record-delivery.lambda.ts',
      timeout: Duration.seconds(30),
      settings: props.deployment.settings,
      environment: { KEYS_TABLE: props.storage.keys.tableName },
    });
    grantRecordDelivery(this.recordDelivery.functionRole, props);
    props.notifications.addSubscription(
      new LambdaSubscription(this.recordDelivery, {
        filterPolicy: { id: SubscriptionFilter.existsFilter() },
      }),
    );
    this.scheduleCheck();
    acknowledgeFindings(this);
  }

  private createFunction(
    id: string,
    description: string,
    props: KeysJobProps & { entry: string; timeout: Duration },
  ): JobFunction {
    const { deployment, storage, notifications } = props;
    const made = new JobFunction(this, id, {
      description,
      entry: props.entry,
      timeout: props.timeout,
      settings: deployment.settings,
      environment: {
        KEYS_TABLE: storage.keys.tableName,
        BUDGET_TABLE: storage.rateBudget.tableName,
        LAKE_BUCKET: storage.lake.bucketName,
        NOTIFICATIONS_TOPIC_ARN: notifications.topicArn,
        ...appleEnvironment(deployment),
      },
    });
    grantKeys(made.functionRole, props);
    return made;
  }

  /** In the morning, so that what people are told reaches them while the people at Apple are at work, too. */
  private scheduleCheck(): void {
    this.checkKeys.configureAsyncInvoke({ retryAttempts: 2, maxEventAge: Duration.hours(2) });
    const schedule = createScheduler(this, {
      sid: 'StartCheck',
      description: 'App Store Connect Jobs: starts the check of the keys',
      functions: [this.checkKeys],
    });
    schedule('CheckKeysDaily', {
      description: 'Starts the check of the keys every day',
      schedule: ScheduleExpression.expression('cron(40 8 * * ? *)', TimeZone.AMERICA_LOS_ANGELES),
      starts: this.checkKeys,
      maxEventAge: Duration.hours(2),
    });
    // Price changes under a small limit, or a failure of Apple's, may hold the day's check up for hours.
    schedule('CheckKeysAgain', {
      description: 'Checks again where Apple could not be asked about a key',
      schedule: ScheduleExpression.expression('cron(10 9,10,12,15,19 * * ? *)', TimeZone.AMERICA_LOS_ANGELES),
      starts: this.checkKeys,
      input: { look: 'unknown' },
      maxEventAge: Duration.minutes(30),
    });
  }
}

/** What cdk-nag asks for and this job does otherwise, each with its reason. */
function acknowledgeFindings(job: KeysJob): void {
  Validations.of(job.recordDelivery).acknowledge({
    id: 'Serverless-SNSRedrivePolicy',
    reason:
      'A delivery that is not noted is noted by the sender itself; both failing means a repeated notice.',
  });
  for (const jobFunction of [job.checkKeys, job.rotateKey, job.recordDelivery]) {
    Validations.of(jobFunction).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason:
        'A check that failed is made good by the next one, a rotation by asking again; a delivery that is not noted can only mean a repeated notice.',
    });
    Validations.of(jobFunction).acknowledge({
      id: 'Serverless-LambdaAsyncFailureDestination',
      reason: 'No invocation holds work of its own: the next check finds all that is still to be done.',
    });
  }
}
