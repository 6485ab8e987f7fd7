import { CfnOutput, Stack, Validations } from 'aws-cdk-lib';
import type { EventBus } from 'aws-cdk-lib/aws-events';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import type { Deployment } from '../config/deployment.ts';
import type { JobFunction } from '../constructs/job-function.ts';
import { secretArn, secretNames } from '../constructs/secret-access.ts';
import type { StorageStack } from '../storage/storage-stack.ts';
import {
  emptying,
  findingTheStacks,
  followingChanges,
  followingReports,
  invoking,
  PLANS_PREFIX,
  publishing,
  queryingLogs,
  queryingTables,
  readingLedgers,
  readingObjects,
  readingPlans,
  redriving,
  seeingDashboards,
  usingTheKey,
  VIEWED_PREFIXES,
} from './statements.ts';

export type PeoplePoliciesProps = {
  deployment: Deployment;
  storage: StorageStack;
  eventBus: EventBus;
  functions: {
    statusWidget: JobFunction;
    planPriceChange: JobFunction;
    acceptPriceChange: JobFunction;
    approvePriceChange: JobFunction;
    reconcilePrices: JobFunction;
    measurePriceEffects: JobFunction;
    planReports: JobFunction;
    checkKeys: JobFunction;
    rotateKey: JobFunction;
  };
  /** From which functions are fed. */
  queues: readonly Queue[];
  /** Of those queues. */
  deadLetters: readonly Queue[];
  /** Of functions that events start. */
  deadEvents: readonly Queue[];
  databaseName: string;
  workgroupName: string;
  /** Absent: there is no dashboard. */
  dashboardArn: string | undefined;
};

/** Secrets in one managed policy, so that it stays below 6,144 characters; more get policies of their own. */
const SECRETS_PER_POLICY = 40;

/**
 * Managed policies for what people do, to attach to the roles or permission sets of a company. Requesting and
 * approving are two policies over two functions, so that IAM keeps them apart, not a name in a text.
 */
export class PeoplePolicies extends Construct {
  readonly viewer: ManagedPolicy;
  readonly planner: ManagedPolicy;
  readonly requester: ManagedPolicy;
  readonly approver: ManagedPolicy;
  readonly operator: ManagedPolicy;

  constructor(scope: Construct, id: string, props: PeoplePoliciesProps) {
    super(scope, id);
    const { functions, eventBus, storage, queues, deadLetters, deadEvents } = props;
    const find = findingTheStacks(this, storage);
    this.viewer = this.policy('Viewer', 'sees status, ledgers, tables and audit, and changes nothing', [
      find,
      invoking('SeeStatus', functions.statusWidget, functions.measurePriceEffects),
      ...(props.dashboardArn === undefined ? [] : seeingDashboards(props.dashboardArn)),
      ...queryingLogs(this),
      ...readingLedgers(storage),
      ...readingObjects(storage),
      ...queryingTables(this, props),
      // Athena writes its results.
      ...usingTheKey(this, storage, 'write'),
    ]);
    this.planner = this.policy('Planner', 'asks what a price change would do, and changes nothing', [
      find,
      invoking('Plan', functions.planPriceChange, functions.measurePriceEffects),
    ]);
    this.requester = this.policy(
      'Requester',
      'requests price changes by command, event or file, and rolls them back',
      [
        find,
        invoking(
          'Request',
          functions.planPriceChange,
          functions.acceptPriceChange,
          functions.measurePriceEffects,
        ),
        publishing('PublishRequests', eventBus, 'Price Change Requested'),
        followingChanges(storage),
        new PolicyStatement({
          sid: 'PutRequests',
          actions: ['s3:PutObject'],
          resources: REQUEST_PREFIXES.map((prefix) => `${storage.lakeArn}/${prefix}`),
        }),
        new PolicyStatement({
          sid: 'ReadAnswers',
          actions: ['s3:GetObject'],
          resources: [`${storage.lakeArn}/${ANSWER_PREFIX}`],
        }),
        ...usingTheKey(this, storage, 'write'),
      ],
    );
    this.approver = this.policy('Approver', 'approves price changes of other people', [
      find,
      invoking('Approve', functions.approvePriceChange),
      publishing('PublishApprovals', eventBus, 'Price Change Approved'),
      followingChanges(storage),
      readingPlans(storage),
      ...usingTheKey(this, storage, 'read'),
    ]);
    this.operator = this.policy('Operator', 'starts checks and backfills, and looks after dead letters', [
      find,
      invoking(
        'Operate',
        functions.planReports,
        functions.checkKeys,
        functions.rotateKey,
        functions.reconcilePrices,
      ),
      new PolicyStatement({
        sid: 'PutRates',
        actions: ['s3:PutObject'],
        resources: [`${storage.lakeArn}/${RATES_PREFIXES.request}`],
      }),
      new PolicyStatement({
        sid: 'ReadRateAnswers',
        actions: ['s3:GetObject'],
        resources: [`${storage.lakeArn}/${RATES_PREFIXES.answer}`],
      }),
      followingReports(storage),
      ...redriving(
        deadLetters.map(({ queueArn }) => queueArn),
        queues.map(({ queueArn }) => queueArn),
      ),
      emptying(deadEvents.map(({ queueArn }) => queueArn)),
      // Ledgers that it follows, files of rates and their answers.
      ...usingTheKey(this, storage, 'write'),
    ]);
    this.rotationPolicies(props.deployment);
    this.acknowledgeWildcards(props);
  }

