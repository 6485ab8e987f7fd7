import { ArnFormat, Stack } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { AcceptedDetailType } from '../../functions/events/event-types.ts';
import { TEAM_INDEX } from '../../functions/prices/store/indexes.ts';
import type { JobFunction } from '../constructs/job-function.ts';
import type { StorageStack } from '../storage/storage-stack.ts';

/** Statements for people, each for one thing that they do. */

export const invoking = (sid: string, ...functions: readonly JobFunction[]): PolicyStatement =>
  new PolicyStatement({
    sid,
    actions: ['lambda:InvokeFunction'],
    resources: functions.map(({ functionArn }) => functionArn),
  });

/** Publishing one kind of event on the stack's bus: the condition must hold for every entry of a call. */
export const publishing = (
  sid: string,
  eventBus: EventBus,
  detailType: AcceptedDetailType,
): PolicyStatement =>
  new PolicyStatement({
    sid,
    actions: ['events:PutEvents'],
    resources: [eventBus.eventBusArn],
    conditions: {
      'ForAllValues:StringEquals': { 'events:detail-type': detailType },
      Null: { 'events:detail-type': 'false' },
    },
  });

/** `asc-jobs` reads the names of functions and tables from the outputs of the stacks. */
export const findingTheStacks = (scope: Construct, storage: StorageStack): PolicyStatement =>
  new PolicyStatement({
    sid: 'FindTheStacks',
    actions: ['cloudformation:DescribeStacks'],
    resources: [Stack.of(scope), storage].map(({ stackName }) =>
      // A stack's ARN ends in an id that CloudFormation draws.
      Stack.of(scope).formatArn({
        service: 'cloudformation',
        resource: 'stack',
        resourceName: `${stackName}/*`,
      }),
    ),
  });

/** What `asc-jobs` shows of the ledgers: reports by series, changes by key and by team, keys by key. */
export const readingLedgers = ({ reports, prices, keys }: StorageStack): PolicyStatement[] => [
  new PolicyStatement({
    sid: 'ReadLedgers',
    actions: ['dynamodb:GetItem'],
    resources: [reports, prices, keys].map(({ tableArn }) => tableArn),
  }),
  new PolicyStatement({
    sid: 'ListLedgers',
    actions: ['dynamodb:Query'],
    resources: [reports.tableArn, `${prices.tableArn}/index/${TEAM_INDEX}`],
  }),
];

/** `asc-jobs reports backfill` and `rebuild` look at what is asked for, and wait for it. */
export const followingReports = ({ reports }: StorageStack): PolicyStatement =>
  new PolicyStatement({
    sid: 'FollowReports',
    actions: ['dynamodb:Query'],
    resources: [reports.tableArn],
  });

/** `asc-jobs prices apply` and `approve` wait for the end of a change: its record, by its key. */
export const followingChanges = ({ prices }: StorageStack): PolicyStatement =>
  new PolicyStatement({
    sid: 'FollowChanges',
    actions: ['dynamodb:GetItem'],
    resources: [prices.tableArn],
  });

/**
 * Bucket and tables of a deployment with a key of the customer's own are read and written by its holder only with the key,
 * too. The functions have it by the key's policy, people by this.
 */
export const usingTheKey = (
  scope: Construct,
  { dataKey }: StorageStack,
  may: 'read' | 'write',
): PolicyStatement[] => {
  if (dataKey === undefined) return [];
  const { region } = Stack.of(scope);
  return [
    new PolicyStatement({
      sid: 'UseTheKey',
      actions: ['kms:Decrypt', ...(may === 'write' ? ['kms:GenerateDataKey'] : [])],
      resources: [dataKey.keyArn],
      conditions: {
        StringEquals: {
          'kms:ViaService': [`s3.${region}.amazonaws.com`, `dynamodb.${region}.amazonaws.com`],
        },
      },
    }),
  ];
};

/** Plans stand in the audit of prices; `asc-jobs prices approve` shows one before it is approved. */
export const PLANS_PREFIX = 'audit/prices/*';

export const readingPlans = ({ lakeArn }: StorageStack): PolicyStatement =>
  new PolicyStatement({
    sid: 'ReadPlans',
    actions: ['s3:GetObject'],
    resources: [`${lakeArn}/${PLANS_PREFIX}`],
  });

/**
 * Prefixes of the bucket that a viewer reads: Apple's own files too, which `asc-jobs reports get` hands out and whose
 * content the tables hold. Desired prices and requests are not among them.
 */
export const VIEWED_PREFIXES = ['raw/*', 'tables/*', 'audit/*', 'athena-results/*'];

