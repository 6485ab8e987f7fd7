import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readLedger } from '../../../local/demo/ledger-view.ts';
import { startWorld, type World } from '../../../local/world/world.ts';
import { dailySales, dayBefore, HOUR, itemOf, MORNING, salesTsv, settingsFor, VENDOR } from './sales.ts';

const seriesOf = (report: string) => ({
  ...settingsFor(70),
  teams: settingsFor(70).teams.map((team) => ({
    ...team,
    vendors: [{ number: VENDOR, reports: [report], backfillDays: 70 }],
  })),
});

describe('Weekly reports through the real handlers', () => {
  let world: World;
  before(async () => {
    world = await startWorld({ now: MORNING, settings: seriesOf('SALES/SUMMARY/WEEKLY') });
    world.simulator.behaviour.longReportNotGenerated = 'no-sales';
    const weekly = { ...dailySales('2026-11-15'), frequency: 'WEEKLY' as const };
    world.simulator.reports.put({ ...weekly, tsv: salesTsv() });
    world.simulator.reports.put({
      ...weekly,
      reportDate: '2026-11-22',
      tsv: salesTsv(),
      availableAt: MORNING + 24 * HOUR,
    });
    await world.cloud.invoke('PlanReports');
    await world.cloud.drain();
  });
  after(() => world.close());

  it('are asked for by their Sundays and stored', async () => {
    assert.equal((await itemOf(world, '2026-11-15'))?.state, 'stored');
    for (const { sk } of await readLedger(world.cloud))
      assert.equal(new Date(`${sk}T12:00:00Z`).getUTCDay(), 0);
  });

  it('wait when Apple says "no sales" too early to be final, and arrive later', async () => {
    assert.equal((await itemOf(world, '2026-11-22'))?.state, 'waiting');
    await world.passTo(MORNING + 25 * HOUR);
    await world.cloud.invoke('PlanReports');
    await world.cloud.drain();
    assert.equal((await itemOf(world, '2026-11-22'))?.state, 'stored');
  });

  it('are empty once "no sales" is old enough', async () => {
    assert.equal((await itemOf(world, '2026-10-04'))?.state, 'empty');
  });
});

describe('The planner through the real handler', () => {
  let world: World;
  before(async () => {
    world = await startWorld({ now: MORNING, settings: settingsFor(3) });
    for (let day = -5; day <= 20; day += 1) {
      world.simulator.reports.put({ ...dailySales(dayBefore(day)), tsv: salesTsv({ SKU: `sku-${day}` }) });
    }
    await world.cloud.invoke('PlanReports');
    await world.cloud.drain();
  });
  after(() => world.close());

  const asked = () => world.simulator.requests().length;

  it('queues on request exactly what was asked for, also beyond the backfill, and says what it left', async () => {
    const result = await world.cloud.invoke('PlanReports', {
      team: 'acme',
      from: dayBefore(5),
      to: dayBefore(0),
    });
    const series = `acme/${VENDOR}/SALES/SUMMARY/DAILY`;
    assert.deepEqual(result, {
      queued: 2,
      skipped: {
        'not due yet': [`${series} ${dayBefore(0)}`],
        'stored already': [1, 2, 3].map((day) => `${series} ${dayBefore(day)}`),
      },
    });
    await world.cloud.drain();
    assert.equal((await itemOf(world, dayBefore(5)))?.state, 'stored');
  });

  it('fetches settled ones again where that is asked for', async () => {
    const before = asked();
    const result = await world.cloud.invoke('PlanReports', {
      from: dayBefore(2),
      to: dayBefore(1),
      refetch: true,
    });
    assert.deepEqual(result, { queued: 2, skipped: {} });
    await world.cloud.drain();
    assert.equal(asked() - before, 2);
    assert.equal((await itemOf(world, dayBefore(1)))?.versions.length, 0);
  });

  it('refuses a request it cannot understand, with all its problems', async () => {
    await assert.rejects(
      world.cloud.invoke('PlanReports', { form: '2026-11-01', to: 'yesterday' }),
      (error: Error) => {
        for (const part of ['from', 'to: must be a day', 'form'])
          assert.ok(error.message.includes(part), error.message);
        return true;
      },
    );
    await assert.rejects(
      world.cloud.invoke('PlanReports', { team: 'nobody', from: dayBefore(2), to: dayBefore(1) }),
      /no series of nobody/,
    );
  });

  it('tells an overdue report once, and again only after it was settled in between', async () => {
    const overdue = () => world.cloud.events().filter((event) => event['detail-type'] === 'Report Overdue');
    const late = dayBefore(0);
    world.simulator.reports.late({ ...dailySales(late), availableAt: MORNING + 60 * HOUR });
    for (const hours of [24, 48, 54, 55, 56]) {
      await world.passTo(MORNING + hours * HOUR);
      await world.cloud.invoke('PlanReports');
      await world.cloud.drain();
    }
    assert.deepEqual(
      overdue().map(({ detail }) => [detail['reportDate'], detail['state']]),
      [[late, 'waiting']],
    );
    await world.passTo(MORNING + 61 * HOUR);
    await world.cloud.invoke('PlanReports');
    await world.cloud.drain();
    const item = await itemOf(world, late);
    assert.deepEqual([item?.state, item?.overdueToldAt, overdue().length], ['stored', undefined, 1]);
  });
});
