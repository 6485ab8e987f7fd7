import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { readLedger } from '../../../local/demo/ledger-view.ts';
import { copyLake } from '../../../local/demo/report-copy.ts';
import { startWorld, type World } from '../../../local/world/world.ts';
import { dailySales, dayBefore, HOUR, MORNING, salesTsv } from './sales.ts';

const REPORTS = [
  'SUBSCRIPTION/SUMMARY/DAILY',
  'SUBSCRIPTION_EVENT/SUMMARY/DAILY',
  'SUBSCRIBER/DETAILED/DAILY',
];
const SALES = 'SALES/SUMMARY/DAILY';
/** Has subscriptions; has none; has none, and does not fetch daily sales by which that could be told. */
const [WITH, WITHOUT, UNTOLD] = ['85012345', '85012346', '85012347'];
const settings = {
  teams: [
    {
      name: 'acme',
      keys: { reports: 'app-store-connect/acme/reports' },
      vendors: [
        { number: WITH, reports: [SALES, ...REPORTS], backfillDays: 1 },
        { number: WITHOUT, reports: [SALES, ...REPORTS], backfillDays: 1 },
        { number: UNTOLD, reports: REPORTS.slice(0, 1), backfillDays: 1 },
      ],
    },
  ],
};

const FILES: Record<string, string> = {
  'SUBSCRIPTION/SUMMARY/DAILY':
    'App Name\tApp Apple ID\tSubscription Name\tSubscription Apple ID\tCustomer Price\tCountry\tActive Standard Price Subscriptions\tActive Pay as You Go Introductory Offer Subscriptions\nTide\t1\tPro\t2\t4.99\tUS\t120\t3\n',
  'SUBSCRIPTION_EVENT/SUMMARY/DAILY':
    'Event Date\tEvent\tApp Apple ID\tSubscription Apple ID\tCountry\tQuantity\n2026-11-23\tRenew\t1\t2\tUS\t7\n',
  'SUBSCRIBER/DETAILED/DAILY':
    'Event Date\tApp Apple ID\tSubscription Apple ID\tCustomer Price\tCustomer Currency\tDeveloper Proceeds\tSubscriber ID\tPurchase Date\tUnits\n2026-11-23\t1\t2\t-4.99\tUSD\t-3.50\t9007199254740993\t2026-11-23\t1\n',
};

describe('Subscription reports through the real handlers', () => {
  let world: World;
  let early: string | undefined;
  const directory = mkdtempSync(join(tmpdir(), 'lake-'));
  const itemOf = async (vendor: string | undefined, report: string) =>
    (await readLedger(world.cloud)).find(({ pk }) => pk === `acme/${vendor}/${report}`);

  before(async () => {
    world = await startWorld({ now: MORNING, settings });
    const day = { ...dailySales(dayBefore(1)), availableAt: MORNING };
    for (const vendor of [WITH, WITHOUT, UNTOLD])
      world.simulator.reports.put({ ...day, vendor: vendor ?? '', tsv: salesTsv() });
    for (const report of REPORTS) {
      const [reportType = '', reportSubType = ''] = report.split('/');
      world.simulator.reports.put({
        ...day,
        vendor: WITH ?? '',
        reportType,
        reportSubType,
        version: '1_4',
        tsv: FILES[report] ?? '',
      });
    }
    // A queue has no order: subscriptions may well be asked for before daily sales could tell.
    await world.cloud.invoke('PlanReports', { report: REPORTS[0], from: dayBefore(1), to: dayBefore(1) });
    await world.cloud.drain();
    early = (await itemOf(WITHOUT, REPORTS[0] ?? ''))?.state;
    await world.cloud.invoke('PlanReports');
    await world.cloud.drain();
    await world.pass(HOUR);
    await world.cloud.invoke('PlanReports');
    await world.cloud.drain();
    await copyLake(world.cloud, directory);
  });
  after(() => world.close());

  it('are stored with typed columns, whatever the capitals in their headers', async () => {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const rowOf = async (table: string, columns: string) =>
      (
        await connection.runAndReadAll(
          `SELECT ${columns} FROM '${directory}/tables/${table}/*/*/*/data.parquet'`,
        )
      ).getRowObjectsJson();
    assert.deepEqual(
      await rowOf(
        'subscription_summary_daily',
        'active_standard_price_subscriptions AS a, active_pay_as_you_go_introductory_offer_subscriptions AS b',
      ),
      [{ a: '120.000000', b: '3.000000' }],
    );
    assert.deepEqual(await rowOf('subscription_event_summary_daily', 'event_date, event, quantity'), [
      { event_date: '2026-11-23', event: 'Renew', quantity: '7.000000' },
    ]);
    assert.deepEqual(await rowOf('subscriber_detailed_daily', 'subscriber_id, customer_price'), [
      { subscriber_id: '9007199254740993', customer_price: '-4.990000' },
    ]);
  });

  it('of a vendor without subscriptions are not offered, which is no failure', async () => {
    for (const report of REPORTS) assert.equal((await itemOf(WITHOUT, report))?.state, 'notOffered');
  });

  it('wait where daily sales are not answered yet, as nobody can tell', () => {
    assert.equal(early, 'waiting');
  });

  it('of a vendor whose number cannot be told right are failed, with the way to tell', async () => {
    const item = await itemOf(UNTOLD, 'SUBSCRIPTION/SUMMARY/DAILY');
    assert.equal(item?.state, 'failed');
    assert.match(item.lastAnswer ?? '', /Subscribe SALES\/SUMMARY\/DAILY as well/);
  });

  it('that were not offered are asked for again a month later', async () => {
    const item = await itemOf(WITHOUT, 'SUBSCRIPTION/SUMMARY/DAILY');
    assert.ok(Math.abs((item?.recheckAt ?? 0) - MORNING - 30 * 24 * HOUR) < 2 * HOUR);
  });
});
