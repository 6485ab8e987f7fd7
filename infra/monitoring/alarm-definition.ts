import type { MetricName } from '../../functions/platform/logging/metrics.ts';

export type Job = 'reports' | 'prices' | 'keys';
export const JOBS: readonly Job[] = ['reports', 'prices', 'keys'];

/** What CloudWatch adds up within a period. */
export type AlarmStatistic = 'Sum' | 'Maximum' | 'Minimum';

/** Where a measurement comes from; every one is a single CloudWatch metric. */
export type Signal =
  /** One of our own, under the stack alone or under the stack and these dimensions. */
  | { own: MetricName; statistic: AlarmStatistic; dimensions?: Record<string, string> }
  /** What Lambda counts of a function, by the function's id. */
  | { lambda: 'Errors' | 'Throttles' | 'Invocations'; functionId: string; statistic: 'Sum' }
  /** Messages that wait in a queue, by the queue's id. */
  | { waitingIn: string; statistic: 'Maximum' };

/**
 * What an alarm does where a period has no measurement.
 * `notBreaching`: nothing happened, so all is well. `breaching`: silence is the failure.
 * `ignore`: the last measurement stands until the next, for what is measured once a day.
 */
export type MissingData = 'notBreaching' | 'breaching' | 'ignore';

/** One failure that needs a person. Its id is its heading in docs/runbook.md. */
export type AlarmDefinition = {
  id: string;
  job: Job;
  /** One line for the message that people get. */
  says: string;
  signal: Signal;
  /** Instead of the signal's value v itself: the larger of v and the opposite of this other one. */
  orBelowMinus?: Signal;
  comparison: '>=' | '<';
  threshold: number;
  periodMinutes: 5 | 15 | 60 | 1440;
  /** So many of the last `periods` must be over the threshold. */
  datapoints: number;
  periods: number;
  missing: MissingData;
  /** Why missing data is treated so. */
  because: string;
};
