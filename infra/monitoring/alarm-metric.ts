import { Duration } from 'aws-cdk-lib';
import { type IMetric, MathExpression, Metric } from 'aws-cdk-lib/aws-cloudwatch';
import { METRICS_NAMESPACE } from '../../functions/platform/logging/metrics.ts';
import type { AlarmDefinition, Signal } from './alarm-definition.ts';

/** How the ids that alarms name lead to what is deployed. */
export type Watched = {
  /** The dimension `service` of our own metrics. */
  stackName: string;
  functionName(id: string): string;
  queueName(id: string): string;
};

/**
 * What CloudWatch watches for an alarm. Alarms know no SEARCH, so that each watches one metric by its exact
 * dimensions: our own are measured under the stack alone for that purpose.
 */
export function alarmMetric(definition: AlarmDefinition, watched: Watched): IMetric {
  const period = Duration.minutes(definition.periodMinutes);
  const metric = metricOf(definition.signal, watched, period);
  if (definition.orBelowMinus === undefined) return metric;
  return new MathExpression({
    expression: 'MAX([highest, 0 - lowest])',
    usingMetrics: { highest: metric, lowest: metricOf(definition.orBelowMinus, watched, period) },
    label: definition.id,
    period,
  });
}

function metricOf(signal: Signal, watched: Watched, period: Duration): Metric {
  if ('own' in signal) {
    return new Metric({
      namespace: METRICS_NAMESPACE,
      metricName: signal.own,
      // mutation: alarm-dimensions
      dimensionsMap: { service: watched.stackName, ...signal.dimensions },
      statistic: signal.statistic,
      period,
    });
  }
  if ('lambda' in signal) {
    return new Metric({
      namespace: 'AWS/Lambda',
      metricName: signal.lambda,
      dimensionsMap: { FunctionName: watched.functionName(signal.functionId) },
      statistic: signal.statistic,
      period,
    });
  }
  return new Metric({
    namespace: 'AWS/SQS',
    metricName: 'ApproximateNumberOfMessagesVisible',
    dimensionsMap: { QueueName: watched.queueName(signal.waitingIn) },
    statistic: signal.statistic,
    period,
  });
}
