import { Stack } from 'aws-cdk-lib';
import { CfnQueryDefinition } from 'aws-cdk-lib/aws-logs';
import type { Topic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { hasMetricsByTeam } from '../../functions/platform/config/metrics-by-team.ts';
import type { Deployment } from '../config/deployment.ts';
import type { JobFunction } from '../constructs/job-function.ts';
import type { StorageStack } from '../storage/storage-stack.ts';
import { alarmDefinitions } from './alarm-definitions.ts';
import { Alarms } from './alarms.ts';
import { JobsDashboard } from './dashboard.ts';
import { FRESHNESS, KEY_AGES, LOG_QUERIES, type LogQuery, REQUESTS_LEFT } from './log-queries.ts';

/** Functions that run on a schedule or for many seconds; the others cost next to nothing. */
const BUSY_FUNCTIONS = [
  'PlanReports',
  'FetchReport',
  'AcceptPriceChange',
  'ApplyPriceChange',
  'ReconcilePrices',
  'CheckKeys',
];

export type MonitoringProps = {
  deployment: Deployment;
  storage: StorageStack;
  notifications: Topic;
  /** Shows the status page on the dashboard. */
  statusWidget: JobFunction;
  /** All functions; alarms and queries name them by their construct ids. */
  functions: readonly JobFunction[];
  /** The dead-letter queues, by their construct ids. */
  queues: readonly Queue[];
};

/** What watches the jobs: alarms, a dashboard, and saved questions to the logs. */
export class Monitoring extends Construct {
  /** Absent where the deployment wants none. */
  readonly dashboard: { name: string; arn: string } | undefined;

  constructor(scope: Construct, id: string, props: MonitoringProps) {
    super(scope, id);
    const { stackName } = Stack.of(this);
    const functionNamed = named('function', props.functions);
    const queueNamed = named('queue', props.queues);
    new Alarms(this, 'Alarms', {
      definitions: alarmDefinitions(props.deployment.settings),
      watched: {
        stackName,
        functionName: (name) => functionNamed(name).functionName,
        queueName: (name) => queueNamed(name).queueName,
      },
      notifications: props.notifications,
      runbookBaseUrl: props.deployment.runbookBaseUrl,
      jobAlarms: props.deployment.jobAlarms === 'on',
    });
    const everyFunction = [...props.functions, props.statusWidget];
    const logsOf = ({ functions }: LogQuery) =>
      (functions === 'all' ? everyFunction : functions.map(functionNamed)).map(({ logGroup }) => logGroup);
    for (const query of LOG_QUERIES) {
      const logical = query.name.replaceAll(/ (\w)/g, (_, letter: string) => letter.toUpperCase());
      new CfnQueryDefinition(this, `Query-${logical}`, {
        name: `${stackName}/${query.name}`,
        queryString: query.lines.join('\n| '),
        logGroupNames: logsOf(query).map(({ logGroupName }) => logGroupName),
      });
    }
    const shown = (query: LogQuery) => ({
      lines: query.lines,
      logGroupNames: logsOf(query).map(({ logGroupName }) => logGroupName),
    });
    this.dashboard = undefined;
    if (props.deployment.dashboard === 'off') return;
    const { dashboardName, dashboardArn } = new JobsDashboard(this, 'Page', {
      storage: props.storage,
      statusWidgetArn: props.statusWidget.functionArn,
      functionNames: props.functions.map(({ functionName }) => functionName),
      busyFunctionNames: BUSY_FUNCTIONS.map((name) => functionNamed(name).functionName),
      queueNames: props.queues.map(({ queueName }) => queueName),
      freshness: shown(FRESHNESS),
      byTeam: hasMetricsByTeam(props.deployment.settings)
        ? undefined
        : { requestsLeft: shown(REQUESTS_LEFT), keyAges: shown(KEY_AGES) },
    });
    this.dashboard = { name: dashboardName, arn: dashboardArn };
  }
}

/** Finds a construct by its id; a name that leads nowhere is a mistake in the tables of alarms or queries. */
function named<T extends Construct>(kind: string, all: readonly T[]): (id: string) => T {
  return (id) => {
    const found = all.find(({ node }) => node.id === id);
    if (found === undefined)
      throw new Error(`No ${kind} ${id}; there are ${all.map(({ node }) => node.id).join(', ')}`);
    return found;
  };
}
