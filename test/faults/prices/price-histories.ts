import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { fixedKey } from '../../../functions/app-store-connect/auth/fixed-key.ts';
import { parseKeySecret } from '../../../functions/app-store-connect/auth/key-secret.ts';
import { createSchedulePriceList } from '../../../functions/prices/apple/schedule-price-list.ts';
import { createSubscriptionPriceList } from '../../../functions/prices/apple/subscription-price-list.ts';
import { applyChange } from '../../../functions/prices/apply/apply-change.ts';
import type { ApplyDependencies } from '../../../functions/prices/apply/context/apply-dependencies.ts';
import { canonicalDecimal } from '../../../functions/prices/request/decimal.ts';
import type { Product } from '../../../functions/prices/request/product.ts';
import { type ChangeRecord, isOver } from '../../../functions/prices/store/change-record.ts';
import { createSimulatedClock } from '../../../local/clock/clock.ts';
import { type FaultEffect, type Simulator, startSimulator } from '../../../local/simulator/index.ts';
import { makeKey, secretOf } from '../../../local/world/world.ts';
import { clientFor } from '../../app-store-connect/apple.ts';
import { createChance } from '../../engine/chance.ts';
import type { History } from '../../engine/history.ts';
import { acceptedChange, emptyLedger, memoryAudit, memoryLedger } from '../../prices/memory.ts';
import { OPEN_RULES } from '../../prices/request/requests.ts';
import { type Mortal, mortalList, mortalStores } from './mortal.ts';

// Histories by chance against the simulator, over HTTP, with real tokens: the worker and its client as they are, the
// stores in memory. A worker that dies simply never goes on after one of its calls.

const START = Date.parse('2026-11-24T18:00:00Z');
const LEASE_MILLIS = 6 * 60_000 + 1_000;
const TERRITORIES = ['USA', 'FRA', 'JPN'];
const PRICES: Record<string, readonly string[]> = {
  USA: ['4.99', '7.99', '9.99', '12.99'],
  FRA: ['4.99', '7.99', '9.99', '12.99'],
  JPN: ['700', '1000', '1500', '2000'],
};
const FIRST_PRICES = { USA: '9.99', FRA: '9.99', JPN: '1500' };
const PRODUCTS: readonly Product[] = [
  { kind: 'subscription', id: '1' },
  { kind: 'inAppPurchase', id: '2' },
];
/** What happens to a write; most are well. */
const FAULTS: readonly FaultEffect[] = [
  { kind: 'dropBefore' },
  { kind: 'dropAfter' },
  { kind: 'status', status: 500, code: 'UNEXPECTED_ERROR' },
  { kind: 'statusAfter', status: 503, code: 'SERVICE_UNAVAILABLE' },
  { kind: 'rateLimited' },
  { kind: 'delayedEffect', millis: 3_000, answer: 'lost' },
  { kind: 'delayedEffect', millis: 20_000, answer: 'status500' },
];

const BULK = ['first-prices-only', 'accepted', 'accepted-and-replaces'] as const;

/** Histories of prices; how Apple takes writes in bulk goes by turns. Their steps cannot be left out. */
export const history: History<never> = {
  play: async (seed) => {
    const found = await playHistory(seed, BULK[seed % BULK.length] ?? 'accepted');
    return { broken: found.length === 0 ? undefined : found.join('\n'), steps: [], happened: {} };
  },
  describe: () => '',
};

