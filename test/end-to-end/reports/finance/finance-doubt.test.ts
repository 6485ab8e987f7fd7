import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readLedger } from '../../../../local/demo/ledger-view.ts';
import { financeReport } from '../../../../local/simulator/reports/report-store.ts';
import { sampleFinancial } from '../../../../local/simulator/samples/sample-finance.ts';
import { startWorld, type World } from '../../../../local/world/world.ts';
import { itMore } from '../../../groups/extent.ts';
import { dailySales, HOUR, salesTsv, VENDOR } from '../sales.ts';

const DAY = 24 * HOUR;
/** Fiscal October of 2027: 27 September to 31 October 2026. "No sales" of it is final at noon of 12 December. */
const OCTOBER = '2027-01';
const FINAL = Date.parse('2026-12-12T17:07:00Z');
const DAILY = 'SALES/SUMMARY/DAILY';

const settingsOf = (reports: string[]) => ({
  teams: [
    {
      name: 'acme',
      keys: { reports: 'app-store-connect/acme/reports' },
      vendors: [{ number: VENDOR, reports: [DAILY, ...reports], backfillDays: 52 }],
    },
  ],
});

/** A world in which these days have sales; the planner has run once, before the month's "no sales" is final. */
async function worldWith(
  reports: string[],
  days: Record<string, string>,
  [from, to] = ['2026-10-11', '2026-10-14'],
): Promise<World> {
  const world = await startWorld({ now: FINAL - 8 * DAY, settings: settingsOf(reports) });
  for (const [day, proceeds] of Object.entries(days))
    world.simulator.reports.put({ ...dailySales(day), tsv: salesTsv({ 'Developer Proceeds': proceeds }) });
  await world.cloud.invoke('PlanReports', { report: DAILY, from, to });
  await world.cloud.drain();
  return world;
}
async function planAt(world: World, now: number): Promise<void> {
  await world.passTo(now);
  await world.cloud.invoke('PlanReports');
  await world.cloud.drain();
}
const monthOf = async ({ cloud }: World, report: string) =>
  (await readLedger(cloud)).find(({ pk, sk }) => pk.endsWith(report) && sk === OCTOBER);
const contradictions = (world: World, report: string) =>
  world.cloud
    .metrics()
    .filter(({ name, dimensions }) => name === 'ContradictoryAnswer' && dimensions['report'] === report)
    .length;

describe('A finance month without sales, of which days with proceeds are stored', () => {
  let world: World;
  before(async () => {
    world = await worldWith(['FINANCIAL/ZZ', 'FINANCIAL/JP'], { '2026-10-12': '.70', '2026-10-13': '1.40' });
    await planAt(world, FINAL);
  });
  after(() => world.close());

  it('is not believed at first: it waits, names a day, and is counted', async () => {
    const month = await monthOf(world, 'FINANCIAL/ZZ');
    assert.equal(month?.state, 'waiting');
    assert.match(
      month?.lastAnswer ?? '',
      /is not believed: 2 stored days of that fiscal month \(2026-09-27 to 2026-10-31\) have sales with proceeds, such as 2026-10-12/,
    );
    assert.ok(contradictions(world, 'FINANCIAL/ZZ') > 0);
  });

  it('of one region is believed, as the sales of a region are not known', async () => {
    assert.equal((await monthOf(world, 'FINANCIAL/JP'))?.state, 'empty');
    assert.equal(contradictions(world, 'FINANCIAL/JP'), 0);
  });

  it('is empty after a week of doubt, which the event says', async () => {
    await planAt(world, FINAL + 7 * DAY);
    const month = await monthOf(world, 'FINANCIAL/ZZ');
    assert.equal(month?.state, 'empty');
    assert.match(month?.lastAnswer ?? '', /Believed, though 2 stored days.*it has stayed so for 7 days/);
    const told = world.cloud
      .events()
      .find((event) => event['detail-type'] === 'Report Empty' && event.detail['report'] === 'FINANCIAL/ZZ');
    assert.match(String(told?.detail['doubt']), /have sales with proceeds/);
  });
});

describe('A finance month without sales is empty at once', () => {
  const days: [why: string, days: Record<string, string>][] = [
    ['where the stored days have downloads of free apps only', { '2026-10-12': '0', '2026-10-13': '.00' }],
    ['where only its last days have proceeds, which the next month may hold', { '2026-10-30': '.70' }],
  ];
  for (const [index, [why, sales]] of days.entries())
    (index === 0 ? it : itMore)(why, async () => {
      const world = await worldWith(['FINANCIAL/ZZ'], sales, ['2026-10-11', '2026-10-31']);
      try {
        await planAt(world, FINAL);
        assert.equal((await monthOf(world, 'FINANCIAL/ZZ'))?.state, 'empty');
      } finally {
        await world.close();
      }
    });
});

describe('A month of FINANCE_DETAIL without sales', () => {
  itMore('is doubted where FINANCIAL/ZZ of that month is stored', async () => {
    const world = await worldWith(['FINANCIAL/ZZ', 'FINANCE_DETAIL/Z1'], {});
    try {
      world.simulator.reports.put({
        ...financeReport({ vendor: VENDOR, reportType: 'FINANCIAL', region: 'ZZ', reportDate: OCTOBER }),
        tsv: sampleFinancial({ vendor: VENDOR, month: OCTOBER, seed: 1 }),
        availableAt: FINAL - 9 * DAY,
      });
      await planAt(world, FINAL - DAY);
      assert.equal((await monthOf(world, 'FINANCIAL/ZZ'))?.state, 'stored');
      await planAt(world, FINAL);
      const month = await monthOf(world, 'FINANCE_DETAIL/Z1');
      assert.equal(month?.state, 'waiting');
      assert.match(month?.lastAnswer ?? '', /FINANCIAL\/ZZ of that month is stored and has \d+ rows/);
    } finally {
      await world.close();
    }
  });
});
