import { hasMetricsByTeam } from '../../functions/platform/config/metrics-by-team.ts';
import type { PricedItem } from './aws-prices.ts';
import type { DeployedParts } from './deployed-parts.ts';

/** What a deployment has to do in a month. */
export type Workload = {
  teams: number;
  /** Daily report series of all teams together. */
  series: number;
  /** Price changes of all teams together. */
  changes: number;
  /** Apps of all teams whose reviews are kept and whose prices are watched; absent: none. */
  apps?: number | undefined;
  /** As in the settings; absent: by the number of teams. */
  metricsPerTeam?: boolean | undefined;
};

export const metricsByTeam = ({ teams, metricsPerTeam }: Workload): boolean =>
  hasMetricsByTeam({ teams: { length: teams }, metricsPerTeam });

const HOURS = 730;
const DAYS = 30.4;
/** A report is asked for when it is due, twice more while it is late, and four times to see whether it was restated. */
const FETCHES_A_DAY = 7;
/** Apple's bytes and the table of one report, megabytes; a busy app's daily sales are a third of that. */
const REPORT_MEGABYTES = 0.3;
/** The lake after a year. */
const KEPT_DAYS = 365;
const SWEEPS = HOURS * 12;
/** The planner's look at what is due now: every ten minutes in eleven hours of the day. */
const ARRIVALS = 66 * DAYS;
/** For new reviews of an app. Source: docs/reviews.md. */
const LOOKS_A_DAY = 6;
/** Lambda asks each queue with so many pollers, each for twenty seconds. Source: "Using Lambda with Amazon SQS". */
const POLLS = (5 * 3600 * HOURS) / 20;
/** A cold start by Lambda's clock, rounded up: Node.js itself, and what `npm run bench -- --cold-start` measures. */
const COLD_START_SECONDS = 0.4;

/** Invocations in a month, seconds of each on average, and the share of them that starts cold. */
type Runs = { count: number; seconds: number; cold: number };

/** Each function's work; a schedule of ten minutes or more finds it cold. */
export function runsOf({ teams, series, changes, apps = 0 }: Workload): Record<string, Runs> {
  const fetches = series * FETCHES_A_DAY * DAYS;
  // Looks for new reviews, two per batch.
  const looks = apps * LOOKS_A_DAY * DAYS;
  const run = (count: number, seconds: number, cold = 1): Runs => ({ count, seconds, cold });
  return {
    PlanReports: run(HOURS, 1 + 0.2 * series),
    PlanReportArrivals: run(ARRIVALS, 0.5 + 0.02 * series),
    FetchReport: run((fetches + looks) / 2, 4, 0.2),
    DeclareColumns: run(HOURS, 0.3),
    AcceptPriceChange: run(SWEEPS + 2 * changes, 0.15, 0.5),
    ApprovePriceChange: run(changes, 0.5),
    // A plan over all territories is 27 answers of Apple, one after the other.
    PlanPriceChange: run(2 * changes, 10),
    ApplyPriceChange: run(2 * changes, 20),
    // With watched prices also each hour of seventeen, until the list of the day is whole.
    ReconcilePrices: run(DAYS * (apps > 0 ? 18 : 1), 10 + (apps * 4) / 18),
    FetchExchangeRates: run(3 * DAYS, 2),
    // Three looks per change read a year of reports each, and each plan asks what can be shown; a run without a look
    // reads ledgers alone.
    MeasurePriceEffects: run(DAYS + changes, (2 * DAYS + 3 * changes * 20 + changes * 20) / (DAYS + changes)),
    CheckKeys: run(DAYS, 4 * teams),
    RotateKey: run(teams, 15),
    NoteDelivery: run(teams, 0.2),
    TellPeople: run(3 * changes + 4 * teams + 10, 0.5),
    // The dashboard once a day: four widgets.
    StatusWidget: run(4 * DAYS, 1.5, 0.25),
  };
}

/** The planner has two schedules. */
const functionOf = (runs: string): string => (runs === 'PlanReportArrivals' ? 'PlanReports' : runs);

/**
 * Units of everything that AWS charges for, in a month. Counts of alarms, dashboards and memory come from the
 * template; seconds and bytes were measured in the local run and rounded up.
 */
