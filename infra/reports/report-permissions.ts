import { ArnFormat, Stack, Validations } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Settings } from '../../functions/platform/settings.ts';
import type { Deployment } from '../deployment.ts';
import type { StorageStack } from '../storage-stack.ts';

// What the two functions may do, statement by statement; a function may nothing that isn't listed here.
// The statements are written out rather than granted by the constructs' methods, which grant more than is
// used: `grantReadWriteData` includes Scan and DeleteItem, `grantRead` of a secret includes DescribeSecret.

/** The source that all our events name; the functions may send no other. */
const EVENT_SOURCE = 'app-store-connect-jobs';

type ReportResources = { deployment: Deployment; storage: StorageStack; eventBus: EventBus };

/** Lets the planner read and write the ledger, queue work and send owed events. */
export function grantPlanReports(role: Role, resources: ReportResources & { queue: Queue }): void {
  grantLedger(role, resources.storage.reports);
  allow(role, 'QueuePartitions', ['sqs:SendMessage'], [resources.queue.queueArn]);
  grantEvents(role, resources.eventBus);
}

/** Lets the fetcher use the reports keys and no other, keep the ledger and the budget, and fill the lake. */
export function grantFetchReport(role: Role, resources: ReportResources): void {
  const { deployment, storage, eventBus } = resources;
  allow(
    role,
    'ReadReportsKeys',
    ['secretsmanager:GetSecretValue'],
    reportsSecrets(role, deployment.settings),
  );
  grantLedger(role, storage.reports);
  allow(role, 'KeepBudget', ['dynamodb:GetItem', 'dynamodb:UpdateItem'], [storage.rateBudget.tableArn]);
  grantLake(role, storage);
  grantEvents(role, eventBus);
}

function grantLedger(role: Role, table: TableV2): void {
  const actions = ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query', 'dynamodb:UpdateItem'];
  allow(role, 'KeepLedger', actions, [table.tableArn]);
}

function grantLake(role: Role, { lake, lakeArn, lakeArnExport }: StorageStack): void {
  const prefixes = ['raw/*', 'tables/*'];
  const objects = prefixes.map((prefix) => `${lakeArn}/${prefix}`);
  allow(role, 'FillLake', ['s3:GetObject', 's3:PutObject'], objects);
  Validations.of(role).acknowledge(
    ...prefixes.map((prefix) => ({
      id: `AwsSolutions-IAM5[Resource::${lakeArnExport}/${prefix}]`,
      reason: 'The objects under this prefix of the one bucket have no names before they are written.',
    })),
  );
  // Without this one S3 answers 403 rather than 404 for an object that isn't there. Whether S3 fills in
  // `s3:prefix` when it decides between the two is not documented, hence IfExists: it holds either way, at
  // the price that the names of all objects can be listed.
  role.addToPolicy(
    new PolicyStatement({
      sid: 'TellAbsentFromForbidden',
      actions: ['s3:ListBucket'],
      resources: [lake.bucketArn],
      conditions: { StringLikeIfExists: { 's3:prefix': prefixes } },
    }),
  );
}

function grantEvents(role: Role, eventBus: EventBus): void {
  role.addToPolicy(
    new PolicyStatement({
      sid: 'Announce',
      actions: ['events:PutEvents'],
      resources: [eventBus.eventBusArn],
      conditions: { StringEquals: { 'events:source': EVENT_SOURCE } },
    }),
  );
}

/**
 * The ARNs of the reports keys. A secret's ARN ends in six characters that Secrets Manager drew when it was
 * made, so that a name alone leads to no exact ARN; six question marks match them and no longer name.
 */
function reportsSecrets(role: Role, settings: Settings): string[] {
  const names = new Set(settings.teams.map((team) => team.keys.reports));
  return [...names].map((name) =>
    Stack.of(role).formatArn({
      service: 'secretsmanager',
      resource: 'secret',
      resourceName: `${name}-??????`,
      arnFormat: ArnFormat.COLON_RESOURCE_NAME,
    }),
  );
}

function allow(role: Role, sid: string, actions: string[], resources: string[]): void {
  role.addToPolicy(new PolicyStatement({ sid, actions, resources }));
}
