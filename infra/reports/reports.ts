import { Duration, Size, TimeZone, Validations } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Deployment } from '../config/deployment.ts';
import { appleEnvironment } from '../constructs/apple-environment.ts';
import { JobFunction } from '../constructs/job-function.ts';
import { createScheduler } from '../constructs/scheduler.ts';
import type { StorageStack } from '../storage/storage-stack.ts';
import { glueDatabaseName } from './glue-database.ts';
import { grantDeclareColumns, grantFetchReport, grantPlanReports } from './report-permissions.ts';

export type ReportsJobProps = {
  deployment: Deployment;
  storage: StorageStack;
  eventBus: EventBus;
};

/** The planner looks at every series within this time. */
export const PLAN_TIMEOUT = Duration.minutes(2);
const FETCH_TIMEOUT = Duration.minutes(5);
/** How the report queue feeds the fetcher. */
export const FETCHING = {
  timeout: FETCH_TIMEOUT,
  memoryMegabytes: 1024,
  batchSize: 5,
  atOnce: 5,
  // Six times the function's timeout, as Lambda advises: a batch may wait for a free execution.
  visibilityTimeout: Duration.seconds(6 * FETCH_TIMEOUT.toSeconds()),
  // AWS advises five or more with partial batches: a message is received again for its neighbours' sake, too.
  maxReceives: 5,
};

/** The job of the reports: an hourly planner, a queue of partitions to fetch, and who fetches them. */
export class ReportsJob extends Construct {
  readonly queue: Queue;
  readonly deadLetters: Queue;
  readonly planReports: JobFunction;
  readonly fetchReport: JobFunction;
  readonly declareColumns: JobFunction;

  constructor(scope: Construct, id: string, props: ReportsJobProps) {
    super(scope, id);
    this.deadLetters = new Queue(this, 'ReportDeadLetters', {
      retentionPeriod: Duration.days(14),
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
    });
    this.queue = new Queue(this, 'ReportQueue', {
      visibilityTimeout: FETCHING.visibilityTimeout,
      encryption: QueueEncryption.SQS_MANAGED,
      enforceSSL: true,
      deadLetterQueue: { queue: this.deadLetters, maxReceiveCount: FETCHING.maxReceives },
    });
    this.planReports = this.createPlanReports(props);
    this.fetchReport = this.createFetchReport(props);
    this.declareColumns = this.createDeclareColumns(props);
    this.scheduleRuns();
  }

  private createPlanReports(props: ReportsJobProps): JobFunction {
    const planner = new JobFunction(this, 'PlanReports', {
      description: 'Queues the report partitions that should exist and are not settled',
      entry: 'functions/reports/plan-reports.lambda.ts',
      timeout: PLAN_TIMEOUT,
      settings: props.deployment.settings,
      environment: {
        REPORTS_TABLE: props.storage.reports.tableName,
        REPORT_QUEUE_URL: this.queue.queueUrl,
        EVENT_BUS_NAME: props.eventBus.eventBusName,
      },
    });
    grantPlanReports(planner.functionRole, { ...props, queue: this.queue });
    return planner;
  }

  private createFetchReport(props: ReportsJobProps): JobFunction {
    const { deployment, storage, eventBus } = props;
    const fetcher = new JobFunction(this, 'FetchReport', {
      description: 'Fetches report partitions from Apple and stores them in the lake',
      entry: 'functions/reports/fetch-report.lambda.ts',
      timeout: FETCHING.timeout,
      settings: deployment.settings,
      memorySize: FETCHING.memoryMegabytes,
      // A report lies in /tmp twice: as Apple sent it, and as a table.
      ephemeralStorageSize: Size.gibibytes(2),
      environment: {
        REPORTS_TABLE: storage.reports.tableName,
        BUDGET_TABLE: storage.rateBudget.tableName,
        LAKE_BUCKET: storage.lake.bucketName,
        EVENT_BUS_NAME: eventBus.eventBusName,
        ...appleEnvironment(deployment),
      },
    });
    grantFetchReport(fetcher.functionRole, props);
    fetcher.addEventSource(
      new SqsEventSource(this.queue, {
        batchSize: FETCHING.batchSize,
        reportBatchItemFailures: true,
        maxConcurrency: deployment.settings.concurrency.fetchReport,
      }),
    );
    return fetcher;
  }

