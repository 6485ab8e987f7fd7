import { Duration, TimeZone } from 'aws-cdk-lib';
import { ScheduleExpression } from 'aws-cdk-lib/aws-scheduler';
import type { Construct } from 'constructs';
import type { Settings } from '../../functions/platform/config/settings.ts';
import type { JobFunction } from '../constructs/job-function.ts';
import { createScheduler } from '../constructs/scheduler.ts';

/** The sweep every five minutes and the daily comparison with desired prices. */
export function schedulePrices(
  job: Construct & { acceptPriceChange: JobFunction; reconcilePrices: JobFunction },
  { teams }: Settings,
): void {
  const schedule = createScheduler(job, {
    sid: 'StartPriceJobs',
    description: 'App Store Connect Jobs: starts the sweep and the comparison of prices',
    functions: [job.acceptPriceChange, job.reconcilePrices],
  });
  schedule('SweepPriceChanges', {
    description: 'Goes on with price changes that stand still',
    schedule: ScheduleExpression.rate(Duration.minutes(5)),
    starts: job.acceptPriceChange,
    input: { sweep: true },
    maxEventAge: Duration.minutes(5),
  });
  schedule('ReconcilePricesDaily', {
    description: 'Compares desired prices with those at Apple',
    schedule: ScheduleExpression.expression('cron(20 7 * * ? *)', TimeZone.AMERICA_LOS_ANGELES),
    starts: job.reconcilePrices,
    maxEventAge: Duration.hours(2),
  });
  if (!teams.some(({ prices }) => prices?.watch === 'all')) return;
  schedule('WatchPricesHourly', {
    description: 'Goes on with the price list of the day, until it is whole',
    schedule: ScheduleExpression.expression('cron(50 7-23 * * ? *)', TimeZone.AMERICA_LOS_ANGELES),
    starts: job.reconcilePrices,
    input: { watch: true },
    maxEventAge: Duration.minutes(30),
  });
}