/** @returns what did not hold; empty when all did */
async function playHistory(seed: number, bulk: (typeof BULK)[number]): Promise<string[]> {
  const random = createChance(seed).next;
  const pick = pickOf(random);
  const clock = createSimulatedClock(START, () => 0);
  const simulator = await startSimulator({ clock, hourlyLimit: 100_000 });
  try {
    simulator.behaviour.subscriptionBulkWrite = bulk;
    const issuerId = randomUUID();
    simulator.addTeam({ name: 'acme', issuerId, vendors: [] });
    const key = makeKey(simulator, { team: 'acme', issuerId, keyId: 'HISTORY001', role: 'APP_MANAGER' });
    const stored = {
      key: await parseKeySecret('s', secretOf(key, START)),
      versionId: '1',
      versionCreatedAt: START,
    };
    simulator.prices.addSubscription({ team: 'acme', id: '1', prices: FIRST_PRICES });
    simulator.prices.addInAppPurchase({ team: 'acme', id: '2', baseTerritory: 'USA', prices: FIRST_PRICES });

    const data = emptyLedger();
    const objects = new Map<string, string>();
    const told: string[] = [];
    const sentUnannounced = new Set<string>();
    /** Holds what a write did against the audit as it was before the write went out. */
    const announcedBefore =
      <Args extends unknown[], T>(product: Product, send: (...args: Args) => Promise<T>) =>
      async (...args: Args): Promise<T> => {
        const before = new Map(objects);
        try {
          return await send(...args);
        } finally {
          for (const found of unannounced(simulator, product, before)) sentUnannounced.add(found);
        }
      };
    /** @param onDeath called once nothing of the worker moves any more */
    const depsOf = (diesAfter: number, onDeath: () => void): ApplyDependencies => {
      let [calls, underWay] = [0, 0];
      /** Stands for a call of a worker that may die at it: then the call happens, and nothing after it. */
      const mortal: Mortal = <Args extends unknown[], T>(run: (...args: Args) => Promise<T>) => {
        return async (...args: Args): Promise<T> => {
          if (calls > diesAfter) return new Promise<T>(() => {});
          calls += 1;
          underWay += 1;
          try {
            const result = await run(...args);
            return calls > diesAfter ? new Promise<T>(() => {}) : result;
          } finally {
            underWay -= 1;
            if (calls > diesAfter && underWay === 0) onDeath();
          }
        };
      };
      const ledger = memoryLedger(data, clock);
      const audit = memoryAudit(objects);
      return {
        ...mortalStores({ ledger, audit }, mortal),
        priceList: (_, product) => {
          const client = clientFor(fixedKey(stored), {
            baseUrl: simulator.origin,
            priority: 'price',
            clock,
            sleep: async (millis) => clock.advance(millis),
            random,
          });
          const priceList =
            product.kind === 'subscription'
              ? createSubscriptionPriceList(client, clock, {
                  id: product.id,
                  plan: 'UPFRONT',
                  writes: bulk === 'first-prices-only' ? 'auto' : 'bulk',
                })
              : createSchedulePriceList(client, clock, { kind: product.kind, id: product.id });
          const dying = mortalList(priceList, mortal);
          return { ...dying, send: announcedBefore(product, dying.send) };
        },
        rules: () => OPEN_RULES,
        clock,
        sleep: async (millis) => clock.advance(millis),
        remainingMillis: () => 300_000,
        sendEvents: mortal(async (events) => {
          for (const { detail } of events) told.push(String(detail['changeId']));
        }),
        log: { info: () => {}, warn: () => {}, error: () => {} },
        metric: () => {},
      };
    };
    /** A worker's run, to its end or to its death. */
    const work = async (changeId: string, diesAfter: number): Promise<void> => {
      const death = Promise.withResolvers<void>();
      await Promise.race([applyChange(depsOf(diesAfter, death.resolve), 'acme', changeId), death.promise]);
    };

    const changes: string[] = [];
    const rounds = 3 + Math.floor(random() * 4);
    for (let round = 0; round < rounds; round += 1) {
      const product = pick(PRODUCTS);
      const seq =
        1 + Object.values(data.changes).filter(({ request }) => request.product.kind === product.kind).length;
      const changeId = `${product.kind}-${seq}`;
      data.changes[`acme#${changeId}`] = acceptedChange(
        requestOf(product, changeId, random),
        seq,
        clock.now(),
      );
      changes.push(changeId);
      addFaults(simulator, random);
      const deliveries = 1 + Math.floor(random() * 3);
      for (let delivery = 0; delivery < deliveries; delivery += 1) {
        // Now and then it is an older change's message, delivered once more.
        const dies = random() < 0.4 ? Math.floor(random() * 25) : Number.POSITIVE_INFINITY;
        await work(random() < 0.75 ? changeId : pick(changes), dies);
        if (random() < 0.5) clock.advance(Math.floor(random() * LEASE_MILLIS * 1.5));
      }
    }
    simulator.faults.clear();
    for (let round = 0; round < 40; round += 1) {
      const open = Object.values(data.changes).find((record) => !isOver(record) || record.owed.length > 0);
      if (open === undefined) break;
      clock.advance(LEASE_MILLIS);
      await work(open.changeId, Number.POSITIVE_INFINITY);
    }
    const atEnd = PRODUCTS.flatMap((product) => violations(simulator, product, data, objects, told));
    return [...new Set([...sentUnannounced, ...atEnd])];
  } finally {
    await simulator.close();
  }
}

