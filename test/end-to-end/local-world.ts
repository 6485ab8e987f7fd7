import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { passDays, startLocalWorld } from '../../local/world/local-world.ts';
import type { World } from '../../local/world/world.ts';
import { type Operator, operatorOf } from '../cli/operator/operator.ts';
import { TEN } from './prices/prices.ts';

const MEASURES = ['sales', 'subscriptions', 'mrr', 'refunds', 'prices', 'reviews'];

/** @param days of reports that it begins with; the usual ones when absent */
export const healthyWorld = (days?: number): Promise<void> =>
  describe('The world of npm run local', () => {
    const isWhole = days === undefined;
    let world: World;
    let operator: Operator;
    before(async () => {
      world = await startLocalWorld({ now: TEN, ...(days !== undefined && { days }) });
      operator = operatorOf(world);
    });
    after(() => world.close());

    const seriesNow = async () => {
      const { out } = await operator.run(['status', '--json']);
      return JSON.parse(out).series as { report: string; days: { date: string; state: string }[] }[];
    };

    it('is healthy at first sight: no report without data, analytics too, nothing for a person', async () => {
      const { exit, out, err } = await operator.run(['status']);
      assert.equal(exit, 0, out + err);
      const series = await seriesNow();
      assert.deepEqual(
        [...new Set(series.map(({ report }) => report))],
        [
          'SALES/SUMMARY/DAILY',
          'SUBSCRIPTION/SUMMARY/DAILY',
          'SUBSCRIPTION_EVENT/SUMMARY/DAILY',
          'FINANCIAL/ZZ',
          'ANALYTICS/COMMERCE/App Downloads Standard/DAILY',
          'CUSTOMER_REVIEWS',
        ],
      );
      for (const { report, days } of series) {
        // Reviews have one look per day, the first of them today.
        if (report !== 'CUSTOMER_REVIEWS' && (isWhole || !report.startsWith('FINANCIAL/')))
          assert.ok(days.length > 1, report);
        // Apple has a fiscal month four weeks after its end.
        const usual = report.startsWith('FINANCIAL/') ? ['stored', 'waiting'] : ['stored', 'empty'];
        const open = days.filter(({ state }) => !usual.includes(state));
        assert.deepEqual(open, [], report);
      }
    });

    it('answers every measure of asc-jobs numbers', async () => {
      for (const measure of [...MEASURES, ...(isWhole ? ['churn', 'finance'] : [])]) {
        const { exit, out, err } = await operator.run(['numbers', measure]);
        assert.equal(exit, 0, err);
        assert.doesNotMatch(out, /Nothing is stored/, measure);
      }
    });

    it('stays healthy while days pass', async () => {
      await passDays(world, 2);
      const { exit, out, err } = await operator.run(['status']);
      assert.equal(exit, 0, out + err);
      const sales = (await seriesNow()).find(({ report }) => report === 'SALES/SUMMARY/DAILY');
      assert.deepEqual(sales?.days.at(-1), { ...sales?.days.at(-1), date: '2026-11-25', state: 'stored' });
    });
  });
