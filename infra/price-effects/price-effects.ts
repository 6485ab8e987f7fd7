import { Duration, TimeZone, Validations } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { TEAM_INDEX } from '../../functions/prices/store/indexes.ts';
import type { Deployment } from '../config/deployment.ts';
import { JobFunction } from '../constructs/job-function.ts';
import { acknowledgeObjects, grantListing } from '../constructs/lake-access.ts';
import { allow, grantEvents } from '../constructs/permissions.ts';
import { createScheduler } from '../constructs/scheduler.ts';
import type { StorageStack } from '../storage/storage-stack.ts';

export type PriceEffectsProps = { deployment: Deployment; storage: StorageStack; eventBus: EventBus };

/** Tables whose days are compared. */
const READ_TABLES = ['sales_summary_daily', 'subscription_event_summary_daily', 'subscription_summary_daily'];
const READ = [...READ_TABLES.map((table) => `tables/${table}/*`), 'audit/prices/*', 'audit/price-effects/*'];
const WRITTEN = [
  'audit/price-effects/*',
  'tables/price_effects/*',
  'tables/price_effect_territories/*',
  'tables/price_changes/*',
];

/** Measures what price changes did, every day, from reports and audit. It has no key: it asks Apple nothing. */
export class PriceEffects extends Construct {
  readonly measurePriceEffects: JobFunction;

  constructor(scope: Construct, id: string, props: PriceEffectsProps) {
    super(scope, id);
    const { deployment, storage, eventBus } = props;
    this.measurePriceEffects = new JobFunction(this, 'MeasurePriceEffects', {
      description: 'Measures what price changes did, 7, 28 and 56 days after them',
      entry: 'functions/price-effect/measure-price-effects.lambda.ts',
      // A year of daily reports of a large team is some gigabytes of rows, read one file at a time.
      timeout: Duration.minutes(15),
      memorySize: 1769,
      settings: deployment.settings,
      environment: {
        REPORTS_TABLE: storage.reports.tableName,
        PRICES_TABLE: storage.prices.tableName,
        LAKE_BUCKET: storage.lake.bucketName,
        EVENT_BUS_NAME: eventBus.eventBusName,
      },
    });
    grantMeasuring(this.measurePriceEffects.functionRole, props);
    const schedule = createScheduler(this, {
      sid: 'StartMeasuring',
      description: 'App Store Connect Jobs: starts the measuring of price effects',
      functions: [this.measurePriceEffects],
    });
    schedule('MeasurePriceEffectsDaily', {
      description: 'Measures the effects of price changes whose days are settled',
      // Apple's daily reports are there by the morning in California.
      schedule: ScheduleExpression.expression('cron(40 11 * * ? *)', TimeZone.AMERICA_LOS_ANGELES),
      starts: this.measurePriceEffects,
      maxEventAge: Duration.hours(6),
    });
    for (const finding of ['Serverless-LambdaDLQ', 'Serverless-LambdaAsyncFailureDestination'])
      Validations.of(this.measurePriceEffects).acknowledge({
        id: finding,
        reason:
          'A run holds no work of its own: the next one finds the same looks due and the same events untold.',
      });
  }
}

/** Reads ledgers, reports and plans; writes looks, three tables and events. */
function grantMeasuring(role: Role, { storage, eventBus }: PriceEffectsProps): void {
  const { reports, prices, lakeArn } = storage;
  const objects = (prefixes: readonly string[]) => prefixes.map((prefix) => `${lakeArn}/${prefix}`);
  allow(role, 'ReadReports', ['dynamodb:Query'], [reports.tableArn]);
  allow(role, 'ReadChanges', ['dynamodb:Query'], [`${prices.tableArn}/index/${TEAM_INDEX}`]);
  allow(role, 'ReadLake', ['s3:GetObject'], objects(READ));
  allow(role, 'KeepEffects', ['s3:PutObject'], objects(WRITTEN));
  acknowledgeObjects(role, storage, [...new Set([...READ, ...WRITTEN])]);
  grantListing(role, storage, 'ListEffects', ['audit/price-effects/*', 'tables/price_changes/*']);
  grantEvents(role, eventBus);
}
