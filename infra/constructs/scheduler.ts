import { type Duration, Stack } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Schedule, type ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { Construct } from 'constructs';
import type { JobFunction } from './job-function.ts';

export type ScheduledStart = {
  description: string;
  schedule: ScheduleExpression;
  starts: JobFunction;
  /** What the function is given, never the scheduler's own event. */
  input?: Record<string, unknown>;
  /** A start that could not be made within this time is left to the next one. */
  maxEventAge: Duration;
};

/**
 * Lets EventBridge Scheduler start some functions of a job.
 *
 * @param sid names the permission
 * @returns adds a schedule
 */
export function createScheduler(
  scope: Construct,
  { sid, description, functions }: { sid: string; description: string; functions: readonly JobFunction[] },
): (id: string, start: ScheduledStart) => void {
  // A role of our own, as the one that the target would make may also invoke each version and alias.
  const role = new Role(scope, 'SchedulerRole', {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(scope).account } },
    }),
    description,
  });
  role.addToPolicy(
    new PolicyStatement({
      sid,
      actions: ['lambda:InvokeFunction'],
      resources: functions.map(({ functionArn }) => functionArn),
    }),
  );
  return (id, { description: says, schedule, starts, input = {}, maxEventAge }) => {
    new Schedule(scope, id, {
      description: says,
      schedule,
      target: new LambdaInvoke(starts, {
        role: role.withoutPolicyUpdates(),
        input: ScheduleTargetInput.fromObject(input),
        retryAttempts: 3,
        maxEventAge,
      }),
    });
  };
}
