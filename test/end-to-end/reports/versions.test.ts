import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readLedger } from '../../../local/demo/ledger-view.ts';
import { startWorld, type World } from '../../../local/world/world.ts';
import { dailySales, dayBefore, HOUR, MORNING, salesTsv, VENDOR } from './sales.ts';

const REPORT = 'SUBSCRIPTION/SUMMARY/DAILY';
const DAYS = 5;

const settings = (reportVersions: Record<string, string>, more: string[] = []) => ({
  reportVersions,
  teams: [
    {
      name: 'acme',
      keys: { reports: 'app-store-connect/acme/reports' },
      vendors: [{ number: VENDOR, reports: [REPORT, ...more], backfillDays: DAYS }],
    },
  ],
});
const subscriptions = (reportDate: string) => ({
  ...dailySales(reportDate),
  reportType: 'SUBSCRIPTION',
  version: '1_4',
});
const HEADER =
  'App Name\tApp Apple ID\tSubscription Name\tSubscription Apple ID\tSubscription Group ID\tStandard Subscription Duration\tCustomer Price\tCustomer Currency\tDeveloper Proceeds\tProceeds Currency\tDevice\tState\tCountry\tActive Standard Price Subscriptions';
const tsv = `${HEADER}\nTide\t6448311069\tPro\t6448311070\t21\t1 Year\t9.99\tUSD\t7.00\tUSD\tiPhone\t\tUS\t12\n`;

const itemsOf = async (world: World, report = REPORT) =>
  (await readLedger(world.cloud)).filter(({ pk }) => pk === `acme/${VENDOR}/${report}`);
const plan = async ({ cloud }: World) => {
  await cloud.invoke('PlanReports');
  await cloud.drain();
};
const changes = (world: World) =>
  world.cloud.events().filter((event) => event['detail-type'] === 'Report Version Changed');

describe('A report whose configured version Apple has retired', () => {
  let world: World;
  before(async () => {
    world = await startWorld({ now: MORNING, settings: settings({ [REPORT]: '1_3' }) });
    for (let day = 1; day <= DAYS; day += 1)
      world.simulator.reports.put({ ...subscriptions(dayBefore(day)), tsv });
    await plan(world);
  });
  after(() => world.close());

  it('is asked for once more in the version that Apple names, and stored with the version that was served', async () => {
    const items = await itemsOf(world);
    assert.deepEqual(
      items.map(({ state, version }) => [state, version]),
      Array.from({ length: DAYS }, () => ['stored', '1_4']),
    );
    assert.equal(await world.cloud.queueDepth(world.cloud.nameOf('AWS::SQS::Queue', 'ReportDeadLetters')), 0);
  });

  it('is told once, by event and metric', () => {
    assert.deepEqual(
      changes(world).map(({ detail }) => [
        detail['team'],
        detail['report'],
        detail['asked'],
        detail['version'],
      ]),
      [['acme', REPORT, '1_3', '1_4']],
    );
    assert.equal(world.cloud.metrics().filter(({ name }) => name === 'ReportVersionChanged').length, 1);
  });

  it('costs one refused request in all: the version is remembered for the team and the report', async () => {
    const refused = () => world.simulator.requests().filter(({ status }) => status === 400).length;
    assert.equal(refused(), 1);
    await world.pass(24 * HOUR);
    world.simulator.reports.put({ ...subscriptions(dayBefore(0)), tsv });
    await plan(world);
    assert.equal((await itemsOf(world)).at(-1)?.state, 'stored');
    assert.equal(refused(), 1);
  });

  it('keeps Apple’s ids of the request in the ledger', async () => {
    const items = await itemsOf(world);
    assert.ok(items.length > 0, 'the ledger is empty');
    for (const { requestId } of items) assert.match(requestId ?? '', /^\S+ [A-Z2-7]{26}$/);
  });
});