  /** The one function that may change tables in Glue; it may do nothing else. */
  private createDeclareColumns(props: ReportsJobProps): JobFunction {
    const { deployment, storage } = props;
    const declarer = new JobFunction(this, 'DeclareColumns', {
      description: 'Declares in Glue the columns that Apple has added to reports',
      entry: 'functions/reports/declare-columns.lambda.ts',
      timeout: Duration.minutes(2),
      settings: deployment.settings,
      environment: {
        REPORTS_TABLE: storage.reports.tableName,
        GLUE_DATABASE: glueDatabaseName(deployment),
      },
    });
    grantDeclareColumns(declarer.functionRole, props);
    return declarer;
  }

  /**
   * Every hour at Apple's clock. A run that fails needs no dead letters: the next one plans the same
   * partitions from the calendar and the ledger, and a repeat of the old one would add nothing to that.
   */
  private scheduleRuns(): void {
    for (const started of [this.planReports, this.declareColumns])
      started.configureAsyncInvoke({ retryAttempts: 1, maxEventAge: Duration.minutes(30) });
    const schedule = createScheduler(this, {
      sid: 'StartPlanner',
      description: 'App Store Connect Jobs: starts the planner of the reports',
      functions: [this.planReports, this.declareColumns],
    });
    schedule('PlanReportsHourly', {
      description: 'Starts the planner of the reports every hour',
      schedule: ScheduleExpression.expression('cron(7 * * * ? *)', TimeZone.AMERICA_LOS_ANGELES),
      starts: this.planReports,
      maxEventAge: Duration.minutes(30),
    });
    // In the hours in which Apple makes reports; a run looks only at those that usually appear then.
    schedule('PlanReportArrivals', {
      description: 'Asks for the reports that usually appear at this hour, every ten minutes',
      schedule: ScheduleExpression.expression('cron(0/10 3-13 * * ? *)', TimeZone.AMERICA_LOS_ANGELES),
      starts: this.planReports,
      input: { look: 'arrivals' },
      maxEventAge: Duration.minutes(5),
    });
    schedule('DeclareColumnsHourly', {
      description: 'Declares the columns that Apple has added, every hour',
      schedule: ScheduleExpression.expression('cron(37 * * * ? *)', TimeZone.AMERICA_LOS_ANGELES),
      starts: this.declareColumns,
      maxEventAge: Duration.minutes(30),
    });
    acknowledgeFindings(this);
  }
}

/** What cdk-nag asks for and this job does otherwise, each with its reason. */
function acknowledgeFindings(job: ReportsJob): void {
  Validations.of(job.deadLetters).acknowledge({
    id: 'Serverless-SQSRedrivePolicy',
    reason: 'This is the dead-letter queue; what ends here waits for a person.',
  });
  for (const jobFunction of [job.planReports, job.fetchReport, job.declareColumns]) {
    Validations.of(jobFunction).acknowledge({
      id: 'Serverless-LambdaDLQ',
      reason:
        'The fetcher is fed by a queue that has dead letters; a failed run by schedule is made good by the next one.',
    });
  }
  for (const jobFunction of [job.planReports, job.declareColumns])
    Validations.of(jobFunction).acknowledge({
      id: 'Serverless-LambdaAsyncFailureDestination',
      reason: 'A run by schedule holds no work of its own: the next one does the same from what is stored.',
    });
  Validations.of(job.fetchReport).acknowledge({
    id: 'Serverless-LambdaEventSourceMappingDestination',
    reason: 'SQS sources have no failure destination; the queue itself redrives to ReportDeadLetters.',
  });
}
