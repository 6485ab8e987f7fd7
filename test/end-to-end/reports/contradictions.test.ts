import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { PRE_ORDER_COLUMNS } from '../../../functions/reports/catalogue/report-columns.ts';
import { readLedger } from '../../../local/demo/ledger-view.ts';
import { copyLake } from '../../../local/demo/report-copy.ts';
import { reportText } from '../../../local/simulator/samples/report-text.ts';
import { startWorld, type World } from '../../../local/world/world.ts';
import { itMore } from '../../groups/extent.ts';
import { dailySales, HOUR, itemOf, MORNING, salesTsv, settingsFor, VENDOR } from './sales.ts';

const settings = (reports: string[], backfillDays: number) => ({
  teams: settingsFor(0).teams.map((team) => ({
    ...team,
    vendors: [{ number: VENDOR, reports, backfillDays }],
  })),
});
const plan = async ({ cloud }: World) => {
  await cloud.invoke('PlanReports');
  await cloud.drain();
};
const american = (day: string) => `${day.slice(5, 7)}/${day.slice(8)}/${day.slice(0, 4)}`;
const dated = (begin: string, end: string) =>
  salesTsv({ 'Begin Date': american(begin), 'End Date': american(end) });
const contradictions = (world: World) =>
  world.cloud.metrics().filter(({ name }) => name === 'ContradictoryAnswer').length;

describe('A week for which Apple sends the file of the week before', () => {
  let world: World;
  const [week, before_] = ['2026-11-22', '2026-11-15'];
  before(async () => {
    world = await startWorld({ now: MORNING, settings: settings(['SALES/SUMMARY/WEEKLY'], 14) });
    const weekly = { ...dailySales(week), frequency: 'WEEKLY' as const };
    world.simulator.reports.put({ ...weekly, reportDate: before_, tsv: dated('2026-11-09', before_) });
    world.simulator.reports.put({ ...weekly, tsv: dated('2026-11-16', week) });
    world.simulator.reports.put({
      ...weekly,
      reportDate: '2026-11-08',
      tsv: dated('2026-11-02', '2026-11-08'),
    });
    world.simulator.behaviour.weeklyReportPeriod = 'week-before';
    await plan(world);
  });
  after(() => world.close());

  it('is not stored under the week that was asked for: it waits, and the reason names the file', async () => {
    const item = await itemOf(world, week);
    assert.equal(item?.state, 'waiting');
    assert.match(item?.lastAnswer ?? '', /another report than the one of 2026-11-22.*20261115/);
    assert.ok(contradictions(world) > 0);
  });

  it('keeps the bytes apart from those that were asked for', async () => {
    const keys = await copyLake(world.cloud, mkdtempSync(join(tmpdir(), 'lake-')));
    const weekly = `raw/team=acme/vendor=${VENDOR}/SALES/SUMMARY/WEEKLY/${week}/`;
    assert.ok(keys.some((key) => key.startsWith(`${weekly}wrong-period/`)));
    assert.ok(!keys.some((key) => key.startsWith('tables/') && key.includes(week)));
  });

  it('is stored once Apple sends it', async () => {
    world.simulator.behaviour.weeklyReportPeriod = 'as-asked';
    await world.pass(7 * HOUR);
    await plan(world);
    assert.equal((await itemOf(world, week))?.state, 'stored');
  });

  it('a weekly date that is no Sunday is refused before Apple is asked', async () => {
    const asked = world.simulator.requests().length;
    const body = { team: 'acme', vendor: VENDOR, report: 'SALES/SUMMARY/WEEKLY', priority: 'today' };
    const message = JSON.stringify({ ...body, reportDate: '2026-11-18' });
    const result = await world.cloud.invoke('FetchReport', {
      Records: [{ messageId: 'wednesday', body: message }],
    });
    assert.deepEqual(result, { batchItemFailures: [{ itemIdentifier: 'wednesday' }] });
    assert.equal(world.simulator.requests().length, asked);
  });
});

