import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { keyFor, simulatedAccess, TEAM } from '../../../bench/scale/simulated-access.ts';
import { createVirtualTime } from '../../../bench/scale/virtual-time.ts';
import { createRequestQuota } from '../../../functions/app-store-connect/rate-limit/request-quota.ts';
import { parseSettings } from '../../../functions/platform/config/settings.ts';
import { createPriceLists, priceRules } from '../../../functions/prices/apple/price-lists.ts';
import { planDryRun, withinPatience } from '../../../functions/prices/apply/dry-run.ts';
import { withPointCache } from '../../../functions/prices/plan/point-cache.ts';
import { startTables } from '../../../local/aws/services/tables.ts';
import { type Simulator, startSimulator } from '../../../local/simulator/index.ts';
import { territories } from '../../../local/simulator/prices/territories.ts';
import { memoryAudit } from '../memory.ts';
import { requestOf } from '../request/requests.ts';

const MINUTE = 60_000;
const START = Date.parse('2026-11-24T18:00:00Z');
const APP = { kind: 'app', id: '900' } as const;
/** What a request takes, and how many Apple takes per minute. */
const REQUEST_MILLIS = 300;
const MINUTE_LIMIT = 250;
/** Pages of a territory's price points, and territories that are read at a time: those may be cut off. */
const PAGES = 4;
const CONCURRENCY = 8;
/** As deployed: how long a caller waits for a plan, and how long a function may run. */
const PATIENCE_MILLIS = 25_000;
const INVOCATION_MILLIS = 5 * MINUTE;

describe('An app with prices of its own in 174 territories, at the pace that Apple allows', () => {
  const time = createVirtualTime(START);
  const { clock, sleep } = time;
  let simulator: Simulator;
  let tables: Awaited<ReturnType<typeof startTables>>;
  before(async () => {
    tables = await startTables([{ name: 'RateBudget' }]);
    time.duringCallsOf(tables.documents);
    simulator = await startSimulator({ clock, hourlyLimit: 3500, minuteLimit: MINUTE_LIMIT });
    simulator.prices.addApp({ team: TEAM, id: APP.id, prices: { USA: '9.99' } });
  });
  after(async () => {
    await simulator.close();
    tables.close();
  });

  it('is planned to its end within five minutes, resumed where it stopped; the next plan takes at most 20 reads', async (context) => {
    const keys = await keyFor(simulator, { role: 'APP_MANAGER' });
    const quota = createRequestQuota({ documents: tables.documents, table: 'RateBudget', clock });
    const prices = { maxIncreasePercent: 1000, maxDecreasePercent: 100 };
    const settings = parseSettings({ teams: [{ name: TEAM, keys: { reports: 'r', prices: 'p' }, prices }] });
    const kept = new Map<string, string>();
    const store = {
      read: async (name: string) => kept.get(name),
      write: async (name: string, content: string) => void kept.set(name, content),
    };
    const access = simulatedAccess(time, simulator, { keys, quota, requestMillis: REQUEST_MILLIS });
    let mark: number | undefined;
    /** One invocation that plans. */
    const invoke = (request: ReturnType<typeof requestOf>, patience?: number) => {
      const ends = clock.now() + INVOCATION_MILLIS;
      const remainingMillis = withinPatience(() => ends - clock.now(), patience);
      const open = createPriceLists({ ...access, settings }, remainingMillis);
      return planDryRun(
        {
          audit: memoryAudit(new Map()),
          clock,
          rules: (team) => priceRules(settings, team),
          remainingMillis,
          priceList: (team, product) =>
            withPointCache(open(team, product), {
              store,
              clock,
              reading: { territories: 1, concurrency: CONCURRENCY },
            }),
          planning: {
            until: async () => mark,
            set: async (_team, _product, until) => {
              mark = until;
            },
          },
        },
        request,
        patience === undefined,
      );
    };
    const plan = async (idempotencyKey: string) => {
      const began = clock.now();
      simulator.clearRequests();
      const factors = Object.fromEntries(
        territories.filter(({ id }) => id !== 'USA').map(({ id }, index) => [id, 0.8 + (index % 5) / 20]),
      );
      const index = { territory: 'USA', price: '9.99', factors };
      const request = requestOf({ idempotencyKey, team: TEAM, product: APP, prices: undefined, index });
      let asks = 1;
      let outcome = await invoke(request, PATIENCE_MILLIS);
      while (outcome.kind === 'retry' && clock.now() - began < 10 * MINUTE) {
        // The front door starts a worker that nobody waits for; the caller asks again after a while.
        const again = clock.now() + outcome.afterMillis;
        if (outcome.needsWorker) await invoke(request);
        await sleep(Math.max(0, again - clock.now()));
        asks += 1;
        outcome = await invoke(request, PATIENCE_MILLIS);
      }
      assert.equal(outcome.kind, 'ok', JSON.stringify(outcome));
      const seen = simulator.requests();
      const refused = seen.filter(({ status }) => status === 429).length;
      const pages = seen.filter(({ path }) => path.includes('PricePoints') || path.includes('pricePoints'));
      return { asks, millis: clock.now() - began, reads: seen.length, refused, pages };
    };
    const plans: Awaited<ReturnType<typeof plan>>[] = [];
    await time.run([
      async () => {
        plans.push(await plan('first'));
        await sleep(10 * MINUTE);
        plans.push(await plan('second'));
      },
    ]);
    const [first, second] = plans;
    assert.ok(first !== undefined && second !== undefined);
    assert.ok(first.asks >= 2, 'it takes longer than its caller waits, and goes on');
    assert.ok(first.reads >= 174 * PAGES, `${first.reads} reads: 800 price points per territory, 200 a page`);
    assert.ok(first.millis <= 5 * MINUTE, `${first.millis / MINUTE} minutes`);
    assert.equal(first.refused, 0);
    const pages = first.pages.map(({ path, query }) => `${path} ${JSON.stringify(query)}`);
    const again = pages.length - new Set(pages).size;
    const underWay = CONCURRENCY * PAGES;
    assert.ok(
      again <= underWay * (first.asks - 1),
      `${again} pages were read before an interruption already`,
    );
    assert.deepEqual([second.asks, second.refused], [1, 0]);
    assert.ok(second.reads <= 20, `${second.reads} reads`);
    const minutes = (first.millis / MINUTE).toFixed(1);
    context.diagnostic(
      `${first.reads} reads in ${minutes} minutes, ${first.asks} asks; then ${second.reads}`,
    );
  });
});
