import { Duration, Stack } from 'aws-cdk-lib';
import {
  CustomWidget,
  Dashboard,
  GraphWidget,
  type IMetric,
  type IWidget,
  LogQueryVisualizationType,
  LogQueryWidget,
  MathExpression,
  Metric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { METRICS_NAMESPACE, MetricName } from '../../functions/platform/logging/metrics.ts';
import type { StorageStack } from '../storage/storage-stack.ts';
import type { LogQuery } from './log-queries.ts';

export type DashboardProps = {
  storage: StorageStack;
  /** The function that shows the status page as a widget. */
  statusWidgetArn: string;
  functionNames: readonly string[];
  /** Those whose time is a cost worth looking at. */
  busyFunctionNames: readonly string[];
  queueNames: readonly string[];
  /** The query of the freshness. */
  freshness: ShownQuery;
  /** What is asked of the logs where teams have no metrics of their own; absent: they have. */
  byTeam: { requestsLeft: ShownQuery; keyAges: ShownQuery } | undefined;
};

/** A query with the names of the log groups that it reads. */
export type ShownQuery = Pick<LogQuery, 'lines'> & { logGroupNames: string[] };

const HALF = 12;
const THIRD = 8;
const DAY = Duration.days(1);
const HOUR = Duration.hours(1);

/**
 * One page for a deployment. Freshness is read from the planner's log and not from metrics of each series, which
 * would cost more than all the rest. It shows fewer than fifty metrics: three such pages cost nothing.
 */
export class JobsDashboard extends Construct {
  readonly dashboardName: string;
  readonly dashboardArn: string;

  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    // Dashboards are global in an account: the region tells those of two regions apart.
    const { stackName, region } = Stack.of(this);
    this.dashboardName = `${stackName}-${region}`;
    const dashboard = new Dashboard(this, 'Dashboard', {
      dashboardName: this.dashboardName,
      defaultInterval: Duration.days(7),
    });
    this.dashboardArn = dashboard.dashboardArn;
    dashboard.addWidgets(...statusWidgets(props));
    dashboard.addWidgets(...this.reports(props));
    dashboard.addWidgets(...this.apple(props));
    dashboard.addWidgets(...this.pricesAndKeys(props));
    dashboard.addWidgets(...this.failures(props));
    dashboard.addWidgets(...this.costDrivers(props));
  }

  private reports({ freshness }: DashboardProps): IWidget[] {
    return [
      table('Freshness of each series: newest settled report date', HALF, freshness),
      graph('Report partitions by what became of them', HALF, [
        this.own(MetricName.reportStored, 'Sum', HOUR),
        this.own(MetricName.reportEmpty, 'Sum', HOUR),
        this.own(MetricName.reportRestated, 'Sum', HOUR),
        this.own(MetricName.reportWaiting, 'Sum', HOUR),
        this.own(MetricName.reportFailed, 'Sum', HOUR),
        this.own(MetricName.partitionsOverdue, 'Maximum', HOUR),
      ]),
    ];
  }

  private apple({ byTeam }: DashboardProps): IWidget[] {
    return [
      byTeam === undefined
        ? graph('Requests left in the hour, by team', HALF, [
            this.byTeam(MetricName.requestsRemaining, 'Minimum', Duration.minutes(5)),
          ])
        : table('Requests left in the hour: the 100 teams with the fewest', HALF, byTeam.requestsLeft),
      graph('Answers of Apple, and seconds its clock differs', HALF, [
        this.own(MetricName.requestsRemaining, 'SampleCount', HOUR, 'answers'),
        this.own(MetricName.clockSkewSeconds, 'Maximum', HOUR),
      ]),
    ];
  }

  private pricesAndKeys({ byTeam }: DashboardProps): IWidget[] {
    return [
      graph('Price changes by state', THIRD, [
        this.own(MetricName.priceChangePlanned, 'Sum', DAY, 'waits for approval'),
        this.own(MetricName.priceChangeApplied, 'Sum', DAY, 'applied'),
        this.own(MetricName.priceChangeRejected, 'Sum', DAY, 'rejected'),
        this.own(MetricName.priceChangeFailed, 'Sum', DAY, 'failed'),
        this.own(MetricName.priceChangeUnsettled, 'Sum', DAY, 'unsettled'),
      ]),
      graph('Minutes of the oldest open price change; territories that differ', THIRD, [
        this.own(MetricName.priceChangeStuckMinutes, 'Maximum', HOUR),
        this.own(MetricName.priceChangeWaitingMinutes, 'Maximum', HOUR),
        this.own(MetricName.priceDrift, 'Maximum', DAY),
      ]),
      byTeam === undefined
        ? graph('Age of each key in days', THIRD, [
            this.byTeam(MetricName.keyAgeDays, 'Maximum', DAY, ',job'),
          ])
        : table('Age of the 100 oldest keys in days', THIRD, byTeam.keyAges),
    ];
  }

  private failures({ functionNames, queueNames }: DashboardProps): IWidget[] {
    return [
      graph(
        'Errors of functions',
        HALF,
        functionNames.map((name) => lambda('Errors', name, 'Sum')),
      ),
      graph(
        'Dead letters',
        HALF,
        queueNames.map(
          (QueueName) =>
            new Metric({
              namespace: 'AWS/SQS',
              metricName: 'ApproximateNumberOfMessagesVisible',
              dimensionsMap: { QueueName },
              statistic: 'Maximum',
              period: HOUR,
            }),
        ),
      ),
    ];
  }

  private costDrivers({ storage, busyFunctionNames }: DashboardProps): IWidget[] {
    const tables = [storage.reports, storage.prices, storage.keys, storage.rateBudget];
    return [
      graph(
        'Cost drivers: seconds of functions',
        THIRD,
        busyFunctionNames.map((name) => lambda('Duration', name, 'Sum', DAY)),
      ),
      graph(
        'Cost drivers: write units of tables',
        THIRD,
        tables.map(({ tableName }) =>
          aws('AWS/DynamoDB', 'ConsumedWriteCapacityUnits', { TableName: tableName }, 'Sum'),
        ),
      ),
      graph('Cost drivers: bytes in the bucket and in logs', THIRD, [
        aws(
          'AWS/S3',
          'BucketSizeBytes',
          { BucketName: storage.lake.bucketName, StorageType: 'StandardStorage' },
          'Average',
        ),
        aws('AWS/Logs', 'IncomingBytes', {}, 'Sum'),
      ]),
    ];
  }

  private own(metricName: MetricName, statistic: string, period: Duration, label?: string): Metric {
    return new Metric({
      namespace: METRICS_NAMESPACE,
      metricName,
      dimensionsMap: { service: Stack.of(this).stackName },
      statistic,
      period,
      ...(label !== undefined && { label }),
    });
  }

  /** One line per team: which teams there are, the metrics know. */
  private byTeam(metric: MetricName, statistic: string, period: Duration, more = ''): IMetric {
    const service = Stack.of(this).stackName;
    return new MathExpression({
      expression: `SEARCH('{${METRICS_NAMESPACE},service,team${more}} MetricName="${metric}" service="${service}"', '${statistic}', ${period.toSeconds()})`,
      label: '',
      period,
    });
  }
}

