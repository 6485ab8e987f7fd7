import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { startWorld } from '../../local/world/world.ts';
import { request, SUBSCRIPTION, TEN } from '../end-to-end/prices/prices.ts';

// Each function as its deployed bundle, invoked again and again in one execution environment. `WARM_FUNCTIONS=PlanReports`
// plays one of them, `WARM_INVOCATIONS=1000` fewer.
const INVOCATIONS = Number(process.env['WARM_INVOCATIONS'] ?? 10_000);
const ONLY = process.env['WARM_FUNCTIONS']?.split(',');
/** What may be remembered on purpose, such as settings, keys and versions; 1 KB per invocation would be over it. */
const MOST_GROWTH_BYTES = 8 * 1024 * 1024;
const SAMPLES = 20;

const SETTINGS = {
  teams: [
    {
      name: 'acme',
      keys: { reports: 'app-store-connect/acme/reports', prices: 'app-store-connect/acme/prices' },
      vendors: [{ number: '85012345', reports: ['SALES/SUMMARY/DAILY'], backfillDays: 3 }],
      prices: {},
    },
  ],
};
const message = (index: number) => ({
  Records: [
    {
      messageId: String(index),
      body: JSON.stringify({
        team: 'acme',
        vendor: '85012345',
        report: 'SALES/SUMMARY/DAILY',
        reportDate: '2026-11-23',
        priority: 'today',
      }),
      attributes: { ApproximateReceiveCount: '1' },
    },
  ],
});

const FUNCTIONS: Record<string, (index: number) => unknown> = {
  PlanReports: () => ({}),
  FetchReport: message,
  DeclareColumns: () => ({}),
  FetchExchangeRates: () => ({}),
  MeasurePriceEffects: () => ({}),
  AcceptPriceChange: () => ({ sweep: true }),
  PlanPriceChange: (index) => request(`plan-${index}`, { dryRun: true }),
  ReconcilePrices: () => ({}),
  CheckKeys: () => ({}),
  StatusWidget: () => ({ widgetContext: { theme: 'light', params: {} } }),
};

describe('A function that stays warm', () => {
  for (const [functionId, payload] of Object.entries(FUNCTIONS)) {
    if (ONLY !== undefined && !ONLY.includes(functionId)) continue;
    it(`${functionId}: its heap is as large after ${INVOCATIONS} invocations as after a fifth of them`, async (test) => {
      const world = await startWorld({ now: TEN, settings: SETTINGS });
      world.simulator.prices.addSubscription({ team: 'acme', id: SUBSCRIPTION.id, prices: { USA: '49.99' } });
      try {
        /** The least that was seen after a collection: of many samples the smallest. */
        const least = async (from: number, to: number): Promise<number> => {
          const every = Math.max(1, Math.floor((to - from) / SAMPLES));
          let found = Number.POSITIVE_INFINITY;
          for (let index = from; index < to; index += 1) {
            await world.cloud.invoke(functionId, payload(index));
            if (index % every === 0) found = Math.min(found, await world.cloud.heapBytes(functionId));
          }
          return found;
        };
        const early = await least(0, INVOCATIONS / 5);
        await least(INVOCATIONS / 5, (INVOCATIONS * 4) / 5);
        const late = await least((INVOCATIONS * 4) / 5, INVOCATIONS);
        const grown = late - early;
        test.diagnostic(
          `${functionId}: ${(early / 2 ** 20).toFixed(1)} MB, then ${(late / 2 ** 20).toFixed(1)} MB`,
        );
        assert.ok(grown < MOST_GROWTH_BYTES, `${grown} bytes more`);
      } finally {
        await world.close();
      }
    });
  }
});
