import * as z from 'zod';
import type { EpochMillis } from '../../functions/platform/util/clock.ts';
import { MINUTE_MILLIS } from '../../functions/platform/util/time.ts';
import { LocalCloudError } from './base/errors.ts';
import type { Metric } from './runtime/function-log.ts';
import type { ResolvedResource } from './template/resolved-stack.ts';

const dimensions = z
  .array(z.object({ Name: z.string(), Value: z.string() }))
  .transform((list) => Object.fromEntries(list.map(({ Name, Value }) => [Name, Value])));
const statistic = z.enum(['Sum', 'Maximum', 'Minimum']);
const source = z.object({ Namespace: z.string(), MetricName: z.string(), Dimensions: dimensions });
const plain = source.extend({ Statistic: statistic, Period: z.number() });
const query = z.object({
  Id: z.string(),
  Expression: z.string().optional(),
  MetricStat: z.object({ Metric: source, Stat: statistic, Period: z.number() }).optional(),
});
const common = z.object({
  AlarmName: z.string(),
  ComparisonOperator: z.enum(['GreaterThanOrEqualToThreshold', 'LessThanThreshold']),
  Threshold: z.number(),
  EvaluationPeriods: z.number(),
  DatapointsToAlarm: z.number().optional(),
  TreatMissingData: z.enum(['notBreaching', 'breaching', 'ignore']),
  AlarmActions: z.array(z.string()).min(1),
});
const alarmProperties = z.union([common.extend({ Metrics: z.array(query) }), common.extend(plain.shape)]);

export type DeployedAlarm = z.output<typeof alarmProperties>;
type Source = z.output<typeof source>;

/** What CloudWatch would count: a value at a moment, under one set of dimensions or several. */
export type Measurement = Pick<
  Metric,
  'namespace' | 'name' | 'dimensions' | 'dimensionSets' | 'value' | 'at'
>;

/** The alarms of the templates, with every reference resolved. */
export const deployedAlarms = (resources: readonly ResolvedResource[]): DeployedAlarm[] =>
  resources
    .filter(({ type }) => type === 'AWS::CloudWatch::Alarm')
    .map(({ properties }) => alarmProperties.parse(properties));

/** What SQS measures of the queues whose depth an alarm watches. */
export const queueDepths = (
  alarms: readonly DeployedAlarm[],
  depthOf: (queue: string) => Promise<number>,
  now: EpochMillis,
): Promise<Measurement[]> =>
  Promise.all(
    watchedQueues(alarms).map(async (queue) => ({
      namespace: 'AWS/SQS',
      name: 'ApproximateNumberOfMessagesVisible',
      dimensions: { QueueName: queue },
      dimensionSets: [['QueueName']],
      value: await depthOf(queue),
      at: now,
    })),
  );

const watchedQueues = (alarms: readonly DeployedAlarm[]): string[] =>
  alarms.flatMap((alarm) =>
    'Namespace' in alarm && alarm.Namespace === 'AWS/SQS' ? [alarm.Dimensions['QueueName'] ?? ''] : [],
  );

/**
 * Whether an alarm is on at a moment, after all that was measured until then.
 *
 * CloudWatch keeps what is measured by the minute and evaluates every minute over a window that slides: periods are
 * counted backwards from the moment of the evaluation. With `ignore` the state stays once the window is empty, so that
 * it is that of the last evaluation which saw anything: when all but the last minute of a run have left the window.
 * Source: "Using Amazon CloudWatch alarms", evaluating an alarm and missing data.
 */
export function isInAlarm(alarm: DeployedAlarm, measured: readonly Measurement[], now: EpochMillis): boolean {
  const values = evaluator(alarm, measured, now);
  const breaches = (value: number): boolean =>
    alarm.ComparisonOperator === 'LessThanThreshold' ? value < alarm.Threshold : value >= alarm.Threshold;
  if (alarm.TreatMissingData === 'ignore') {
    if (alarm.EvaluationPeriods !== 1)
      throw notUnderstood(alarm, 'ignores missing data over several periods');
    const last = values.newest();
    return last !== undefined && breaches(last);
  }
  let breaching = 0;
  for (let period = 0; period < alarm.EvaluationPeriods; period += 1) {
    const value = values.period(period);
    if (value === undefined ? alarm.TreatMissingData === 'breaching' : breaches(value)) breaching += 1;
  }
  return breaching >= (alarm.DatapointsToAlarm ?? alarm.EvaluationPeriods);
}

