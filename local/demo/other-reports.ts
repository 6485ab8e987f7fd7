import Table from 'cli-table3';
import { Temporal } from 'temporal-polyfill';
import { financeReport, salesReport } from '../simulator/reports/report-store.ts';
import { sampleFinancial } from '../simulator/samples/sample-finance.ts';
import { sampleReviews } from '../simulator/samples/sample-reviews.ts';
import { sampleSales } from '../simulator/samples/sample-sales.ts';
import { sampleSubscriptions } from '../simulator/samples/sample-subscriptions.ts';
import type { World } from '../world/world.ts';
import type { CheckList } from './check-list.ts';
import { readLedger } from './ledger-view.ts';

const TEAM = 'umbra';
const SUBSCRIPTIONS = '85055001';
const BOOKS = '85055002';
const REVIEWED_APP = '6448322001';
/** 20 hours after the first morning. */
const NEW_REVIEW = { at: Date.parse('2026-11-25T13:07:00Z'), title: 'Crashes since the update' };

/** A second team with a key of its own: subscriptions day by day; sales by the week and what Apple pays. */
export const OTHER_TEAM = {
  name: TEAM,
  keys: { reports: `app-store-connect/${TEAM}/reports` },
  vendors: [
    { number: SUBSCRIPTIONS, reports: ['SUBSCRIPTION/SUMMARY/DAILY'], backfillDays: 3 },
    { number: BOOKS, reports: ['SALES/SUMMARY/WEEKLY', 'FINANCIAL/ZZ'], backfillDays: 25 },
  ],
  reviews: { apps: [REVIEWED_APP], maxStars: 3 },
};

/** What the second team will ask for by hand. */
const ASKED = { team: TEAM, report: 'SUBSCRIPTION/SUMMARY/DAILY', from: '2026-11-08', to: '2026-11-17' };
const SUNDAYS = ['2026-11-01', '2026-11-08', '2026-11-15', '2026-11-22', '2026-11-29', '2026-12-06'];
/** Days from 1 November on for which Apple has or will have subscriptions. */
const DAYS = 45;
/** October 2026 by Apple's fiscal calendar: 27 September to 31 October. */
const FISCAL_MONTH = '2027-01';

/** Fills the simulator's stores of reports and reviews for the second team. */
export function stockOtherReports({ simulator: { reports, reviews }, clock }: World): void {
  for (const review of sampleReviews(REVIEWED_APP, clock.now(), 60)) reviews.put(review);
  const { at: createdAt, title } = NEW_REVIEW;
  for (const rating of [2, 5])
    reviews.put({ app: REVIEWED_APP, rating, title, body: 'On start.', territory: 'GBR', createdAt });
  for (let day = 1; day <= DAYS; day += 1) {
    const reportDate = Temporal.PlainDate.from('2026-10-31').add({ days: day }).toString();
    const series = { reportType: 'SUBSCRIPTION', reportSubType: 'SUMMARY', version: '1_4' };
    reports.put({
      ...series,
      vendor: SUBSCRIPTIONS,
      frequency: 'DAILY',
      reportDate,
      tsv: sampleSubscriptions(reportDate),
    });
  }
  for (const reportDate of SUNDAYS) {
    const begin = Temporal.PlainDate.from(reportDate).subtract({ days: 6 }).toString();
    const tsv = sampleSales({ vendor: BOOKS, begin, day: reportDate });
    reports.put({ ...salesReport({ vendor: BOOKS, reportDate, frequency: 'WEEKLY' }), tsv });
  }
  const month = { vendor: BOOKS, reportType: 'FINANCIAL', region: 'ZZ', reportDate: FISCAL_MONTH } as const;
  const tsv = sampleFinancial({ vendor: BOOKS, month: FISCAL_MONTH });
  reports.put({ ...financeReport(month), availableAt: Date.parse('2026-11-06T16:00:00Z'), tsv });
}

/** Asks for ten older days of subscriptions by hand; then shows what the second team has. */
export async function playOtherReports(
  { cloud }: World,
  checks: CheckList,
  say: (line?: string) => void,
): Promise<void> {
  say(`\nTeam ${TEAM} has other reports, fetched on the same mornings with a key of its own.`);
  say(`A person asks for older days:  PlanReports ${JSON.stringify(ASKED)}`);
  await cloud.invoke('PlanReports', ASKED);
  await cloud.drain();
  const items = (await readLedger(cloud)).filter(({ pk }) => pk.startsWith(`${TEAM}/`));
  const table = new Table({
    head: ['report', 'stored', 'from', 'to', 'rows'],
    style: { head: [], border: [], compact: true },
    colAligns: ['left', 'right', 'left', 'left', 'right'],
  });
  for (const series of [...new Set(items.map(({ pk }) => pk))].sort()) {
    const dates = items.filter(({ pk, state }) => pk === series && state === 'stored');
    const names = dates.map(({ sk }) => sk).sort();
    const rows = dates.reduce((sum, item) => sum + (item.rows ?? 0), 0);
    const report = series.split('/').slice(2).join('/');
    table.push([report, dates.length, names[0] ?? '', names.at(-1) ?? '', rows]);
  }
  say(table.toString());
  const storedOf = (report: string) =>
    items.filter(({ pk, state }) => pk.endsWith(report) && state === 'stored').map(({ sk }) => sk);
  const backfilled = storedOf(ASKED.report).filter((date) => date >= ASKED.from && date <= ASKED.to);
  checks.check('ten older days of subscriptions were stored on request', backfilled.length === 10);
  checks.check(
    'weekly sales were stored under their Sundays',
    storedOf('WEEKLY').includes('2026-11-22'),
    storedOf('WEEKLY').join(', '),
  );
  checks.check(
    `the finance month ${FISCAL_MONTH} (27 September to 31 October 2026) was stored, its totals agree with its rows`,
    storedOf('FINANCIAL/ZZ').includes(FISCAL_MONTH),
    items.find(({ sk }) => sk === FISCAL_MONTH)?.lastAnswer ?? 'not stored',
  );
  const received = cloud.events().filter((event) => event['detail-type'] === 'Review Received');
  for (const { detail } of received)
    say(`Review Received: ${detail['rating']} of 5 stars from ${detail['territory']}, "${detail['title']}"`);
  const reviews = items.filter(({ pk }) => pk.endsWith('/CUSTOMER_REVIEWS'));
  checks.check(
    'reviews of two days were stored: the history with the first look, then what was new',
    reviews.map(({ rows }) => rows).join(', ') === '30, 2',
    reviews.map(({ state, rows }) => `${state} ${rows}`).join(', '),
  );
  checks.check(
    'one of two new reviews has so few stars that the settings want an event of it',
    received.length === 1 && received[0]?.detail['rating'] === 2,
    String(received.length),
  );
}
