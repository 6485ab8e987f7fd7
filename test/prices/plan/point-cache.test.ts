import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AppStoreConnectError } from '../../../functions/app-store-connect/protocol/errors.ts';
import { DAY_MILLIS } from '../../../functions/platform/util/time.ts';
import { withPointCache } from '../../../functions/prices/plan/point-cache.ts';
import type { PriceList } from '../../../functions/prices/plan/price-list.ts';
import { resolveTargets } from '../../../functions/prices/plan/targets/targets.ts';
import { fakePriceList, stateOf } from '../fake-price-list.ts';
import { point } from '../memory.ts';
import { requestOf } from '../request/requests.ts';

/** 174 territories of an app: AAA, AAB, … */
const TERRITORIES = Array.from(
  { length: 174 },
  (_, index) =>
    `A${String.fromCharCode(65 + Math.floor(index / 26))}${String.fromCharCode(65 + (index % 26))}`,
);
const PRICES = ['0.99', '1.99', '2.99'];

/** Apple, of which so many reads of points fit into one invocation. */
function apple(readsLeft = Infinity) {
  const at = { reads: 0, readsLeft, underWay: 0, most: 0, prices: PRICES, currency: 'USD' };
  const state = () => ({
    ...stateOf({}),
    territories: new Map(
      TERRITORIES.map((name) => [
        name,
        { currency: at.currency, present: point(name, '9.99'), scheduled: [], automatic: true },
      ]),
    ),
  });
  const list: PriceList = {
    ...fakePriceList(stateOf({}), 'app'),
    read: async () => state(),
    pricePoints: async (territories) => {
      at.underWay += 1;
      at.most = Math.max(at.most, at.underWay);
      await new Promise((resolve) => setImmediate(resolve));
      at.underWay -= 1;
      if (at.reads >= at.readsLeft)
        throw new AppStoreConnectError({ code: 'DEADLINE', message: 'time is up' });
      at.reads += 1;
      return territories.flatMap((name) => at.prices.map((price) => point(name, price)));
    },
    equalizations: async () => [],
  };
  return { at, list };
}

function cache() {
  const objects = new Map<string, string>();
  const clock = { at: Date.parse('2026-11-24T18:00:00Z'), now: (): number => clock.at };
  const store = {
    read: async (name: string) => objects.get(name),
    write: async (name: string, content: string) => void objects.set(name, content),
  };
  return { objects, clock, store, reading: { territories: 1, concurrency: 8 } };
}

const wanted = (price = '1.99') =>
  requestOf({
    product: { kind: 'app', id: '1' },
    prices: Object.fromEntries(TERRITORIES.map((name) => [name, price])),
  });

async function found(list: PriceList, price?: string) {
  const { points, problems } = await resolveTargets(list, await list.read(), wanted(price));
  return [points.size, problems.length];
}

describe('Price points of an app in 174 territories', () => {
  it('are read eight at a time', async () => {
    const { at, list } = apple();
    assert.deepEqual(await found(withPointCache(list, cache())), [174, 0]);
    assert.deepEqual([at.reads, at.most], [174, 8]);
  });

  it('are not read again for the next plan', async () => {
    const { at, list } = apple();
    const kept = cache();
    await found(withPointCache(list, kept));
    at.reads = 0;
    assert.deepEqual(await found(withPointCache(list, kept), '2.99'), [174, 0]);
    assert.equal(at.reads, 0);
  });

  it('are kept when a plan is cut off, and the next one goes on where it stopped', async () => {
    const { at, list } = apple(100);
    const kept = cache();
    await assert.rejects(found(withPointCache(list, kept)), { code: 'DEADLINE' });
    at.readsLeft = Infinity;
    at.reads = 0;
    assert.deepEqual(await found(withPointCache(list, kept)), [174, 0]);
    assert.equal(at.reads, 74);
  });

  it('are read again after a week, in another currency, and where a price is not among them', async () => {
    const { at, list } = apple();
    const kept = cache();
    await found(withPointCache(list, kept));
    const changes = [
      () => Object.assign(kept.clock, { at: kept.clock.at + 8 * DAY_MILLIS }),
      () => Object.assign(at, { currency: 'EUR' }),
      () => Object.assign(at, { prices: [...PRICES, '4.99'] }),
    ];
    for (const change of changes) {
      change();
      at.reads = 0;
      assert.deepEqual(await found(withPointCache(list, kept), at.prices.at(-1)), [174, 0]);
      assert.equal(at.reads, 174);
    }
  });

  it('are read again once Apple does not know one of them any more', async () => {
    const { at, list } = apple();
    const kept = cache();
    const equalizations = async () => {
      throw new AppStoreConnectError({ code: 'NOT_FOUND', message: 'no such point' });
    };
    const equalized = requestOf({
      product: { kind: 'app', id: '1' },
      prices: undefined,
      equalizeFrom: { territory: 'AAB', price: '1.99' },
    });
    await found(withPointCache(list, kept));
    const withdrawn = withPointCache({ ...list, equalizations }, kept);
    const plan = withdrawn.read().then((state) => resolveTargets(withdrawn, state, equalized));
    await assert.rejects(plan, { code: 'UNEXPECTED_ANSWER' });
    at.reads = 0;
    await found(withPointCache(list, kept));
    assert.equal(at.reads, 1, 'the territory of that point');
    await withPointCache(list, kept).forgetPricePoints?.(['AAC', 'AAD']);
    at.reads = 0;
    await found(withPointCache(list, kept));
    assert.equal(at.reads, 2);
  });

  it('that cannot be read back are read from Apple', async () => {
    const { at, list } = apple();
    const kept = cache();
    for (const name of TERRITORIES) kept.objects.set(`${name}.json`, '{"readAt":');
    assert.deepEqual(await found(withPointCache(list, kept)), [174, 0]);
    assert.equal(at.reads, 174);
  });
});
