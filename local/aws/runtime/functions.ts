import { join } from 'node:path';
import * as z from 'zod';
import { LocalCloudError } from '../base/errors.ts';
import type { ResolvedApp } from '../template/resolved-stack.ts';
import type { DeployedFunction } from './runtime.ts';
import type { SourceMapping } from './sqs-pump.ts';

const functionProperties = z.object({
  Code: z.object({ S3Key: z.string() }),
  Handler: z.string(),
  Timeout: z.number().default(3),
  MemorySize: z.number().default(128),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }).optional(),
  Tags: z.array(z.object({ Key: z.string(), Value: z.string() })).default([]),
});
const mappingProperties = z.object({
  BatchSize: z.number().default(10),
  EventSourceArn: z.string(),
  FunctionName: z.string(),
  FunctionResponseTypes: z.array(z.string()).default([]),
  ScalingConfig: z.object({ MaximumConcurrency: z.number() }).optional(),
});
const scheduleProperties = z.object({
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().optional(),
  Target: z.object({ Arn: z.string(), Input: z.string().optional() }),
});

/** A schedule of the template. The local run starts its target itself, when its story comes to it. */
export type DeployedSchedule = {
  id: string;
  expression: string;
  timeZone: string | undefined;
  target: DeployedFunction;
  input: unknown;
};

/** The tag by which the stack names a function, as `PlanReports`. */
const FUNCTION_TAG = 'app-store-connect-jobs:function';

/** The functions of the template; their code is the built bundle in the assembly. */
export function deployedFunctions({ resources }: ResolvedApp, assembly: string): DeployedFunction[] {
  return resources
    .filter(({ type }) => type === 'AWS::Lambda::Function')
    .map(({ name, attributes, logicalId, properties }) => {
      const { Code, Handler, Timeout, MemorySize, Environment, Tags } = functionProperties.parse(properties);
      return {
        id: Tags.find(({ Key }) => Key === FUNCTION_TAG)?.Value ?? logicalId,
        name,
        arn: attributes['Arn'] ?? '',
        code: join(assembly, `asset.${Code.S3Key.replace(/\.zip$/, '')}`),
        handler: Handler,
        variables: checkedVariables(logicalId, Environment?.Variables ?? {}),
        timeoutSeconds: Timeout,
        memoryMegabytes: MemorySize,
        concurrency: 4,
      };
    });
}

/** Source: "Lambda quotas": names and values together. */
const ENVIRONMENT_BYTES = 4 * 1024;

/** @throws LocalCloudError `LIMIT_EXCEEDED` where Lambda would refuse the function */
function checkedVariables(logicalId: string, variables: Record<string, string>): Record<string, string> {
  if (Buffer.byteLength(JSON.stringify(variables)) <= ENVIRONMENT_BYTES) return variables;
  throw new LocalCloudError(
    'LIMIT_EXCEEDED',
    `Lambda was unable to configure the environment variables of ${logicalId}: they exceed the 4 KB limit`,
  );
}

/** The queues that feed functions. */
export function sourceMappings(
  { resources }: ResolvedApp,
  functions: readonly DeployedFunction[],
): SourceMapping[] {
  return resources
    .filter(({ type }) => type === 'AWS::Lambda::EventSourceMapping')
    .map(({ properties }) => {
      const mapping = mappingProperties.parse(properties);
      return {
        queue: mapping.EventSourceArn.split(':').at(-1) ?? '',
        target: findTarget(functions, mapping.FunctionName),
        batchSize: mapping.BatchSize,
        reportBatchItemFailures: mapping.FunctionResponseTypes.includes('ReportBatchItemFailures'),
        maximumConcurrency: mapping.ScalingConfig?.MaximumConcurrency ?? 5,
      };
    });
}

export function deployedSchedules(
  { resources }: ResolvedApp,
  functions: readonly DeployedFunction[],
): DeployedSchedule[] {
  return resources
    .filter(({ type }) => type === 'AWS::Scheduler::Schedule')
    .map(({ logicalId, properties }) => {
      const { ScheduleExpression, ScheduleExpressionTimezone, Target } = scheduleProperties.parse(properties);
      return {
        id: logicalId,
        expression: ScheduleExpression,
        timeZone: ScheduleExpressionTimezone,
        target: findTarget(functions, Target.Arn),
        input: Target.Input === undefined ? {} : JSON.parse(Target.Input),
      };
    });
}

/** A function by its name or ARN. Throws LocalCloudError `NO_SUCH_RESOURCE`. */
export function findTarget(functions: readonly DeployedFunction[], nameOrArn: string): DeployedFunction {
  const target = functions.find(({ name, arn }) => name === nameOrArn || arn === nameOrArn);
  if (target === undefined)
    throw new LocalCloudError('NO_SUCH_RESOURCE', `No function is called ${nameOrArn}`);
  return target;
}
