import { PLAN_TIMEOUT } from '../../infra/reports/reports.ts';
import { AWS_PRICES } from '../cost/aws-prices.ts';
import { ASSUMED } from '../morning/assumptions.ts';
import { morningFigures } from '../morning/morning.ts';
import { type Column, type Figures, left, right } from '../report/figures.ts';
import { dailySeries } from './daily-series.ts';
import { measurePlanRun, type PlanRun, SHARE_OF_CPU } from './plan-run.ts';

const HOURS = 730;
/** A run, how many of the newest dates the ledger lacks, for how many settled ones another look is due, what ran before. */
const RUNS: readonly PlanRun[] = [
  { name: 'first after an upgrade', missing: 0, looks: 0, after: 'nothing' },
  { name: 'a new date everywhere', missing: 1, looks: 0, after: 'yesterday' },
  { name: 'and four looks again everywhere', missing: 1, looks: 4, after: 'yesterday' },
  { name: 'arrivals, a new date everywhere', missing: 1, looks: 0, after: 'yesterday', what: 'arrivals' },
  { name: 'settled', missing: 0, looks: 0, after: 'an hour ago' },
];
const NEW_TEAMS = 10;
const NEW_DAYS = 30;
/** As once measured, for a simulation without a measurement. */
const USUAL_PLANNER = {
  millisASeries: 1,
  millisACall: 0.5,
  unitsASeries: 0.1,
  measuredIn: 'docs/benchmarks.md',
};

const COLUMNS: readonly Column[] = [
  right('teams'),
  left('run'),
  ...['series reached', 's as deployed', 's of a core', 'MB', 'queries'].map(right),
  ...['read units : series', 'writes', 'messages', 'SQS calls'].map(right),
];

/**
 * The planner with a year of days behind every series, in a process of its own with the processor of its memory: the real
 * one, its stores, SDK and log, before a stand-in that takes as long as AWS. Says what it takes, and which limit is met;
 * then the morning of so many teams, in simulated time.
 */
export async function measureScale(
  teamCounts: readonly number[],
  series: number,
  days: number,
): Promise<Figures[]> {
  const rows: (string | number)[][] = [];
  let quiet = { cpuSeconds: 0, series: 1, units: 0 };
  let busy = quiet;
  let morning = quiet;
  for (const teams of teamCounts) {
    for (const run of RUNS) {
      const measured = await measurePlanRun({ teams, series, days }, run);
      const all = teams * series;
      rows.push([
        teams,
        run.name,
        measured.series === all ? all : `${measured.series} of ${all}`,
        measured.seconds.toFixed(1),
        measured.cpuSeconds.toFixed(1),
        measured.megabytes,
        measured.queries,
        (measured.units / measured.series).toFixed(2),
        measured.writes,
        measured.messages,
        measured.sends,
      ]);
      if (run.name === 'settled') quiet = measured;
      if (run.looks > 0) busy = measured;
      if (run.missing > 0 && run.what === undefined && run.looks === 0) morning = measured;
    }
  }
  const year: Figures = {
    name: 'year-behind',
    caption: `The planner with ${days} days behind each of ${series} series per team`,
    columns: COLUMNS,
    rows,
    notes: notesOf(busy, quiet),
  };
  const planner = {
    // Of the morning's run, for every run: most others take less.
    millisASeries: (morning.cpuSeconds * 1000) / morning.series,
    millisACall: await measureCall(series),
    unitsASeries: quiet.units / quiet.series,
    measuredIn: 'this run',
  };
  return [
    year,
    ...(await morningFigures(dailySeries(Math.max(...teamCounts), series, days), series, planner)),
  ];
}

/** What a write takes of the planner: a month of which nothing is known, written down and queued. */
async function measureCall(series: number): Promise<number> {
  const { cpuSeconds, writes } = await measurePlanRun(
    { teams: NEW_TEAMS, series, days: NEW_DAYS },
    { name: 'new', missing: NEW_DAYS, looks: 0, after: 'nothing' },
  );
  return (cpuSeconds * 1000) / writes;
}

/** The morning alone, with what was once measured of the planner (docs/benchmarks.md). */
export const playMorning = (teams: number, series: number): Promise<Figures[]> =>
  morningFigures(dailySeries(teams, series, 365), series, USUAL_PLANNER);

type Measured = { cpuSeconds: number; series: number; units: number };

function notesOf(busy: Measured, quiet: Measured): string[] {
  const most = Math.floor(
    (PLAN_TIMEOUT.toSeconds() * 0.875 * SHARE_OF_CPU * busy.series) / Math.max(0.001, busy.cpuSeconds),
  );
  const dollars = (quiet.units * HOURS * AWS_PRICES.items.tableReads.price) / AWS_PRICES.items.tableReads.per;
  return [
    `As deployed: ${(SHARE_OF_CPU * 100).toFixed(0)} % of a core, as Lambda gives it to 512 MB, and ${ASSUMED.awsCallMillis} ms for each call of AWS.`,
    `The next limit: the planner's ${PLAN_TIMEOUT.toSeconds()} s, met by a run in which ${most} series have a new date and four others to look at again.`,
    `Reads of ${quiet.series} settled series, every hour of a month: ${Math.round(quiet.units * HOURS)} units, ${dollars.toFixed(2)} USD.`,
  ];
}
