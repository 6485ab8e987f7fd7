import type { Settings } from '../../functions/platform/config/settings.ts';
import { DAY_MILLIS, HOUR_MILLIS, MINUTE_MILLIS } from '../../functions/platform/util/time.ts';
import { findEntry } from '../../functions/reports/catalogue/catalogue.ts';
import { USUAL_MEMORY_MEGABYTES } from '../../infra/constructs/job-function.ts';
import { REPORT_ALARMS } from '../../infra/monitoring/report-alarms.ts';
import { FETCHING, PLAN_TIMEOUT } from '../../infra/reports/reports.ts';
import { billOf } from '../cost/bill.ts';
import { deployedParts } from '../cost/deployed-parts.ts';
import { type Figures, left, right } from '../report/figures.ts';
import { ASSUMED, CALLS } from './assumptions.ts';
import { measureConvertMillis } from './convert-time.ts';
import { backfillFigures } from './first-backfill.ts';
import { limitFigures } from './first-limit.ts';
import { SAMPLE_MILLIS, simulateMorning } from './simulate.ts';
import type { Watched } from './watch.ts';

const BEHIND_MILLIS = 5 * MINUTE_MILLIS;
/** Tuesday, 8:07 in California: the first planner run after the hour at which daily reports are due. */
const MORNING = Date.parse('2026-11-24T16:07:00Z');
/** So many days before, so that a report's last repeated look falls on the watched day, too. */
const DAYS_BEFORE = 32;
/** A function has a whole core from so much memory on. Source: Lambda's "Configure memory". */
const CORE_MEGABYTES = 1769;

/** What was measured of the planner, in milliseconds of a whole core. */
export type PlannerMeasures = {
  millisASeries: number;
  millisACall: number;
  unitsASeries: number;
  measuredIn: string;
};

const coreShare = (megabytes: number): number => Math.min(1, megabytes / CORE_MEGABYTES);

const SETUPS = [
  {
    name: 'as deployed',
    planner: { megabytes: USUAL_MEMORY_MEGABYTES, timeoutMillis: PLAN_TIMEOUT.toMilliseconds() },
    fetchersAtOnce: FETCHING.atOnce,
  },
  {
    name: 'planner: a core, 15 min',
    planner: { megabytes: CORE_MEGABYTES, timeoutMillis: 15 * MINUTE_MILLIS },
    fetchersAtOnce: FETCHING.atOnce,
  },
  {
    name: 'and 20 fetchers',
    planner: { megabytes: CORE_MEGABYTES, timeoutMillis: 15 * MINUTE_MILLIS },
    fetchersAtOnce: 20,
  },
] as const;
/** Of these, the first whose planner comes to its end. */
const WELL_PLANNED = 1;

/** Plays the morning of so many teams: what it takes, the queue, which limit is met first, and the first backfill. */
export async function morningFigures(
  settings: Settings,
  series: number,
  measured: PlannerMeasures,
): Promise<Figures[]> {
  const teams = settings.teams.length;
  const convertMillis = (await measureConvertMillis(ASSUMED.rows)) / coreShare(FETCHING.memoryMegabytes);
  const played = SETUPS.map((setup) => ({
    name: setup.name,
    watched: simulateMorning({
      settings,
      fetchersAtOnce: setup.fetchersAtOnce,
      planner: {
        timeoutMillis: setup.planner.timeoutMillis,
        millisASeries: measured.millisASeries / coreShare(setup.planner.megabytes),
        unitsASeries: measured.unitsASeries,
      },
      convertMillis,
      from: MORNING - DAYS_BEFORE * DAY_MILLIS,
      watchedFrom: MORNING,
    }),
  }));
  const watched = played[WELL_PLANNED]?.watched;
  if (watched === undefined) throw new Error('Nothing was played.');
  const plannerSeconds = (teams * series * measured.millisASeries) / coreShare(USUAL_MEMORY_MEGABYTES) / 1000;
  const input = {
    teams,
    series,
    days: 365,
    secondsASeries: measured.millisASeries / 1000,
    secondsACall: measured.millisACall / 1000,
    fetchSeconds: watched.fetcherMillis / 1000 / Math.max(1, watched.requests),
  };
  const backfill = backfillFigures(input, [5, 20, 50, 100]);
  return [
    {
      name: 'morning',
      caption: `The morning of ${teams} teams with ${series} daily series each`,
      columns: columnsOf('', played),
      rows: mornings(played),
      notes: [...sourcesOf(measured, convertMillis), watchers()],
    },
    {
      name: 'morning-queue',
      caption: 'The queue on that morning',
      columns: columnsOf('messages waiting (oldest, minutes)', played),
      rows: depths(played),
      notes: [],
    },
    limitFigures(teams, plannerSeconds, watched, caughtUpAfter(watched) / HOUR_MILLIS),
    { ...backfill, notes: [...backfill.notes, billNote(teams, series)] },
  ];
}

function billNote(teams: number, series: number): string {
  const bill = billOf({ teams, series: teams * series, changes: 0 }, deployedParts());
  const dollars = bill.reduce((sum, { list }) => sum + list, 0);
  const [dearest] = bill;
  return `A month of these teams afterwards (\`npm run cost -- --teams ${teams} --series ${series} --changes 0\`): ${dollars.toFixed(0)} USD at list prices, of which ${dearest?.service} ${dearest?.list.toFixed(0)} USD.`;
}

