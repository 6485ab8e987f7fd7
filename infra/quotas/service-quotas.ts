import { gzipSync } from 'node:zlib';
import { countOf, listLength, perResource, type Quota } from './quota.ts';
import { renderedLength, renderLongest } from './rendered-length.ts';

const CLOUDFORMATION =
  'https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html';
const CLOUDWATCH = 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch_limits.html';
const FEWER_KINDS = 'Subscribe to fewer kinds of reports in one deployment, or use a second stage.';

const textLength = (value: unknown): number => (value === undefined ? 0 : renderedLength(value));

function dashboardOf(body: unknown): { widgets: unknown[] } {
  const rendered = renderLongest(body);
  // Placeholders may stand inside of JSON text; they hold no quotes, so that the text stays JSON.
  const parsed: unknown = typeof rendered === 'string' ? JSON.parse(rendered) : {};
  return typeof parsed === 'object' && parsed !== null && 'widgets' in parsed && Array.isArray(parsed.widgets)
    ? { widgets: parsed.widgets }
    : { widgets: [] };
}

const metricsOf = (widget: unknown): number =>
  typeof widget === 'object' && widget !== null && 'properties' in widget
    ? listLength(Object.entries(widget.properties ?? {}).find(([name]) => name === 'metrics')?.[1])
    : 0;

const described = (id: string, type: string, limit: number, source: string): Quota => ({
  id,
  counts: 'characters in a description',
  limit,
  source,
  remedy: 'Shorten the description.',
  measure: perResource(type, ({ Description }) => textLength(Description)),
});