const pickOf =
  (random: () => number) =>
  <T>(all: readonly T[]): T => {
    const one = all[Math.floor(random() * all.length)];
    if (one === undefined) throw new RangeError('nothing to pick from');
    return one;
  };

/** Other prices in one to three territories. */
function requestOf(product: Product, idempotencyKey: string, random: () => number) {
  const pick = pickOf(random);
  const some = TERRITORIES.filter(() => random() < 0.7);
  const territories = some.length === 0 ? ['USA'] : some;
  return {
    idempotencyKey,
    team: 'acme',
    product,
    prices: Object.fromEntries(territories.map((name) => [name, pick(PRICES[name] ?? [])])),
    ...(product.kind === 'subscription' && { preserveCurrentPrice: random() < 0.5 }),
    requestedBy: 'chance',
  };
}

/** None, one or some faults for the writes to come. */
function addFaults(simulator: Simulator, random: () => number): void {
  const pick = pickOf(random);
  while (random() < 0.6) {
    const method = pick(['POST', 'PATCH']);
    simulator.faults.add({ match: { method, nth: 1 + Math.floor(random() * 2) }, effect: pick(FAULTS) });
  }
}

/** What must hold at the end of every history. */
function violations(
  simulator: Simulator,
  product: Product,
  data: ReturnType<typeof emptyLedger>,
  objects: ReadonlyMap<string, string>,
  told: readonly string[],
): string[] {
  const records = Object.values(data.changes)
    .filter(({ request }) => request.product.kind === product.kind)
    .toSorted((a, b) => a.seq - b.seq);
  const ended = records.flatMap((record) => [
    ...(isOver(record) ? [] : [`${record.changeId} is ${record.state} for ever`]),
    ...(told.includes(record.changeId) ? [] : [`nobody was told of ${record.changeId}`]),
    ...(record.state === 'unsettled' ? [`${record.changeId}: ${JSON.stringify(record.problems)}`] : []),
  ]);
  return [...ended, ...wrongPrices(simulator, product, records), ...unannounced(simulator, product, objects)];
}

/** Each territory costs what the last applied change says; what a failed change may have left is its own word. */
function wrongPrices(simulator: Simulator, product: Product, records: readonly ChangeRecord[]): string[] {
  const shown = simulator.prices.effective(product.kind, product.id, '2027-06-01');
  const applied = records.filter(({ state }) => state === 'applied');
  const expected = new Map(Object.entries(FIRST_PRICES));
  for (const { request } of applied) {
    for (const [territory, price] of Object.entries(request.prices ?? {})) expected.set(territory, price);
  }
  const failed = records.filter(({ state }) => state === 'failed');
  const unsure = new Set(failed.flatMap(({ request }) => Object.keys(request.prices ?? {})));
  return [...expected]
    .filter(([territory, price]) => !unsure.has(territory) && shown.get(territory) !== price)
    .map(([territory, price]) => `${product.kind} ${territory}: ${shown.get(territory)} instead of ${price}`);
}

/** The audit tells the same story as Apple's history: every price that took effect was announced before. */
function unannounced(simulator: Simulator, product: Product, objects: ReadonlyMap<string, string>): string[] {
  const announced = new Set([...objects.values()].flatMap((text) => pricesIn(JSON.parse(text))));
  return simulator.prices
    .history(product.kind, product.id)
    .flatMap(({ changes }) => changes)
    .flatMap(({ territory, after }) =>
      after !== null && TERRITORIES.includes(territory) ? [`${territory} ${canonicalDecimal(after)}`] : [],
    )
    .filter((price) => !announced.has(price))
    .map((price) => `no audit object announces ${price}`);
}

const timelines = z.record(z.string(), z.array(z.object({ price: z.string() })));
/** What is sent alone says `after` itself; of a wave each step says it. */
const announcement = z.object({
  after: timelines.default({}),
  steps: z.record(z.string(), z.object({ after: timelines })).default({}),
});

/** The prices that an audit object announces, as `USA 9.99`. */
function pricesIn(json: unknown): string[] {
  const { after = {}, steps = {} } = announcement.safeParse(json).data ?? {};
  return [after, ...Object.values(steps).map((step) => step.after)]
    .flatMap((prices) => Object.entries(prices))
    .flatMap(([territory, timeline]) =>
      timeline.map(({ price }) => `${territory} ${canonicalDecimal(price)}`),
    );
}
