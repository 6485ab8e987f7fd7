import type { PricedItem } from './aws-prices.ts';
import type { DeployedParts } from './deployed-parts.ts';

/** What a deployment has to do in a month. */
export type Workload = {
  teams: number;
  /** Daily report series of all teams together. */
  series: number;
  /** Price changes of all teams together. */
  changes: number;
};

const HOURS = 730;
const DAYS = 30.4;
/** A report is asked for when it is due, twice more while it is late, and four times to see whether it was restated. */
const FETCHES_A_DAY = 7;
/** Apple's bytes and the table of one report, megabytes; a busy app's daily sales are a third of that. */
const REPORT_MEGABYTES = 0.3;
/** The lake after a year. */
const KEPT_DAYS = 365;
/** Lambda asks a queue with so many pollers, each for twenty seconds. Source: "Using Lambda with Amazon SQS". */
const POLLS = (5 * 3600 * HOURS) / 20;

/**
 * Units of everything that AWS charges for, in a month. Counts of alarms, dashboards and memory come from the
 * template; seconds and bytes were measured in the local run and rounded up.
 */
export function usageOf(
  { teams, series, changes }: Workload,
  parts: DeployedParts,
): Record<PricedItem, number> {
  const fetches = series * FETCHES_A_DAY * DAYS;
  const sweeps = HOURS * 12;
  // Every ten minutes in eleven hours of the day.
  const arrivals = 66 * DAYS;
  const runs = {
    PlanReports: { count: HOURS, seconds: 1 + 0.2 * series },
    PlanReportArrivals: { count: arrivals, seconds: 0.5 + 0.02 * series },
    FetchReport: { count: fetches / 2, seconds: 4 },
    DeclareColumns: { count: HOURS, seconds: 0.3 },
    AcceptPriceChange: { count: sweeps + 2 * changes, seconds: 0.15 },
    ApplyPriceChange: { count: 2 * changes, seconds: 20 },
    ReconcilePrices: { count: DAYS, seconds: 10 },
    FetchExchangeRates: { count: 3 * DAYS, seconds: 2 },
    // Three looks per change read a year of reports each; a run without a look reads ledgers alone.
    MeasurePriceEffects: { count: DAYS, seconds: 2 + (3 * changes * 20) / DAYS },
    CheckKeys: { count: DAYS, seconds: 4 * teams },
    NoteDelivery: { count: teams, seconds: 0.2 },
  };
  const started = Object.values(runs).reduce((sum, { count }) => sum + count, 0);
  const gigabyteSeconds = Object.entries(runs).reduce(
    (sum, [id, { count, seconds }]) =>
      sum + count * seconds * (parts.memoryGigabytes[id === 'PlanReportArrivals' ? 'PlanReports' : id] ?? 0),
    0,
  );
  // A run writes about three lines of its own and three of Lambda's, a settled report a dozen.
  const logGigabytes = (started * 6 + fetches * 12 + changes * 60) * 600 * 1e-9;
  const lakeGigabytes = (series * REPORT_MEGABYTES * KEPT_DAYS) / 1000;
  return {
    alarmMetric: parts.alarmMetrics,
    compositeAlarm: parts.compositeAlarms,
    metricHours: metricHours({ teams, series, changes }),
    dashboard: parts.dashboards,
    logGigabytes,
    logStoredGigabytes: logGigabytes * 6 * 0.2,
    secret: 2 * teams,
    secretCalls: fetches / 2 + 10 * changes + 4 * DAYS * teams,
    lambdaRequests: started,
    lambdaGigabyteSeconds: gigabyteSeconds,
    lambdaDiskGigabyteSeconds: runs.FetchReport.count * runs.FetchReport.seconds * 1.5,
    // An item of the ledger with its history is up to two kilobytes: two units a write.
    tableWrites: fetches * 12 + sweeps + changes * 60,
    // The planner reads the marks in each hour, what is open in some hours of a day, and everything once a week.
    tableReads:
      series * (HOURS * 0.1 + DAYS * 6 * 2.5 + (DAYS / 7) * 46) +
      series * arrivals * 4 +
      fetches * 4 +
      sweeps * 2 +
      changes * 60,
    tableGigabytes: series * 365 * 1e-6,
    tableBackupGigabytes: series * 365 * 1e-6,
    objectWrites: fetches + changes * 8,
    objectReads: fetches * 2 + changes * 20,
    objectGigabytes: lakeGigabytes,
    queueRequests: POLLS + fetches * 3,
    fifoRequests: POLLS + changes * 6,
    busEvents: series * DAYS * 1.2 + changes * 3,
    scheduledStarts: HOURS + arrivals + sweeps + 2 * DAYS,
    mails: 20,
    customerKey: parts.customerKeys,
  };
}

/**
 * Hours in which each metric is measured: once under the stack alone, and once under each of its own dimensions.
 * What counts failures is left out; it costs when there are some.
 */
function metricHours({ teams, series, changes }: Workload): number {
  // A planner's run, what is overdue, who waits for today, what is stuck, what waits for an approval.
  const everyHour = HOURS * 5;
  const answers = 3 * 5 * DAYS * (1 + teams);
  const settled = 2 * 3 * DAYS * (1 + series);
  const keys = 4 * DAYS * (1 + 2 * teams);
  const prices = changes * 2 + DAYS * (1 + teams);
  return everyHour + answers + settled + keys + prices;
}