describe('A week for which Apple sends the daily file of its Sunday', () => {
  let world: World;
  const week = '2026-11-22';
  const weekly = { ...dailySales(week), frequency: 'WEEKLY' as const };
  before(async () => {
    world = await startWorld({ now: MORNING, settings: settings(['SALES/SUMMARY/WEEKLY'], 7) });
    world.simulator.reports.put({ ...weekly, tsv: dated('2026-11-16', week) });
    world.simulator.reports.put({ ...dailySales(week), tsv: dated(week, week) });
  });
  after(() => world.close());

  for (const [period, why] of [
    ['sunday', /another report than the one of 2026-11-22.*S_D_1_85012345_20261122\.txt\.gz/],
    ['sunday-renamed', /its rows are of a period that begins on 2026-11-22, not on 2026-11-16/],
  ] as const)
    it(`is not stored as the week (${period}): it waits, and the reason says why`, async () => {
      world.simulator.behaviour.weeklyReportPeriod = period;
      const counted = contradictions(world);
      await world.pass(7 * HOUR);
      await plan(world);
      const item = await itemOf(world, week);
      assert.equal(item?.state, 'waiting');
      assert.match(item?.lastAnswer ?? '', why);
      assert.ok(contradictions(world) > counted);
    });

  it('is stored once Apple sends the week', async () => {
    world.simulator.behaviour.weeklyReportPeriod = 'as-asked';
    await world.pass(7 * HOUR);
    await plan(world);
    assert.equal((await itemOf(world, week))?.state, 'stored');
  });
});

describe('A week of pre-orders for which Apple sends the daily file of its Sunday', () => {
  const week = '2026-11-22';
  const headers = PRE_ORDER_COLUMNS.map(({ header }) => header);
  const preOrders = (begin: string, end: string) =>
    reportText(headers, [
      {
        Provider: 'APPLE',
        SKU: 'com.acme.tide',
        Title: 'Tide 🌊',
        'Pre-Order Start Date': '10/01/2026',
        'Pre-Order End Date': '12/24/2026',
        Ordered: '3',
        Canceled: '0',
        'Start Date': american(begin),
        'End Date': american(end),
        'Country Code': 'US',
        'Apple Identifier': '6448311069',
      },
    ]);
  const weekly = { ...dailySales(week), reportType: 'PRE_ORDER', frequency: 'WEEKLY' as const };

  for (const [begin, state] of [
    [week, 'waiting'],
    ['2026-11-16', 'stored'],
  ] as const)
    (state === 'waiting' ? it : itMore)(
      `is ${state} where its rows begin on ${begin}: their Start Date is the report’s, that of the pre-order is not`,
      async () => {
        const world = await startWorld({ now: MORNING, settings: settings(['PRE_ORDER/SUMMARY/WEEKLY'], 7) });
        try {
          world.simulator.reports.put({ ...weekly, tsv: preOrders(begin, week) });
          await plan(world);
          const item = await itemOf(world, week);
          assert.equal(item?.state, state, item?.lastAnswer);
          if (state === 'waiting')
            assert.match(item?.lastAnswer ?? '', /a period that begins on 2026-11-22, not on 2026-11-16/);
        } finally {
          await world.close();
        }
      },
    );
});

describe('Answers that contradict what is stored', () => {
  let world: World;
  before(async () => {
    world = await startWorld({
      now: Date.parse('2026-11-20T17:07:00Z'),
      settings: settings(['SALES/SUMMARY/DAILY', 'SALES/SUMMARY/MONTHLY'], 45),
    });
    for (const day of ['2026-10-12', '2026-10-13', '2026-11-18'])
      world.simulator.reports.put({ ...dailySales(day), tsv: dated(day, day) });
    world.simulator.reports.gone(dailySales('2026-11-19'));
    await world.cloud.invoke('PlanReports', {
      report: 'SALES/SUMMARY/DAILY',
      from: '2026-10-10',
      to: '2026-11-19',
    });
    await world.cloud.drain();
    await plan(world);
  });
  after(() => world.close());

  it('"no longer available" of yesterday is not final: it waits, and is stored when it is back', async () => {
    assert.equal((await itemOf(world, '2026-11-19'))?.state, 'waiting');
    assert.match((await itemOf(world, '2026-11-19'))?.lastAnswer ?? '', /is not believed/);
  });

  it('a month without sales beside its stored days with sales is not settled as empty', async () => {
    const month = await itemOf(world, '2026-10');
    assert.equal(month?.state, 'waiting');
    assert.match(month?.lastAnswer ?? '', /2 stored days of that period have sales, such as 2026-10-12/);
  });

  it('both are counted', () => assert.ok(contradictions(world) >= 2));
});