const graph = (title: string, width: number, left: IMetric[]): IWidget =>
  new GraphWidget({ title, width, height: 8, left });

const table = (title: string, width: number, { logGroupNames, lines }: ShownQuery): IWidget =>
  new LogQueryWidget({
    title,
    logGroupNames,
    view: LogQueryVisualizationType.TABLE,
    queryLines: [...lines],
    width,
    height: 8,
  });

const aws = (
  namespace: string,
  metricName: string,
  dimensionsMap: Record<string, string>,
  statistic: string,
): Metric => new Metric({ namespace, metricName, dimensionsMap, statistic, period: DAY });

const lambda = (metricName: string, FunctionName: string, statistic: string, period = HOUR): Metric =>
  new Metric({ namespace: 'AWS/Lambda', metricName, dimensionsMap: { FunctionName }, statistic, period });

/** The status page; its parameters are those of the function. */
const statusWidgets = ({ statusWidgetArn }: DashboardProps): IWidget[] =>
  [
    { title: 'What needs a person', view: 'overview', height: 6 },
    { title: 'Reports', view: 'reports', height: 10 },
    { title: 'Prices', view: 'prices', height: 8 },
    { title: 'Keys', view: 'keys', height: 8 },
  ].map(
    ({ title, view, height }) =>
      new CustomWidget({
        functionArn: statusWidgetArn,
        title,
        params: { view },
        width: view === 'prices' || view === 'keys' ? HALF : 2 * HALF,
        height,
        updateOnTimeRangeChange: false,
      }),
  );