describe('A retired version that is answered with "no sales" for days that had some', () => {
  const SALES = 'SALES/SUMMARY/DAILY';
  let world: World;
  before(async () => {
    world = await startWorld({ now: MORNING, settings: settings({ [REPORT]: '1_3' }, [SALES]) });
    world.simulator.behaviour.retiredReportVersion = 'no-sales';
    for (let day = 1; day <= DAYS; day += 1) {
      const reportDate = dayBefore(day);
      world.simulator.reports.put({ ...subscriptions(reportDate), tsv });
      // The last of them shows no renewal: nothing contradicts its empty day.
      const sold = { 'Product Type Identifier': 'IAY', Subscription: day === DAYS ? 'New' : 'Renewal' };
      world.simulator.reports.put({ ...dailySales(reportDate), tsv: salesTsv(sold) });
    }
    // The sales first, so that they are known when the subscriptions are judged.
    await world.cloud.invoke('PlanReports', { report: SALES, from: dayBefore(DAYS), to: dayBefore(1) });
    await world.cloud.drain();
    await plan(world);
  });
  after(() => world.close());

  it('is not believed where the sales of the same day show renewals: it waits, is told, and names the version', async () => {
    const [withoutRenewals, ...contradicted] = await itemsOf(world);
    assert.equal(withoutRenewals?.state, 'empty');
    for (const { state, lastAnswer } of contradicted) {
      assert.equal(state, 'waiting');
      assert.match(lastAnswer ?? '', /renewals of subscriptions \(version 1_3 may be retired/);
    }
    assert.ok(world.cloud.metrics().some(({ name }) => name === 'ContradictoryAnswer'));
  });

  it('once the version is healed, days that were empty in the other one are asked for again', async () => {
    world.simulator.behaviour.retiredReportVersion = 'refused';
    await world.pass(7 * HOUR);
    await plan(world);
    await world.pass(2 * HOUR);
    await plan(world);
    const items = await itemsOf(world);
    assert.ok(items.length > 0, 'the ledger is empty');
    for (const { sk, state, version } of items) assert.deepEqual([state, version], ['stored', '1_4'], sk);
  });
});

describe('A retired version that is answered with "no sales", where no daily sales are fetched to tell', () => {
  const STORED = 30;
  const EMPTY = 8;
  let world: World;
  /** Contradictions counted on each of the days without rows. */
  const counted: number[] = [];
  const contradictions = () =>
    world.cloud.metrics().filter(({ name }) => name === 'ContradictoryAnswer').length;
  before(async () => {
    const [team] = settings({}).teams;
    const vendors = team?.vendors.map((vendor) => ({ ...vendor, backfillDays: STORED })) ?? [];
    world = await startWorld({ now: MORNING, settings: { teams: [{ ...team, vendors }] } });
    for (let day = 1; day <= STORED; day += 1)
      world.simulator.reports.put({ ...subscriptions(dayBefore(day)), tsv });
    await plan(world);
    for (let day = 1; day <= EMPTY; day += 1) {
      await world.passTo(MORNING + day * 24 * HOUR);
      const before_ = contradictions();
      await plan(world);
      counted.push(contradictions() - before_);
    }
  });
  after(() => world.close());

  it('does not settle in silence, however long it goes on: every day is doubted and counted', async () => {
    assert.equal((await itemsOf(world)).filter(({ state }) => state === 'stored').length, STORED);
    assert.ok(
      counted.every((count) => count > 0),
      counted.join(' '),
    );
  });

  it('settles as empty after three days with its doubt, in the ledger and in the event', async () => {
    const open = (await itemsOf(world)).slice(STORED);
    const empty = open.filter(({ state }) => state === 'empty');
    assert.ok(empty.length >= EMPTY - 5, `${empty.length} empty`);
    for (const { lastAnswer } of empty)
      assert.match(lastAnswer ?? '', /Believed, though nearly every day until 2026-11-23 had rows/);
    const told = world.cloud.events().filter((event) => event['detail-type'] === 'Report Empty');
    assert.equal(told.length, empty.length);
    for (const { detail } of told) assert.match(String(detail['doubt']), /nearly every day until/);
  });
});
