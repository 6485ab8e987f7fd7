import { Duration, Validations } from 'aws-cdk-lib';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import { TEAM_INDEX } from '../../functions/prices/store/indexes.ts';
import { MOVES_PREFIX } from '../../functions/prices/watch/day-moves.ts';
import type { Deployment } from '../config/deployment.ts';
import { JobFunction } from '../constructs/job-function.ts';
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
function grantReading(
  role: Role,
  { reports, prices, keys, lake, lakeArn, lakeArnExport }: StorageStack,
): void {
  allow(role, 'ReadReports', ['dynamodb:GetItem', 'dynamodb:Query'], [reports.tableArn]);
  allow(role, 'ReadKeys', ['dynamodb:GetItem'], [keys.tableArn]);
  allow(role, 'ReadChanges', ['dynamodb:Query'], [`${prices.tableArn}/index/${TEAM_INDEX}`]);
  allow(
    role,
    'ReadAudit',
    ['s3:GetObject'],
    AUDITED.map((prefix) => `${lakeArn}/${prefix}`),
  );
  role.addToPolicy(
    new PolicyStatement({
      sid: 'ListAudit',
      actions: ['s3:ListBucket'],
      resources: [lake.bucketArn],
      conditions: { StringLike: { 's3:prefix': AUDITED } },
    }),
  );
  Validations.of(role).acknowledge(
    ...AUDITED.map((prefix) => ({
      id: `AwsSolutions-IAM5[Resource::${lakeArnExport}/${prefix}]`,
      reason: 'The objects under this prefix of the one bucket have no names before they are written.',
    })),
  );
}
