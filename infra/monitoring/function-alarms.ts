import type { AlarmDefinition, Job } from './alarm-definition.ts';

/** From how many errors an hour on a person is needed, by what makes fewer good. */
type Patience = { functionId: string; job: Job; errors: number; madeGoodBy: string };

const PATIENCE: readonly Patience[] = [
  { functionId: 'PlanReports', job: 'reports', errors: 2, madeGoodBy: 'the next run plans the same' },
  { functionId: 'FetchReport', job: 'reports', errors: 5, madeGoodBy: 'a message is received again' },
  { functionId: 'DeclareColumns', job: 'reports', errors: 6, madeGoodBy: 'the next run declares the same' },
  { functionId: 'PlanPriceChange', job: 'prices', errors: 5, madeGoodBy: 'the caller asks again' },
  { functionId: 'ApprovePriceChange', job: 'prices', errors: 3, madeGoodBy: 'an event is delivered again' },
  { functionId: 'AcceptPriceChange', job: 'prices', errors: 3, madeGoodBy: 'an event is delivered again' },
  { functionId: 'ApplyPriceChange', job: 'prices', errors: 3, madeGoodBy: 'a message is received again' },
  { functionId: 'ReconcilePrices', job: 'prices', errors: 2, madeGoodBy: 'a run is tried once more' },
  {
    functionId: 'FetchExchangeRates',
    job: 'reports',
    errors: 3,
    madeGoodBy: 'the next run stores the same days',
  },
  {
    functionId: 'MeasurePriceEffects',
    job: 'prices',
    errors: 3,
    madeGoodBy: 'the run of the next day measures the same',
  },
  { functionId: 'TellPeople', job: 'prices', errors: 3, madeGoodBy: 'an event is delivered again' },
  { functionId: 'CheckKeys', job: 'keys', errors: 3, madeGoodBy: 'a check is tried twice more' },
  { functionId: 'RotateKey', job: 'keys', errors: 1, madeGoodBy: '' },
  { functionId: 'NoteDelivery', job: 'keys', errors: 3, madeGoodBy: 'SNS delivers again' },
];

const notMeasured = 'Lambda measures nothing of a function that is not invoked; then nothing failed.';

/** Errors and throttles of each function, as far as nothing heals them. */
export const FUNCTION_ALARMS: readonly AlarmDefinition[] = PATIENCE.flatMap(
  ({ functionId, job, errors, madeGoodBy }): AlarmDefinition[] => [
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
    {
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
    },
  ],
);
