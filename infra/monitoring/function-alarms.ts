import type { AlarmDefinition, Job } from './alarm-definition.ts';

/** From how many errors an hour on a person is needed, by what makes fewer good. */
type Patience = {
  functionId: string;
  job: Job;
  errors: number;
  madeGoodBy: string;
  /**
   * What tells, or makes good, that Lambda had no room for it. Absent: nothing does in time, so that it has an alarm of
   * its own. Room is the account's: where it is missing, those that start every five minutes meet it, too.
   */
  throttleToldBy?: string;
};

const PATIENCE: readonly Patience[] = [
  { functionId: 'PlanReports', job: 'reports', errors: 2, madeGoodBy: 'the next run plans the same' },
  { functionId: 'FetchReport', job: 'reports', errors: 5, madeGoodBy: 'a message is received again' },
  {
    functionId: 'DeclareColumns',
    job: 'reports',
    errors: 6,
    madeGoodBy: 'the next run declares the same',
    throttleToldBy: 'the next run declares the same',
  },
  {
    functionId: 'PlanPriceChange',
    job: 'prices',
    errors: 5,
    madeGoodBy: 'the caller asks again',
    throttleToldBy: 'whoever asks is told',
  },
  {
    functionId: 'ApprovePriceChange',
    job: 'prices',
    errors: 3,
    madeGoodBy: 'an event is delivered again',
    throttleToldBy: 'whoever approves is told; PriceRequestDeadLetters for an event',
  },
  { functionId: 'AcceptPriceChange', job: 'prices', errors: 3, madeGoodBy: 'an event is delivered again' },
  { functionId: 'ApplyPriceChange', job: 'prices', errors: 3, madeGoodBy: 'a message is received again' },
  {
    functionId: 'ReconcilePrices',
    job: 'prices',
    errors: 2,
    madeGoodBy: 'a run is tried once more',
    throttleToldBy: 'Lambda starts it again for two hours, and the next run compares the same',
  },
  {
    functionId: 'FetchExchangeRates',
    job: 'reports',
    errors: 3,
    madeGoodBy: 'the next run stores the same days',
    throttleToldBy:
      'Lambda starts it again for hours, and AcceptPriceChangeThrottles, as room is the account’s',
  },
  {
    functionId: 'MeasurePriceEffects',
    job: 'prices',
    errors: 3,
    madeGoodBy: 'the run of the next day measures the same',
    throttleToldBy:
      'Lambda starts it again for hours, and AcceptPriceChangeThrottles, as room is the account’s',
  },
  {
    functionId: 'TellPeople',
    job: 'prices',
    errors: 3,
    madeGoodBy: 'an event is delivered again',
    throttleToldBy: 'TellPeopleDeadLetters',
  },
  {
    functionId: 'CheckKeys',
    job: 'keys',
    errors: 3,
    madeGoodBy: 'a check is tried twice more',
    throttleToldBy: 'KeyCheckSilent',
  },
  {
    functionId: 'RotateKey',
    job: 'keys',
    errors: 1,
    madeGoodBy: '',
    throttleToldBy: 'whoever rotates is told',
  },
  {
    functionId: 'NoteDelivery',
    job: 'keys',
    errors: 3,
    madeGoodBy: 'SNS delivers again',
    throttleToldBy: 'SNS delivers again',
  },
];

const notMeasured = 'Lambda measures nothing of a function that is not invoked; then nothing failed.';

const throttlesOf = (functionId: string, job: Job): AlarmDefinition => ({
  id: `${functionId}Throttles`,
  job,
  says: `Lambda has had no room for the function ${functionId} for a quarter of an hour.`,
  signal: { lambda: 'Throttles', functionId, statistic: 'Sum' },
  comparison: '>=',
  threshold: 1,
  periodMinutes: 5,
  datapoints: 3,
  periods: 3,
  missing: 'notBreaching',
  because: notMeasured,
});

/** Errors of each function, and throttles of those whose throttles nothing else tells, as far as nothing heals them. */
export const FUNCTION_ALARMS: readonly AlarmDefinition[] = PATIENCE.flatMap(
  ({ functionId, job, errors, madeGoodBy, throttleToldBy }): AlarmDefinition[] => [
    {
      id: `${functionId}Errors`,
      job,
      says:
        errors === 1
          ? `The function ${functionId} failed.`
          : `The function ${functionId} failed ${errors} times within an hour; fewer are made good, as ${madeGoodBy}.`,
      signal: { lambda: 'Errors', functionId, statistic: 'Sum' },
      comparison: '>=',
      threshold: errors,
      periodMinutes: 60,
      datapoints: 1,
      periods: 1,
      missing: 'notBreaching',
      because: notMeasured,
    },
    ...(throttleToldBy === undefined ? [throttlesOf(functionId, job)] : []),
  ],
);
