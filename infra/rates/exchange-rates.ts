import { Duration, TimeZone, Validations } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import { OBJECT_CREATED } from '../../functions/events/object-created.ts';
import type { Deployment } from '../config/deployment.ts';
import { JobFunction } from '../constructs/job-function.ts';
import { grantListing, grantObjects } from '../constructs/lake-access.ts';
import { createScheduler } from '../constructs/scheduler.ts';
import type { StorageStack } from '../storage/storage-stack.ts';

export type ExchangeRatesProps = { deployment: Deployment; storage: StorageStack };

/** Stored rates are read again to notice that the European Central Bank has corrected one. */
const READ = ['inbox/rates/*', 'tables/exchange_rates/source=ecb/*'];
const WRITTEN = ['tables/exchange_rates/*', 'raw/exchange-rates/*', 'outbox/rates/*'];

/** Takes reference rates from the European Central Bank, and a company's own from `inbox/rates/`. It has no key. */
export class ExchangeRates extends Construct {
  readonly fetchExchangeRates: JobFunction;

  constructor(scope: Construct, id: string, { deployment, storage }: ExchangeRatesProps) {
    super(scope, id);
    this.fetchExchangeRates = new JobFunction(this, 'FetchExchangeRates', {
      description: 'Stores exchange rates of the European Central Bank and of files that people drop',
      entry: 'functions/rates/fetch-exchange-rates.lambda.ts',
      timeout: Duration.minutes(3),
      settings: deployment.settings,
      environment: { LAKE_BUCKET: storage.lake.bucketName },
    });
    grantRates(this.fetchExchangeRates.functionRole, storage);
    const schedule = createScheduler(this, {
      sid: 'StartFetching',
      description: 'App Store Connect Jobs: starts the fetching of exchange rates',
      functions: [this.fetchExchangeRates],
    });
    schedule('FetchExchangeRatesDaily', {
      description: 'Takes the reference rates of the day',
      // They are published about 16:00 Central European time; the later runs find them stored, or make a late one good.
      schedule: ScheduleExpression.expression('cron(40 16,19,22 * * ? *)', TimeZone.of('Europe/Berlin')),
      starts: this.fetchExchangeRates,
      maxEventAge: Duration.hours(2),
    });
    new Rule(this, 'RateFiles', {
      description: 'Exchange rates that are dropped as a file',
      eventBus: EventBus.fromEventBusName(this, 'DefaultBus', 'default'),
      eventPattern: {
        source: [OBJECT_CREATED.source],
        detailType: [OBJECT_CREATED.detailType],
        detail: {
          bucket: { name: [storage.lake.bucketName] },
          object: { key: [{ prefix: 'inbox/rates/' }] },
        },
      },
      targets: [
        new LambdaFunction(this.fetchExchangeRates, { retryAttempts: 8, maxEventAge: Duration.hours(6) }),
      ],
    });
    for (const finding of ['Serverless-LambdaDLQ', 'Serverless-LambdaAsyncFailureDestination'])
      Validations.of(this.fetchExchangeRates).acknowledge({
        id: finding,
        reason:
          'A run holds no work of its own: the next one stores the same days, and a file stays in the inbox.',
      });
    for (const rule of this.node.findAll().filter((part) => part instanceof Rule))
      Validations.of(rule).acknowledge({
        id: 'Serverless-EventBusDLQ',
        reason: 'A file stays in the inbox, and one that was not taken in has no answer in the outbox.',
      });
  }
}

function grantRates(role: Role, storage: StorageStack): void {
  grantObjects(role, storage, 'ReadRateFiles', ['s3:GetObject'], READ);
  grantObjects(role, storage, 'KeepRates', ['s3:PutObject'], WRITTEN);
  grantListing(role, storage, 'ListRates', ['tables/exchange_rates/*']);
}