/** Sizes and counts outside of policies. */
export const SERVICE_QUOTAS: readonly Quota[] = [
  {
    id: 'cloudformation-template',
    counts: 'bytes in a template',
    limit: 1_048_576,
    source: CLOUDFORMATION,
    remedy: `Set "secretPatterns" in the settings if the policies are large. ${FEWER_KINDS}`,
    measure: (template) => [{ value: Buffer.byteLength(JSON.stringify(template)) }],
  },
  {
    id: 'cloudformation-resources',
    counts: 'resources in a template',
    limit: 500,
    source: CLOUDFORMATION,
    remedy: FEWER_KINDS,
    measure: ({ Resources }) => [{ value: Object.keys(Resources).length }],
  },
  {
    id: 'cloudformation-outputs',
    counts: 'outputs in a template',
    limit: 200,
    source: CLOUDFORMATION,
    remedy: 'Remove outputs that nothing reads.',
    measure: ({ Outputs }) => [{ value: Object.keys(Outputs).length }],
  },
  {
    id: 'lambda-environment',
    counts: 'bytes in the environment of a function',
    limit: 4_096,
    source: 'https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html',
    remedy: 'Move values to the settings, which travel beside the code.',
    measure: perResource('AWS::Lambda::Function', ({ Environment }) => textLength(Environment)),
  },
  {
    id: 'events-pattern',
    counts: 'characters in the pattern of a rule',
    limit: 2_048,
    source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html',
    remedy: 'Split the rule into two.',
    measure: perResource('AWS::Events::Rule', ({ EventPattern }) => textLength(EventPattern)),
  },
  {
    id: 'events-targets-of-a-rule',
    counts: 'targets of a rule',
    limit: 5,
    source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html',
    remedy: 'Split the rule into two.',
    measure: perResource('AWS::Events::Rule', ({ Targets }) => listLength(Targets)),
  },
  {
    id: 'events-rules-of-a-bus',
    counts: 'rules in the stack',
    limit: 300,
    source: 'https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html',
    remedy: 'Join rules.',
    measure: countOf('AWS::Events::Rule'),
  },
  {
    id: 'cloudwatch-alarms',
    counts: 'alarms; AWS counts those of the whole account and region',
    limit: 5_000,
    source: CLOUDWATCH,
    remedy: 'Ask AWS for a higher quota.',
    measure: countOf('AWS::CloudWatch::Alarm'),
  },
  {
    id: 'cloudwatch-actions-of-an-alarm',
    counts: 'actions of an alarm per state',
    limit: 5,
    source: CLOUDWATCH,
    remedy: 'Let the topic tell more receivers.',
    measure: perResource('AWS::CloudWatch::Alarm', ({ AlarmActions, OKActions }) =>
      Math.max(listLength(AlarmActions), listLength(OKActions)),
    ),
  },
  described(
    'lambda-description',
    'AWS::Lambda::Function',
    256,
    'https://docs.aws.amazon.com/lambda/latest/api/API_CreateFunction.html',
  ),
  described(
    'iam-role-description',
    'AWS::IAM::Role',
    1_000,
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html',
  ),
  described(
    'iam-policy-description',
    'AWS::IAM::ManagedPolicy',
    1_000,
    'https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreatePolicy.html',
  ),
  described(
    'events-description',
    'AWS::Events::Rule',
    512,
    'https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html',
  ),
  described(
    'scheduler-description',
    'AWS::Scheduler::Schedule',
    512,
    'https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html',
  ),
  {
    id: 'cloudwatch-metrics-of-an-alarm',
    counts: 'metrics and expressions in an alarm',
    limit: 10,
    source: CLOUDWATCH,
    remedy: 'Use fewer metrics in the expression of the alarm.',
    measure: perResource('AWS::CloudWatch::Alarm', ({ Metrics }) => listLength(Metrics)),
  },
  {
    id: 'cloudwatch-alarm-description',
    counts: 'characters in the description of an alarm',
    limit: 1_024,
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html',
    remedy: 'Use a shorter runbookBaseUrl.',
    measure: perResource('AWS::CloudWatch::Alarm', ({ AlarmDescription }) => textLength(AlarmDescription)),
  },
  {
    id: 'cloudwatch-composite-rule',
    counts: 'characters in the rule of a composite alarm',
    limit: 10_240,
    source: 'https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html',
    remedy: 'Use a shorter stack name.',
    measure: perResource('AWS::CloudWatch::CompositeAlarm', ({ AlarmRule }) => textLength(AlarmRule)),
  },
  {
    id: 'cloudwatch-widgets-of-a-dashboard',
    counts: 'widgets in a dashboard',
    limit: 500,
    source: CLOUDWATCH,
    remedy: 'Show fewer widgets.',
    measure: perResource(
      'AWS::CloudWatch::Dashboard',
      ({ DashboardBody }) => dashboardOf(DashboardBody).widgets.length,
    ),
  },
  {
    id: 'cloudwatch-metrics-of-a-widget',
    counts: 'metrics in the largest widget of a dashboard',
    limit: 500,
    source: CLOUDWATCH,
    remedy: 'Show fewer metrics in one widget.',
    measure: perResource('AWS::CloudWatch::Dashboard', ({ DashboardBody }) =>
      Math.max(0, ...dashboardOf(DashboardBody).widgets.map(metricsOf)),
    ),
  },
  {
    id: 'cloudwatch-metrics-of-a-dashboard',
    counts: 'metrics in a dashboard',
    limit: 2_500,
    source: CLOUDWATCH,
    remedy: 'Show fewer metrics.',
    measure: perResource('AWS::CloudWatch::Dashboard', ({ DashboardBody }) =>
      dashboardOf(DashboardBody).widgets.reduce((sum: number, widget) => sum + metricsOf(widget), 0),
    ),
  },
  {
    id: 'logs-query',
    counts: 'characters in a saved query',
    limit: 10_000,
    source:
      'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutQueryDefinition.html',
    remedy: 'Shorten the query.',
    measure: perResource('AWS::Logs::QueryDefinition', ({ QueryString }) => textLength(QueryString)),
  },
  {
    id: 'logs-groups-of-a-query',
    counts: 'log groups in a saved query',
    limit: 50,
    source: 'https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_StartQuery.html',
    remedy: 'Query fewer functions at once.',
    measure: perResource('AWS::Logs::QueryDefinition', ({ LogGroupNames }) => listLength(LogGroupNames)),
  },
  {
    id: 'glue-parameter',
    counts: 'characters in the longest parameter of a table',
    limit: 512_000,
    source: 'https://docs.aws.amazon.com/glue/latest/dg/aws-glue-api-catalog-tables.html',
    remedy: 'Divide the teams among two stages: the names of all teams and vendors stand in one parameter.',
    measure: perResource('AWS::Glue::Table', ({ TableInput }) => {
      const parameters =
        typeof TableInput === 'object' && TableInput !== null && 'Parameters' in TableInput
          ? Object.values(TableInput.Parameters ?? {})
          : [];
      return Math.max(0, ...parameters.map(textLength));
    }),
  },
  {
    id: 'glue-table',
    counts: 'bytes in the compressed definition of a table',
    limit: 1_000_000,
    source: 'https://docs.aws.amazon.com/athena/latest/ug/partition-projection-supported-types.html',
    remedy: 'Divide the teams among two stages: the names of all teams and vendors stand in each definition.',
    measure: perResource(
      'AWS::Glue::Table',
      ({ TableInput }) => gzipSync(JSON.stringify(renderLongest(TableInput))).length,
    ),
  },
  {
    id: 'athena-query',
    counts: 'bytes in a saved query of Athena',
    limit: 262_144,
    source: 'https://docs.aws.amazon.com/athena/latest/ug/service-limits.html',
    remedy: 'Shorten the query.',
    measure: perResource('AWS::Athena::NamedQuery', ({ QueryString }) => textLength(QueryString)),
  },
  {
    id: 'sns-subscriptions-filter',
    counts: 'bytes in the filter of a subscription',
    limit: 262_144,
    source: 'https://docs.aws.amazon.com/sns/latest/dg/subscription-filter-policy-constraints.html',
    remedy: 'Filter by fewer values.',
    measure: perResource('AWS::SNS::Subscription', ({ FilterPolicy }) => textLength(FilterPolicy)),
  },
];