type Values = { period(index: number): number | undefined; newest(): number | undefined };

function evaluator(alarm: DeployedAlarm, measured: readonly Measurement[], now: EpochMillis): Values {
  if (!('Metrics' in alarm)) return valuesOf(alarm, alarm.Statistic, alarm.Period, measured, now);
  const expressions = alarm.Metrics.flatMap(({ Expression }) =>
    Expression === undefined ? [] : [Expression],
  );
  const operands = /^MAX\(\[(\w+), 0 - (\w+)\]\)$/.exec(expressions.join(';'));
  const [highest, lowest] = (operands ?? []).slice(1).map((id) => {
    const stat = alarm.Metrics.find(({ Id }) => Id === id)?.MetricStat;
    if (stat === undefined) throw notUnderstood(alarm, `has no metric ${id}`);
    return valuesOf(stat.Metric, stat.Stat, stat.Period, measured, now);
  });
  if (highest === undefined || lowest === undefined)
    throw notUnderstood(alarm, `watches ${expressions.join('; ')}`);
  const larger = (a: number | undefined, b: number | undefined) =>
    a === undefined || b === undefined ? undefined : Math.max(a, -b);
  return {
    period: (index) => larger(highest.period(index), lowest.period(index)),
    newest: () => larger(highest.newest(), lowest.newest()),
  };
}

function valuesOf(
  { Namespace, MetricName, Dimensions }: Source,
  stat: z.output<typeof statistic>,
  seconds: number,
  measured: readonly Measurement[],
  now: EpochMillis,
): Values {
  const own = measured.filter(
    (measurement) =>
      measurement.namespace === Namespace &&
      measurement.name === MetricName &&
      measurement.at <= now &&
      hasDimensions(measurement, Dimensions),
  );
  const indexOf = ({ at }: Measurement): number => Math.floor((now - at) / (seconds * 1000));
  const period = (index: number): number | undefined => {
    const values = own.filter((measurement) => indexOf(measurement) === index).map(({ value }) => value);
    return values.length === 0 ? undefined : aggregate(stat, values);
  };
  return {
    period,
    newest: () => {
      if (own.length === 0) return undefined;
      const lastMinute = Math.max(...own.map(minuteOf));
      const lastEvaluation = Math.min(now, lastMinute + seconds * 1000);
      const seen = own.filter((measurement) => minuteOf(measurement) >= lastEvaluation - seconds * 1000);
      return aggregate(
        stat,
        seen.map(({ value }) => value),
      );
    },
  };
}

const minuteOf = ({ at }: Measurement): EpochMillis => Math.floor(at / MINUTE_MILLIS) * MINUTE_MILLIS;

function aggregate(stat: z.output<typeof statistic>, values: readonly number[]): number {
  if (stat === 'Sum') return values.reduce((sum, value) => sum + value, 0);
  return stat === 'Maximum' ? Math.max(...values) : Math.min(...values);
}

/** CloudWatch keeps each set of dimensions as a metric of its own: an alarm has to name one of them exactly. */
const hasDimensions = (measured: Measurement, wanted: Record<string, string>): boolean =>
  measured.dimensionSets.some(
    (set) =>
      set.length === Object.keys(wanted).length &&
      set.every((name) => measured.dimensions[name] === wanted[name]),
  );

const notUnderstood = (alarm: DeployedAlarm, what: string): LocalCloudError =>
  new LocalCloudError(
    'UNKNOWN_ALARM',
    `The alarm ${alarm.AlarmName} ${what}, which the local cloud cannot evaluate; teach it in local/aws/alarms.ts`,
  );
