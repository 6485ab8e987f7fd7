import { Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { createApplication } from '../../infra/application.ts';
import { FUNCTION_TAG } from '../../infra/constructs/tags.ts';

/** What of the templates has a price by itself. */
export type DeployedParts = {
  /** Metrics that alarms watch: an alarm over two metrics costs twice. */
  alarmMetrics: number;
  compositeAlarms: number;
  dashboards: number;
  customerKeys: number;
  /** Memory of each function, by its id. */
  memoryGigabytes: Readonly<Record<string, number>>;
  /** Room under /tmp beyond the half gigabyte that costs nothing, by the function's id. */
  diskGigabytes: Readonly<Record<string, number>>;
  /** Queues that Lambda polls. */
  polledQueues: number;
};

/** Counts them in the templates of this project's settings. */
export function deployedParts(context: Record<string, unknown> = {}): DeployedParts {
  // Only counted here; whether the templates are in order `npm run synth` says.
  process.env['CDK_VALIDATION'] ??= 'false';
  const app = createApplication({ context: { 'aws:cdk:bundling-stacks': [], ...context } });
  const templates = app.node.children.filter(Stack.isStack).map((stack) => Template.fromStack(stack));
  const properties = (type: string) =>
    templates.flatMap((template) =>
      Object.values(template.findResources(type)).map((each) => each['Properties']),
    );
  const byFunction = (
    gigabytes: (properties: { MemorySize: number; EphemeralStorage?: { Size: number } }) => number,
  ): Record<string, number> =>
    Object.fromEntries(
      properties('AWS::Lambda::Function').flatMap(({ Tags = [], ...own }) =>
        Tags.filter(({ Key }: { Key: string }) => Key === FUNCTION_TAG).map(
          ({ Value }: { Value: string }) => [Value, gigabytes(own)],
        ),
      ),
    );
  return {
    alarmMetrics: properties('AWS::CloudWatch::Alarm')
      .map(
        ({ Metrics = [{ MetricStat: true }] }: { Metrics?: { MetricStat?: unknown }[] }) =>
          Metrics.filter(({ MetricStat }) => MetricStat !== undefined).length,
      )
      .reduce((sum, count) => sum + count, 0),
    compositeAlarms: properties('AWS::CloudWatch::CompositeAlarm').length,
    dashboards: properties('AWS::CloudWatch::Dashboard').length,
    customerKeys: properties('AWS::KMS::Key').length,
    memoryGigabytes: byFunction(({ MemorySize }) => MemorySize / 1024),
    diskGigabytes: byFunction(
      ({ EphemeralStorage }) => Math.max(0, (EphemeralStorage?.Size ?? 512) - 512) / 1024,
    ),
    polledQueues: properties('AWS::Lambda::EventSourceMapping').length,
  };
}
