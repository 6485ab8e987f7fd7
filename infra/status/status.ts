import { Duration, Validations } from 'aws-cdk-lib';
import type { Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { TEAM_INDEX } from '../../functions/prices/store/indexes.ts';
import { MOVES_PREFIX } from '../../functions/prices/watch/day-moves.ts';
import type { Deployment } from '../config/deployment.ts';
import { JobFunction } from '../constructs/job-function.ts';
import { grantListing, grantObjects } from '../constructs/lake-access.ts';
import { allow } from '../constructs/permissions.ts';
import type { StorageStack } from '../storage/storage-stack.ts';

export type StatusViewProps = { deployment: Deployment; storage: StorageStack };

/**
 * The status page inside the account: a function that a CloudWatch dashboard shows as a custom widget, with
 * `{ view: 'overview' | 'reports' | 'prices' | 'keys' }` as its parameters. It has no address of its own.
 */
export class StatusView extends Construct {
  readonly widget: JobFunction;

  constructor(scope: Construct, id: string, { deployment, storage }: StatusViewProps) {
    super(scope, id);
    this.widget = new JobFunction(this, 'StatusWidget', {
      description: 'Shows the state of reports, prices and keys on a dashboard',
      entry: 'functions/status/status-widget.lambda.ts',
      timeout: Duration.seconds(30),
      settings: deployment.settings,
      environment: {
        REPORTS_TABLE: storage.reports.tableName,
        PRICES_TABLE: storage.prices.tableName,
        KEYS_TABLE: storage.keys.tableName,
        LAKE_BUCKET: storage.lake.bucketName,
      },
    });
    grantReading(this.widget.functionRole, storage);
    for (const id of ['Serverless-LambdaDLQ', 'Serverless-LambdaAsyncFailureDestination']) {
      Validations.of(this.widget).acknowledge({
        id,
        reason: 'It is only ever invoked by a dashboard that waits for the answer.',
      });
    }
  }
}

/** What the page shows of prices: our changes, and what Apple moved by itself. */
const AUDITED = ['audit/prices/*', `${MOVES_PREFIX}*`];

/** The ledgers and the audit of prices, for reading. No secret, no raw report, and nothing to write. */
function grantReading(role: Role, storage: StorageStack): void {
  const { reports, prices, keys } = storage;
  allow(role, 'ReadReports', ['dynamodb:GetItem', 'dynamodb:Query'], [reports.tableArn]);
  allow(role, 'ReadKeys', ['dynamodb:GetItem'], [keys.tableArn]);
  allow(role, 'ReadChanges', ['dynamodb:Query'], [`${prices.tableArn}/index/${TEAM_INDEX}`]);
  grantObjects(role, storage, 'ReadAudit', ['s3:GetObject'], AUDITED);
  grantListing(role, storage, 'ListAudit', AUDITED);
}