export const readingObjects = ({ lake, lakeArn }: StorageStack): PolicyStatement[] => [
  new PolicyStatement({
    sid: 'ReadTablesAndAudit',
    actions: ['s3:GetObject'],
    resources: VIEWED_PREFIXES.map((prefix) => `${lakeArn}/${prefix}`),
  }),
  new PolicyStatement({
    sid: 'ListTablesAndAudit',
    actions: ['s3:ListBucket'],
    resources: [lake.bucketArn],
    conditions: { StringLike: { 's3:prefix': VIEWED_PREFIXES } },
  }),
  new PolicyStatement({
    sid: 'LocateTheBucket',
    actions: ['s3:GetBucketLocation'],
    resources: [lake.bucketArn],
  }),
  new PolicyStatement({
    sid: 'KeepQueryResults',
    actions: ['s3:PutObject'],
    resources: [`${lakeArn}/athena-results/*`],
  }),
];

/** Queries in the workgroup, over the database of this deployment. */
export function queryingTables(
  scope: Construct,
  { databaseName, workgroupName }: { databaseName: string; workgroupName: string },
): PolicyStatement[] {
  const stack = Stack.of(scope);
  const glue = (resource: string, resourceName?: string) =>
    stack.formatArn({ service: 'glue', resource, ...(resourceName !== undefined && { resourceName }) });
  return [
    new PolicyStatement({
      sid: 'QueryTables',
      actions: [
        'athena:GetQueryExecution',
        'athena:GetQueryResults',
        'athena:GetWorkGroup',
        'athena:StartQueryExecution',
        'athena:StopQueryExecution',
      ],
      resources: [stack.formatArn({ service: 'athena', resource: 'workgroup', resourceName: workgroupName })],
    }),
    new PolicyStatement({
      sid: 'ReadTableDefinitions',
      actions: ['glue:GetDatabase', 'glue:GetPartitions', 'glue:GetTable', 'glue:GetTables'],
      resources: [glue('catalog'), glue('database', databaseName), glue('table', `${databaseName}/*`)],
    }),
  ];
}

/** The logs of all functions: CloudFormation begins the name of each log with the stack's. */
const logsOfTheStack = (scope: Construct): string =>
  Stack.of(scope).formatArn({
    service: 'logs',
    resource: 'log-group',
    resourceName: `${Stack.of(scope).stackName}-*`,
    arnFormat: ArnFormat.COLON_RESOURCE_NAME,
  });

/** Questions to the logs: those of the runbook, and those that the dashboard asks with the rights of who looks at it. */
export const queryingLogs = (scope: Construct): PolicyStatement[] => [
  new PolicyStatement({ sid: 'AskLogs', actions: ['logs:StartQuery'], resources: [logsOfTheStack(scope)] }),
  new PolicyStatement({
    sid: 'ReadAnswersOfLogs',
    // Neither is about a log, but about a question.
    actions: ['logs:GetQueryResults', 'logs:StopQuery'],
    resources: ['*'],
  }),
];

/** The dashboard, and the metrics that it draws with the rights of who looks at it. IAM knows no single metrics. */
export const seeingDashboards = (dashboardArn: string): PolicyStatement[] => [
  new PolicyStatement({
    sid: 'SeeTheDashboard',
    actions: ['cloudwatch:GetDashboard'],
    resources: [dashboardArn],
  }),
  new PolicyStatement({ sid: 'SeeMetrics', actions: ['cloudwatch:GetMetricData'], resources: ['*'] }),
];

/** Looking into dead letters, and moving them back to the queues that they come from. */
export const redriving = (deadLetterArns: string[], sourceArns: string[]): PolicyStatement[] => [
  new PolicyStatement({
    sid: 'RedriveDeadLetters',
    actions: [
      'sqs:DeleteMessage',
      'sqs:GetQueueAttributes',
      'sqs:ListMessageMoveTasks',
      'sqs:ReceiveMessage',
      'sqs:StartMessageMoveTask',
    ],
    resources: deadLetterArns,
  }),
  new PolicyStatement({ sid: 'MoveThemBack', actions: ['sqs:SendMessage'], resources: sourceArns }),
];

/** Dead letters that come from no queue: whoever has read them empties their queue (docs/runbook.md). */
export const emptying = (deadLetterArns: string[]): PolicyStatement =>
  new PolicyStatement({
    sid: 'EmptyDeadLetters',
    actions: ['sqs:DeleteMessage', 'sqs:GetQueueAttributes', 'sqs:PurgeQueue', 'sqs:ReceiveMessage'],
    resources: deadLetterArns,
  });
