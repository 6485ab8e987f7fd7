import { HOUR_RESERVE } from '../../functions/app-store-connect/rate-limit/request-quota.ts';
import { FETCHING } from '../../infra/reports/reports.ts';
import { AWS_PRICES, isItem, type PricedItem } from '../cost/aws-prices.ts';
import { type Figures, right } from '../report/figures.ts';
import { ASSUMED, CALLS, REPORT_WRITES, UNITS_A_WRITE } from './assumptions.ts';

const APPLE_HOUR = 3500;
/** What the planner has within an hour: Lambda's longest run. */
const PLANNER_SECONDS = 900;
const LONGEST_HOURS = 24 * 365;

export type BackfillInput = {
  teams: number;
  series: number;
  days: number;
  /** Seconds of a whole core that the planner takes: of a series, and of a call that writes or sends. */
  secondsASeries: number;
  secondsACall: number;
  /** Mean seconds of a fetcher for a report. */
  fetchSeconds: number;
};

type Backfill = { hours: number; sentTwice: number; longestWaitHours: number };

/**
 * A year behind every series of all teams, all added in one deployment: hour by hour, the planner writes down and
 * queues what its time allows, queues again what was not fetched within two hours, and the fetchers work it off.
 */
export function firstBackfill(input: BackfillInput, fetchers: number): Backfill {
  const { teams, series, days, secondsASeries, secondsACall, fetchSeconds } = input;
  const all = teams * series;
  const vainSeconds = (CALLS.nothingToDo * ASSUMED.awsCallMillis) / 1000;
  const applesMost = teams * APPLE_HOUR * (1 - HOUR_RESERVE.backfill);
  // A write when it is expected, one when it is queued, a tenth of a call to SQS.
  const [secondsNew, secondsAgain] = [2.1 * secondsACall, 1.1 * secondsACall];
  let [begun, done, fresh, again, sentTwice, longestWaitHours] = [0, 0, 0, 0, 0, 0];
  let hours = 0;
  for (; done < all * days * 0.9999 && hours < LONGEST_HOURS; hours += 1) {
    let time = PLANNER_SECONDS - begun * secondsASeries;
    // What was queued two hours ago and is still there: half of it in each hour.
    const repeated = Math.min((begun * days - done) / 2, Math.max(0, time / secondsAgain));
    time -= repeated * secondsAgain;
    const added = Math.min(all - begun, Math.max(0, time / (secondsASeries + days * secondsNew)));
    begun += added;
    fresh += added * days;
    again += hours < 2 ? 0 : repeated;
    sentTwice += hours < 2 ? 0 : repeated;
    const seconds = fetchers * 3600;
    const needed = fresh * fetchSeconds + again * vainSeconds;
    const share = Math.min(1, needed === 0 ? 0 : seconds / needed, applesMost / Math.max(1, fresh));
    longestWaitHours = Math.max(longestWaitHours, needed / seconds);
    done += fresh * share;
    [fresh, again] = [fresh * (1 - share), again * (1 - share)];
  }
  return { hours, sentTwice, longestWaitHours };
}

/** Days and dollars of the first backfill, with so many fetchers. */
export function backfillFigures(input: BackfillInput, fetcherCounts: readonly number[]): Figures {
  const { teams, series, days } = input;
  const partitions = teams * series * days;
  const rows = fetcherCounts.map((fetchers) => {
    const { hours, sentTwice, longestWaitHours } = firstBackfill(input, fetchers);
    return [
      fetchers,
      (hours / 24).toFixed(1),
      Math.round(sentTwice),
      longestWaitHours.toFixed(1),
      dollarsOf(partitions, sentTwice, input).toFixed(0),
    ];
  });
  const keyHours = (series * days) / (APPLE_HOUR * (1 - HOUR_RESERVE.backfill));
  return {
    name: 'first-backfill',
    caption: 'The first backfill of all teams',
    columns: ['fetchers', 'days', 'queued twice', 'a new report waits, hours', 'USD'].map(right),
    rows,
    notes: [
      `${days} days behind every series of ${teams} teams, added in one deployment: ${partitions} partitions, calculated hour by hour for a planner with a core and 15 minutes.`,
      `A single team’s key needs ${keyHours.toFixed(1)} hours for its ${series * days} requests: no number of fetchers is faster.`,
      `${FETCHING.atOnce} fetchers take in ${Math.floor(newTeamsADay(input))} new teams a day.`,
    ],
  };
}

const newTeamsADay = (input: BackfillInput): number =>
  (FETCHING.atOnce * 86_400) / (input.series * input.days * input.fetchSeconds);

/** Without what is free, and without the storage of the months to come. */
function dollarsOf(
  partitions: number,
  sentTwice: number,
  { fetchSeconds, secondsACall }: BackfillInput,
): number {
  const messages = partitions + sentTwice;
  const units: Partial<Record<PricedItem, number>> = {
    lambdaRequests: messages / FETCHING.batchSize,
    lambdaGigabyteSeconds:
      (partitions * fetchSeconds + sentTwice * 0.01) * (FETCHING.memoryMegabytes / 1024) +
      messages * 2 * secondsACall * (1769 / 1024),
    lambdaDiskGigabyteSeconds: partitions * fetchSeconds * 1.5,
    tableWrites: (partitions * (2 + REPORT_WRITES.report) + 2 * sentTwice) * UNITS_A_WRITE + partitions,
    tableReads: partitions * 2,
    objectWrites: partitions * 2,
    objectReads: partitions,
    queueRequests: messages * (0.1 + 2 / FETCHING.batchSize),
    busEvents: partitions,
    logGigabytes: partitions * 12 * 600 * 1e-9,
  };
  return Object.entries(units).reduce((sum, [name, count]) => {
    const item = isItem(name) ? AWS_PRICES.items[name] : undefined;
    return item === undefined ? sum : sum + (count / item.per) * item.price;
  }, 0);
}