function sourcesOf(
  { millisASeries, millisACall, unitsASeries, measuredIn }: PlannerMeasures,
  convertMillis: number,
): string[] {
  const late = ASSUMED.late
    .map(({ share, from, to }) => `${share * 100} % ${to === 0 ? 'on time' : `${from} to ${to} h late`}`)
    .join(', ');
  return [
    `Measured: planner ${millisASeries.toFixed(2)} ms of a core and ${unitsASeries.toFixed(0)} read units a series, ${millisACall.toFixed(2)} ms a call (${measuredIn}); conversion ${convertMillis.toFixed(0)} ms with ${FETCHING.memoryMegabytes} MB.`,
    `Simulated: ${DAYS_BEFORE + 1} days by the product's calendar, ledger rules, restatement days and pace; queue and fetchers as in the templates.`,
    `Assumed (\`bench/morning/assumptions.ts\`): Apple answers in ${ASSUMED.appleMedianMillis} ms (median; log-normal, sigma ${ASSUMED.appleSpread}); ${ASSUMED.awsCallMillis} ms for each of ${CALLS.report} AWS calls; ${ASSUMED.rows} rows; ${late}; ${ASSUMED.transientShare * 100} % errors; ${ASSUMED.crashShare * 100} % of batches crash.`,
  ];
}

type Played = { name: string; watched: Watched };

const columnsOf = (name: string, played: readonly Played[]) => [
  left(name),
  ...played.map((each) => right(each.name)),
];

function mornings(played: readonly Played[]): (string | number)[][] {
  const rows: (string | number)[][] = [];
  const row = (name: string, of: (watched: Watched) => string | number): void => {
    rows.push([name, ...played.map(({ watched }) => of(watched))]);
  };
  row('series that the planner came to', ({ due, unplanned }) => `${due - unplanned} of ${due}`);
  row('messages', ({ messages }) => messages);
  row('of which found nothing to do', ({ inVain }) => inVain);
  row('requests to Apple', ({ requests }) => requests);
  row('queue depth, peak', ({ peakDepth }) => peakDepth);
  row('oldest message at its first receive, minutes', ({ oldestMillis }) =>
    Math.round(oldestMillis / MINUTE_MILLIS),
  );
  row('fetchers behind, minutes after 8:07', (watched) => Math.round(caughtUpAfter(watched) / MINUTE_MILLIS));
  for (const [index, share] of [0.5, 0.85, 0.99].entries())
    row(`${share * 100} % of planned reports stored, minutes`, ({ settledAfter }) =>
      Math.round((settledAfter[index]?.millis ?? 0) / MINUTE_MILLIS),
    );
  row('received again; dead letters', ({ receivedAgain, deadLetters }) => `${receivedAgain}; ${deadLetters}`);
  row('write units a second: peak, busiest series', ({ writes }) => `${writes.together}, ${writes.oneKey}`);
  row('read units a second: peak', ({ reads }) => Math.round(reads.together));
  row('writes a second of the busiest RequestQuota item', ({ budgetWrites }) => budgetWrites.oneKey);
  row('requests of the busiest key in an hour', ({ busiestKeyAnHour }) => busiestKeyAnHour);
  return rows;
}

function watchers(): string {
  const noon = REPORT_ALARMS.find(({ id }) => id === 'NoReportByNoon')?.says;
  const overdue = findEntry('SALES/SUMMARY/DAILY')?.overdueAfterHours;
  return `No alarm watches a message's age. What does: ReportOverdue, ${overdue} hours after a report was due; NoReportByNoon: ${noon}`;
}

/** The queue over the hours in which any of them has something in it. */
function depths(played: readonly Played[]): string[][] {
  const rows: string[][] = [];
  const last = Math.max(...played.map(({ watched }) => lastBusy(watched)));
  const halfHour = (30 * MINUTE_MILLIS) / SAMPLE_MILLIS;
  for (let index = halfHour; index <= last + halfHour; index += halfHour) {
    const at = played[0]?.watched.samples[index]?.at ?? MORNING;
    rows.push([
      new Date(at - 8 * HOUR_MILLIS).toISOString().slice(11, 16),
      ...played.map(({ watched: { samples } }) => {
        const { depth = 0, oldestMillis = 0 } = samples[index] ?? {};
        return `${depth} (${Math.round(oldestMillis / MINUTE_MILLIS)})`;
      }),
    ]);
  }
  return rows;
}

/** The last moment at which the fetchers were minutes behind. */
const lastBusy = ({ samples }: Watched): number =>
  samples.findLastIndex(
    ({ depth, oldestMillis }) => depth > FETCHING.atOnce * FETCHING.batchSize && oldestMillis > BEHIND_MILLIS,
  );

/** To five minutes. */
const caughtUpAfter = (watched: Watched): number => {
  const next = watched.samples[lastBusy(watched) + 1];
  return next === undefined ? 24 * HOUR_MILLIS : next.at - MORNING;
};