export function usageOf(workload: Workload, parts: DeployedParts): Record<PricedItem, number> {
  const { teams, series, changes, apps = 0 } = workload;
  const fetches = series * FETCHES_A_DAY * DAYS;
  const looks = apps * LOOKS_A_DAY * DAYS;
  const runs = Object.entries(runsOf(workload));
  const started = runs.reduce((sum, [, { count }]) => sum + count, 0);
  const gigabyteSeconds = (gigabytes: DeployedParts['memoryGigabytes']): number =>
    runs.reduce(
      (sum, [id, { count, seconds, cold }]) =>
        sum + count * (seconds + cold * COLD_START_SECONDS) * (gigabytes[functionOf(id)] ?? 0),
      0,
    );
  // A run writes about three lines of its own and three of Lambda's, a settled report a dozen.
  const logGigabytes = (started * 6 + (fetches + looks) * 12 + changes * 60) * 600 * 1e-9;
  const lakeGigabytes = (series * REPORT_MEGABYTES * KEPT_DAYS) / 1000;
  return {
    alarmMetric: parts.alarmMetrics,
    compositeAlarm: parts.compositeAlarms,
    metricHours: metricHours(workload),
    dashboard: parts.dashboards,
    logGigabytes,
    logStoredGigabytes: logGigabytes * 6 * 0.2,
    secret: 2 * teams,
    secretCalls: (fetches + looks) / 2 + 10 * changes + 4 * DAYS * teams + apps * DAYS,
    lambdaRequests: started,
    lambdaGigabyteSeconds: gigabyteSeconds(parts.memoryGigabytes),
    lambdaDiskGigabyteSeconds: gigabyteSeconds(parts.diskGigabytes),
    // An item of the ledger with its history is up to two kilobytes: two units per write.
    tableWrites: fetches * 12 + looks * 8 + SWEEPS + changes * 60,
    // The planner reads the marks in each hour, what is open in some hours of a day, and everything once a week.
    tableReads:
      series * (HOURS * 0.1 + DAYS * 6 * 2.5 + (DAYS / 7) * 46) +
      series * ARRIVALS * 4 +
      (fetches + looks) * 4 +
      apps * HOURS +
      SWEEPS * 2 +
      changes * 60,
    tableGigabytes: series * 365 * 1e-6,
    tableBackupGigabytes: series * 365 * 1e-6,
    objectWrites: fetches + looks + apps * 3 * DAYS + changes * 8,
    objectReads: fetches * 2 + looks * 2 + apps * 3 * DAYS + changes * 20,
    objectGigabytes: lakeGigabytes,
    // Both queues are polled whether anything waits or not.
    queueRequests: (parts.polledQueues - 1) * POLLS + (fetches + looks) * 3,
    fifoRequests: POLLS + changes * 6,
    busEvents: series * DAYS * 1.2 + changes * 3 + looks,
    scheduledStarts: HOURS * 2 + ARRIVALS + SWEEPS + DAYS * (apps > 0 ? 23 : 6),
    mails: 20 + 3 * changes,
    customerKey: parts.customerKeys,
  };
}

/**
 * Hours in which each metric is measured: once under the stack alone and, where teams have metrics of their own, once
 * under each of their dimensions. What counts failures is left out; it costs when there are some.
 */
function metricHours(workload: Workload): number {
  const byTeam = metricsByTeam(workload);
  const { series, changes } = workload;
  const teams = byTeam ? workload.teams : 0;
  // A planner's run, what is overdue, who waits for today, what is stuck, what waits for an approval.
  const everyHour = HOURS * 5;
  // Age of the rates and how many came, three times a day; what waits for its effect; the worst of all keys.
  const everyDay = (2 * 3 + 1 + 4) * DAYS;
  const answers = 3 * 5 * DAYS * (1 + teams);
  const settled = 2 * 3 * DAYS * (1 + (byTeam ? series : 0));
  const keys = 4 * DAYS * (1 + 2 * teams);
  const prices = changes * (byTeam ? 2 : 1) + DAYS * (1 + teams);
  return everyHour + everyDay + answers + settled + keys + prices;
}