/** Messages that FetchReport works on at the same time, see infra/reports/reports.ts. */
const WORKERS = 5;

describe('A mistyped vendor number', () => {
  let world: World;
  const reports = ['SALES/SUMMARY/DAILY', 'SUBSCRIPTION/SUMMARY/DAILY', 'SALES/SUMMARY/WEEKLY'];
  const asked = () => world.simulator.requests().length;
  const deadLetters = () =>
    world.cloud.queueDepth(world.cloud.nameOf('AWS::SQS::Queue', 'ReportDeadLetters'));
  const wrong = (effect: boolean) => {
    world.simulator.faults.clear();
    if (!effect) return;
    const detail = 'Invalid vendor number specified. Try again.';
    world.simulator.faults.add({
      match: { path: '/v1/salesReports' },
      times: Number.POSITIVE_INFINITY,
      effect: { kind: 'status', status: 400, code: 'PARAMETER_ERROR.INVALID', detail },
    });
  };
  before(async () => {
    world = await startWorld({ now: MORNING, settings: settings(reports, 25) });
    wrong(true);
    await plan(world);
  });
  after(() => world.close());

  it('costs a few requests, not one for each of its dates, and one dead letter', async () => {
    // One for each series until the daily sales have shown that the number is wrong, and one more for each worker that asks at the
    // same moment; there are over fifty dates.
    assert.ok(asked() <= 2 * reports.length + WORKERS, `${asked()} requests`);
    const items = await readLedger(world.cloud);
    const failed = items.filter(({ state }) => state === 'failed').length;
    assert.ok(failed >= 1 && failed <= WORKERS, `${failed} failed`);
    assert.equal(await deadLetters(), failed);
    assert.ok(items.filter(({ lastAnswer = '' }) => lastAnswer.startsWith('Waits behind')).length > 40);
  });

  it('is asked about once a day from then on', async () => {
    const before_ = asked();
    for (let hour = 2; hour <= 22; hour += 4) {
      await world.pass(4 * HOUR - (hour === 22 ? HOUR : 0));
      await plan(world);
    }
    assert.equal(asked(), before_);
    await world.pass(2 * HOUR);
    await plan(world);
    assert.ok(asked() - before_ <= 2, `${asked() - before_} requests`);
  });

  it('is told once: the dates that wait behind are not overdue', () => {
    const overdue = world.cloud.events().filter((event) => event['detail-type'] === 'Report Overdue');
    assert.ok(overdue.length <= 1, `${overdue.length} events`);
  });

  it('once it is right, everything is fetched', async () => {
    wrong(false);
    const daily = (await readLedger(world.cloud)).filter(({ pk }) => pk.endsWith('SALES/SUMMARY/DAILY'));
    assert.ok(daily.some(({ state }) => state === 'failed'));
    // A person asks for another day than the one that Apple was asked for: also that one does not wait longer.
    const day = daily.find(({ state }) => state !== 'failed')?.sk;
    await world.cloud.invoke('PlanReports', { report: reports[0], from: day, to: day });
    await world.cloud.drain();
    for (let hour = 0; hour < 3; hour += 1) {
      await world.pass(HOUR);
      await plan(world);
    }
    const open = (await readLedger(world.cloud)).filter(({ settledAs }) => settledAs === undefined);
    assert.deepEqual(
      open.filter(({ pk }) => pk.endsWith('SALES/SUMMARY/DAILY')),
      [],
    );
  });
});
