import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { financeReport } from '../../local/simulator/reports/report-store.ts';
import { sampleFinancial } from '../../local/simulator/samples/sample-finance.ts';
import { sampleSales } from '../../local/simulator/samples/sample-sales.ts';
import { type Exchange, watchExchanges } from '../../local/simulator/server/exchanges.ts';
import { startWorld, type World } from '../../local/world/world.ts';
import { change } from '../end-to-end/prices/price-teams.ts';
import { APP, downloads, instance, planTwice, SERIES } from '../end-to-end/reports/analytics.ts';
import { dailySales, dayBefore, HOUR, MORNING, VENDOR } from '../end-to-end/reports/sales.ts';
import { createContract } from './contract.ts';
import { KNOWN_GAPS, unexplained } from './known-gaps.ts';
import { appleOpenApi } from './openapi.ts';

const team = (name: string, more: Record<string, unknown>) => ({
  name,
  keys: { reports: `app-store-connect/${name}/reports`, prices: `app-store-connect/${name}/prices` },
  ...more,
});
const SETTINGS = {
  teams: [
    team('acme', {
      vendors: [{ number: VENDOR, reports: ['SALES/SUMMARY/DAILY', 'FINANCIAL/ZZ'], backfillDays: 26 }],
      apps: [{ id: APP, analytics: [SERIES] }],
      prices: { maxIncreasePercent: 50 },
    }),
    team('bulk', { prices: { subscriptionWrites: 'bulk' } }),
  ],
};
const BOTH = { USA: '49.99', FRA: '49.99' };
const api = appleOpenApi();

describe('What is sent to Apple, and what the simulator answers, is in Apple’s contract', () => {
  const seen: Exchange[] = [];
  let world: World;
  let stop: () => void;
  before(async () => {
    stop = watchExchanges((exchange) => seen.push(exchange));
    world = await startWorld({ now: MORNING, settings: SETTINGS, reportsRole: 'ADMIN' });
    world.simulator.behaviour.subscriptionBulkWrite = 'accepted';
  });
  after(async () => {
    stop();
    await world.close();
  });

  const asked = (method: string, path: RegExp) =>
    seen.filter((one) => one.method === method && path.test(one.path)).map(({ answer }) => answer.status);
  const applied = async (idempotencyKey: string, json: Record<string, unknown>) => {
    const { state, problems } = await change(world, { idempotencyKey, ...json });
    assert.equal(state, 'applied', JSON.stringify(problems));
  };

  it('in reports, finance reports and analytics', async () => {
    const { reports, analytics } = world.simulator;
    reports.put({ ...dailySales(dayBefore(1)), tsv: sampleSales({ vendor: VENDOR, day: dayBefore(1) }) });
    reports.noSales(dailySales(dayBefore(2)));
    const month = { vendor: VENDOR, reportType: 'FINANCIAL', region: 'ZZ', reportDate: '2027-01' } as const;
    const tsv = sampleFinancial({ vendor: VENDOR, month: '2027-01' });
    reports.put({ ...financeReport(month), tsv, availableAt: MORNING - HOUR });
    analytics.put(instance('2026-11-25', [downloads({ USA: 3, FRA: 2 })]));
    await planTwice(world);
    await world.passTo(MORNING + 37 * HOUR);
    await planTwice(world);
    assert.deepEqual([...new Set(asked('GET', /salesReports/))].toSorted(), [200, 404]);
    assert.ok(asked('GET', /financeReports/).includes(200));
    assert.deepEqual(asked('POST', /analyticsReportRequests/), [201]);
    assert.ok(asked('GET', /\/segments$/).includes(200));
  });

  it('in the check of keys', async () => {
    const before = seen.length;
    await world.cloud.invoke('CheckKeys');
    assert.ok(seen.length > before);
  });

  it('in prices of a subscription: the first ones, changes of both plans, one taken away', async () => {
    const { prices } = world.simulator;
    prices.addSubscription({ team: 'acme', id: '101' });
    const product = (id: string, plan?: string) => ({ kind: 'subscription', id, ...(plan && { plan }) });
    await applied('first', {
      product: product('101'),
      equalizeFrom: { territory: 'USA', price: '49.99' },
    });
    assert.deepEqual(asked('PATCH', /subscriptions\/101$/), [200]);
    prices.addSubscription({
      team: 'acme',
      id: '102',
      prices: BOTH,
      monthlyPrices: { USA: '5.99', FRA: '5.99' },
    });
    await applied('up', { product: product('102'), prices: { USA: '54.99' }, preserveCurrentPrice: true });
    await applied('monthly', { product: product('102', 'MONTHLY'), prices: { FRA: '4.99' } });
    await applied('back', { product: product('102'), prices: { USA: '49.99' } });
    assert.deepEqual(asked('POST', /subscriptionPrices$/), [201, 201]);
    assert.deepEqual(asked('DELETE', /subscriptionPrices\/[^/]+$/), [204]);
  });

  it('in prices of a subscription in bulk, over more than one page', async () => {
    world.simulator.prices.addSubscription({
      team: 'bulk',
      id: '301',
      prices: { USA: '49.99' },
      territories: 'all',
    });
    const json = { team: 'bulk', product: { kind: 'subscription', id: '301' }, preserveCurrentPrice: true };
    await applied('bulk', { ...json, equalizeFrom: { territory: 'USA', price: '54.99' } });
    assert.deepEqual(asked('PATCH', /subscriptions\/301$/), [200]);
  });

  for (const kind of ['inAppPurchase', 'app'] as const) {
    it(`in prices of an ${kind}: the present one, a later one, and equal prices`, async () => {
      const id = kind === 'app' ? '401' : '402';
      const add = kind === 'app' ? 'addApp' : 'addInAppPurchase';
      world.simulator.prices[add]({ team: 'acme', id, prices: { USA: '9.99', GBR: '7.99' } });
      const product = { kind, id };
      await applied(`${kind}-now`, { product, prices: { GBR: '8.99' } });
      await applied(`${kind}-later`, { product, prices: { USA: '10.99' }, startDate: '2026-12-24' });
      await applied(`${kind}-equal`, {
        product,
        equalizeFrom: { territory: 'USA', price: '11.99', except: ['GBR'] },
      });
      const path = kind === 'app' ? /appPriceSchedules$/ : /inAppPurchasePriceSchedules$/;
      assert.deepEqual(asked('POST', path), [201, 201, 201]);
      assert.ok(asked('GET', new RegExp(`${kind}PricePoints/[^/]+/equalizations$`)).includes(200));
    });
  }

  it('but for the known gaps of the contract, each of which is met', (context) => {
    const { requestProblems, answerProblems } = createContract(api);
    const problems = new Set(seen.flatMap((one) => [...requestProblems(one), ...answerProblems(one)]));
    assert.deepEqual(unexplained([...problems]), []);
    const unused = KNOWN_GAPS.filter(({ metBy }) => metBy === undefined).filter(
      (gap) => ![...problems].some((problem) => gap.problem.test(problem)),
    );
    assert.deepEqual(
      unused.map(({ reason }) => reason),
      [],
      'no longer gaps: take them off test/apple-contract/known-gaps.ts',
    );
    context.diagnostic(`${seen.length} requests, ${KNOWN_GAPS.length} known gaps`);
  });
});