  /** Putting a new key into its secret, which `RotateKey` then tests and puts in use. */
  private rotationPolicies({ settings }: Deployment): void {
    const names = [...new Set([...secretNames('reports', settings), ...secretNames('prices', settings)])];
    for (let start = 0; start < names.length; start += SECRETS_PER_POLICY) {
      const page = start / SECRETS_PER_POLICY + 1;
      const policy = this.policy(`Rotation${page === 1 ? '' : page}`, 'puts new keys into their secrets', [
        new PolicyStatement({
          sid: 'PutNewKeys',
          actions: [
            'secretsmanager:DescribeSecret',
            'secretsmanager:GetSecretValue',
            'secretsmanager:PutSecretValue',
          ],
          resources: names.slice(start, start + SECRETS_PER_POLICY).map((name) => secretArn(this, name)),
        }),
      ]);
      for (const name of names.filter((each) => each.includes('*')))
        Validations.of(policy).acknowledge({
          id: `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:secretsmanager:<AWS::Region>:<AWS::AccountId>:secret:${name}-??????]`,
          reason: 'The settings ask for a pattern, as the names of all secrets do not fit into policies.',
        });
    }
  }

  private policy(name: string, may: string, statements: PolicyStatement[]): ManagedPolicy {
    const policy = new ManagedPolicy(this, name, {
      description: `App Store Connect Jobs: its holder ${may}`,
      statements,
    });
    new CfnOutput(Stack.of(this), `${name}PolicyArn`, { value: policy.managedPolicyArn });
    return policy;
  }

  private acknowledgeWildcards({ storage, databaseName }: PeoplePoliciesProps): void {
    const objects = [
      ...VIEWED_PREFIXES,
      PLANS_PREFIX,
      ...REQUEST_PREFIXES,
      ANSWER_PREFIX,
      ...Object.values(RATES_PREFIXES),
    ].map((prefix) => `${storage.lakeArnExport}/${prefix}`);
    const stacks = [Stack.of(this), storage].map(
      ({ stackName }) =>
        `arn:<AWS::Partition>:cloudformation:<AWS::Region>:<AWS::AccountId>:stack/${stackName}/*`,
    );
    const logs = `arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:${Stack.of(this).stackName}-*`;
    const tables = `arn:<AWS::Partition>:glue:<AWS::Region>:<AWS::AccountId>:table/${databaseName}/*`;
    Validations.of(this.viewer).acknowledge({
      id: 'AwsSolutions-IAM5[Resource::*]',
      reason: 'IAM knows no single metrics and no single answers of logs; both are only read.',
    });
    Validations.of(this.viewer).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${logs}]`,
      reason: 'The names of logs begin with the stack’s and end as CloudFormation draws them.',
    });
    for (const resource of [...objects, ...stacks, tables])
      Validations.of(this).acknowledge({
        id: `AwsSolutions-IAM5[Resource::${resource}]`,
        reason:
          'Objects under a prefix of the one bucket, tables of the one database and ids of these stacks are not known beforehand.',
      });
  }
}

const REQUEST_PREFIXES = ['inbox/prices/*', 'desired/prices/*'];
const ANSWER_PREFIX = 'outbox/prices/*';
const RATES_PREFIXES = { request: 'inbox/rates/*', answer: 'outbox/rates/*' };
