import { Duration, Stack, TimeZone } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler';
import { LambdaInvoke } from 'aws-cdk-lib/aws-scheduler-targets';
import type { JobFunction } from '../job-function.ts';
import type { PricesJob } from './prices.ts';

/** The sweep every five minutes and the daily comparison with desired prices. */
export function schedulePrices(job: PricesJob): void {
  const role = new Role(job, 'SchedulerRole', {
    assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
      conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(job).account } },
    }),
    description: 'App Store Connect Jobs: starts the sweep and the comparison of prices',
  });
  role.addToPolicy(
    new PolicyStatement({
      sid: 'StartPriceJobs',
      actions: ['lambda:InvokeFunction'],
      resources: [job.acceptPriceChange.functionArn, job.reconcilePrices.functionArn],
    }),
  );
  const invoke = (jobFunction: JobFunction, input: Record<string, unknown>, maxEventAge: Duration) =>
    new LambdaInvoke(jobFunction, {
      role: role.withoutPolicyUpdates(),
      input: ScheduleTargetInput.fromObject(input),
      retryAttempts: 3,
      maxEventAge,
    });
  new Schedule(job, 'SweepPriceChanges', {
    description: 'Goes on with price changes that stand still',
    schedule: ScheduleExpression.rate(Duration.minutes(5)),
    target: invoke(job.acceptPriceChange, { sweep: true }, Duration.minutes(5)),
  });
  new Schedule(job, 'ReconcilePricesDaily', {
    description: 'Compares desired prices with those at Apple',
    schedule: ScheduleExpression.expression('cron(20 7 * * ? *)', TimeZone.AMERICA_LOS_ANGELES),
    target: invoke(job.reconcilePrices, {}, Duration.hours(2)),
  });
}
