import { Duration } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { AcceptedDetailType } from '../../functions/events/event-types.ts';
import { OBJECT_CREATED } from '../../functions/events/object-created.ts';
import type { Deployment } from '../config/deployment.ts';
import { appleEnvironment } from '../constructs/apple-environment.ts';
import { JobFunction } from '../constructs/job-function.ts';
import type { StorageStack } from '../storage/storage-stack.ts';
import { acknowledgeFindings } from './price-findings.ts';
import {
  grantAcceptPriceChange,
  grantApplyPriceChange,
  grantApprovePriceChange,
  grantPlanPriceChange,
  grantReconcilePrices,
} from './price-permissions.ts';
import { schedulePrices } from './price-schedules.ts';

export type PricesJobProps = {
  deployment: Deployment;
  storage: StorageStack;
  eventBus: EventBus;
  /** Says of a plan that waits how large an effect would show. */
  measurePriceEffects: JobFunction;
};

const APPLY_TIMEOUT = Duration.minutes(5);
/** A lease is six minutes: a message whose worker died comes back when its lease has lapsed. */
const VISIBILITY = Duration.minutes(6);
/** A message is postponed while Apple's hourly budget is used up, and each time counts. */
const MAXIMUM_RECEIVES = 100;

/** The prices job: functions that accept and approve, a queue in the order of each product, one that writes at Apple, one that compares. */
export class PricesJob extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  /** Events and files that could not even be taken in. */
  readonly requestDeadLetters: Queue;
  readonly planPriceChange: JobFunction;
  readonly acceptPriceChange: JobFunction;
  readonly approvePriceChange: JobFunction;
  readonly applyPriceChange: JobFunction;
  readonly reconcilePrices: JobFunction;

  constructor(scope: Construct, id: string, props: PricesJobProps) {
    super(scope, id);
    const kept = {
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    };
    this.deadLetters = new Queue(this, 'PriceDeadLetters', { ...kept, fifo: true });
    this.requestDeadLetters = new Queue(this, 'PriceRequestDeadLetters', kept);
    this.queue = new Queue(this, 'PriceQueue', {
      ...kept,
      fifo: true,
      visibilityTimeout: VISIBILITY,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: MAXIMUM_RECEIVES },
    });
    this.applyPriceChange = this.createApply(props);
    this.planPriceChange = this.createPlan(props);
    this.acceptPriceChange = this.createAccept(props);
    this.approvePriceChange = this.createApprove(props);
    this.reconcilePrices = this.createReconcile(props);
    this.listen(props);
    schedulePrices(this, props.deployment.settings);
    acknowledgeFindings(this);
  }

  private createApply(props: PricesJobProps): JobFunction {
    const apply = new JobFunction(this, 'ApplyPriceChange', {
      description: 'Brings price changes to Apple, exactly once each',
      entry: 'functions/prices/apply-price-change.lambda.ts',
      timeout: APPLY_TIMEOUT,
      memorySize: 1024,
      settings: props.deployment.settings,
      environment: {
        ...this.keyholderEnvironment(props),
        EFFECTS_FUNCTION_NAME: props.measurePriceEffects.functionName,
      },
    });
    grantApplyPriceChange(apply.functionRole, {
      ...props,
      queue: this.queue,
      effects: props.measurePriceEffects,
    });
    apply.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: 1,
        reportBatchItemFailures: true,
        maxConcurrency: props.deployment.settings.concurrency.applyPriceChange,
      }),
    );
    return apply;
  }

  private createPlan(props: PricesJobProps): JobFunction {
    const plan = new JobFunction(this, 'PlanPriceChange', {
      description: 'Answers requests for price changes with their plan; changes nothing',
      entry: 'functions/prices/plan-price-change.lambda.ts',
      timeout: Duration.minutes(2),
      settings: props.deployment.settings,
      environment: {
        PRICES_TABLE: props.storage.prices.tableName,
        APPLY_FUNCTION_NAME: this.applyPriceChange.functionName,
      },
    });
    grantPlanPriceChange(plan.functionRole, { ...props, apply: this.applyPriceChange });
    return plan;
  }

  private createApprove(props: PricesJobProps): JobFunction {
    const approve = new JobFunction(this, 'ApprovePriceChange', {
      description: 'Approves price changes that wait for it',
      entry: 'functions/prices/approve-price-change.lambda.ts',
      timeout: Duration.seconds(30),
      settings: props.deployment.settings,
      environment: {
        PRICES_TABLE: props.storage.prices.tableName,
        PRICE_QUEUE_URL: this.queue.queueUrl,
      },
    });
    grantApprovePriceChange(approve.functionRole, { ...props, queue: this.queue });
    this.keepFailedRequests(approve);
    return approve;
  }

  private createAccept(props: PricesJobProps): JobFunction {
    const accept = new JobFunction(this, 'AcceptPriceChange', {
      description: 'Takes price changes in: checks, claims and queues them',
      entry: 'functions/prices/accept-price-change.lambda.ts',
      timeout: Duration.minutes(2),
      settings: props.deployment.settings,
      environment: {
        PRICES_TABLE: props.storage.prices.tableName,
        LAKE_BUCKET: props.storage.lake.bucketName,
        PRICE_QUEUE_URL: this.queue.queueUrl,
        APPLY_FUNCTION_NAME: this.applyPriceChange.functionName,
        EVENT_BUS_NAME: props.eventBus.eventBusName,
      },
    });
    grantAcceptPriceChange(accept.functionRole, {
      ...props,
      queue: this.queue,
      apply: this.applyPriceChange,
    });
    this.keepFailedRequests(accept);
    return accept;
  }

  private createReconcile(props: PricesJobProps): JobFunction {
    const reconcile = new JobFunction(this, 'ReconcilePrices', {
      description: 'Compares desired prices with those at Apple',
      entry: 'functions/prices/reconcile-prices.lambda.ts',
      timeout: Duration.minutes(10),
      settings: props.deployment.settings,
      environment: this.keyholderEnvironment(props),
    });
    grantReconcilePrices(reconcile.functionRole, { ...props, queue: this.queue });
    reconcile.configureAsyncInvoke({ retryAttempts: 1, maxEventAge: Duration.hours(2) });
    return reconcile;
  }

  /** An event that the function cannot process is tried twice more, and then waits in the dead-letter queue. */
  private keepFailedRequests(jobFunction: JobFunction): void {
    jobFunction.configureAsyncInvoke({
      retryAttempts: 2,
      maxEventAge: Duration.hours(6),
      onFailure: new SqsDestination(this.requestDeadLetters),
    });
  }

  /** What both functions that may read the price keys are told. */
  private keyholderEnvironment({ deployment, storage, eventBus }: PricesJobProps): Record<string, string> {
    return {
      PRICES_TABLE: storage.prices.tableName,
      BUDGET_TABLE: storage.rateBudget.tableName,
      LAKE_BUCKET: storage.lake.bucketName,
      PRICE_QUEUE_URL: this.queue.queueUrl,
      EVENT_BUS_NAME: eventBus.eventBusName,
      ...appleEnvironment(deployment),
    };
  }

  /** Requests and approvals come over our bus, files by what S3 tells the account's default bus. */
  private listen({ eventBus, storage }: PricesJobProps): void {
    const target = (jobFunction: JobFunction) =>
      new LambdaFunction(jobFunction, {
        deadLetterQueue: this.requestDeadLetters,
        retryAttempts: 8,
        maxEventAge: Duration.hours(6),
      });
    new Rule(this, 'PriceRequests', {
      description: 'Price changes that are requested by an event',
      eventBus,
      eventPattern: { detailType: ['Price Change Requested' satisfies AcceptedDetailType] },
      targets: [target(this.acceptPriceChange)],
    });
    new Rule(this, 'PriceApprovals', {
      description: 'Price changes that are approved by an event',
      eventBus,
      eventPattern: { detailType: ['Price Change Approved' satisfies AcceptedDetailType] },
      targets: [target(this.approvePriceChange)],
    });
    const defaultBus = EventBus.fromEventBusName(this, 'DefaultBus', 'default');
    const created = (prefix: string) => ({
      source: [OBJECT_CREATED.source],
      detailType: [OBJECT_CREATED.detailType],
      detail: { bucket: { name: [storage.lake.bucketName] }, object: { key: [{ prefix }] } },
    });
    new Rule(this, 'PriceFiles', {
      description: 'Price changes that are dropped as a file',
      eventBus: defaultBus,
      eventPattern: created('inbox/prices/'),
      targets: [target(this.acceptPriceChange)],
    });
    new Rule(this, 'DesiredPrices', {
      description: 'Desired prices that were uploaded',
      eventBus: defaultBus,
      eventPattern: created('desired/prices/'),
      targets: [target(this.reconcilePrices)],
    });
  }
}
