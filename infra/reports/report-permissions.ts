import { Stack, Validations } from 'aws-cdk-lib';
import type { TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import type { Role } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Deployment } from '../config/deployment.ts';
import { grantObjects, grantTellingAbsent } from '../constructs/lake-access.ts';
import { allow, grantEvents } from '../constructs/permissions.ts';
import { grantSecrets } from '../constructs/secret-access.ts';
import type { StorageStack } from '../storage/storage-stack.ts';
import { glueDatabaseName } from './glue-database.ts';

type ReportResources = { deployment: Deployment; storage: StorageStack; eventBus: EventBus };

/** Lets the planner read and write the ledger, queue work and publish pending events. */
export function grantPlanReports(role: Role, resources: ReportResources & { queue: Queue }): void {
  grantLedger(role, resources.storage.reports);
  const reports = [resources.storage.reports.tableArn];
  allow(role, 'ExpectPartitions', ['dynamodb:PutItem'], reports);
  allow(role, 'ReadVersions', ['dynamodb:BatchGetItem'], reports);
  allow(role, 'QueuePartitions', ['sqs:SendMessage'], [resources.queue.queueArn]);
  grantEvents(role, resources.eventBus);
}

/** Lets the fetcher use the reports keys and no other, keep the ledger and the budget, and fill the lake. */
export function grantFetchReport(role: Role, resources: ReportResources): void {
  const { deployment, storage, eventBus } = resources;
  grantSecrets(role, 'ReadReportsKeys', ['secretsmanager:GetSecretValue'], ['reports'], deployment.settings);
  grantLedger(role, storage.reports);
  allow(role, 'KeepBudget', ['dynamodb:GetItem', 'dynamodb:UpdateItem'], [storage.rateBudget.tableArn]);
  grantLake(role, storage);
  grantEvents(role, eventBus);
}

/** Lets a function read which columns Apple has added, and change the tables of the one Glue database. */
export function grantDeclareColumns(
  role: Role,
  { deployment, storage }: Pick<ReportResources, 'deployment' | 'storage'>,
): void {
  allow(role, 'ReadAddedColumns', ['dynamodb:Query'], [storage.reports.tableArn]);
  const database = glueDatabaseName(deployment);
  const glue = (resource: string, resourceName?: string) =>
    Stack.of(role).formatArn({
      service: 'glue',
      resource,
      ...(resourceName !== undefined && { resourceName }),
    });
  allow(
    role,
    'DeclareColumns',
    ['glue:GetTable', 'glue:UpdateTable'],
    [glue('catalog'), glue('database', database), glue('table', `${database}/*`)],
  );
  Validations.of(role).acknowledge({
    id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:glue:<AWS::Region>:<AWS::AccountId>:table/${database}/*]`,
    reason:
      'The tables of the one database, all of which this app makes; their names depend on the settings.',
  });
}

function grantLedger(role: Role, table: TableV2): void {
  const actions = ['dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:UpdateItem'];
  allow(role, 'KeepLedger', actions, [table.tableArn]);
}

function grantLake(role: Role, storage: StorageStack): void {
  const { lakeArn } = storage;
  const prefixes = ['raw/*', 'tables/*'];
  grantObjects(role, storage, 'FillLake', ['s3:PutObject'], prefixes);
  // Of a table the present file is looked at, and replaced only under If-Match, for which S3 asks s3:GetObject, too.
  allow(role, 'LookAtTables', ['s3:GetObject'], [`${lakeArn}/tables/*`]);
  // Of which tables are made anew when somebody asks for it.
  allow(role, 'ReadRawFiles', ['s3:GetObject'], [`${lakeArn}/raw/*`]);
  grantTellingAbsent(role, storage, prefixes);
}
