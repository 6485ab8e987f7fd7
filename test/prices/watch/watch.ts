import { AppStoreConnectError } from '../../../functions/app-store-connect/protocol/errors.ts';
import type { EventDetail } from '../../../functions/events/contract.ts';
import { parseSettings } from '../../../functions/platform/config/settings.ts';
import type { DayMoves } from '../../../functions/prices/watch/day-moves.ts';
import type {
  PriceReader,
  PriceRow,
  Storefronts,
  WatchedList,
  WatchedProduct,
} from '../../../functions/prices/watch/price-row.ts';
import { type Watched, watchPrices } from '../../../functions/prices/watch/watch-prices.ts';
import { createWatchState } from '../../../functions/prices/watch/watch-state.ts';

export const DAY = 24 * 3_600_000;
/** 24 November 2026, 10:00 in California. */
export const TEN = Date.parse('2026-11-24T18:00:00Z');

/** A row of USA at 9.99, changed as told. */
export const row = (change: Partial<PriceRow> = {}): PriceRow => ({
  territory: 'USA',
  currency: 'USD',
  price: '9.99',
  proceeds: '6.99',
  proceedsYear2: null,
  source: 'manual',
  scheduled: [],
  ...change,
});

export const product = (id: string, kind: WatchedProduct['kind'] = 'subscription'): WatchedProduct => ({
  kind,
  id,
  name: `Product ${id}`,
});

export const appleError = (code: 'BUDGET_RESERVED' | 'UNEXPECTED_ANSWER') =>
  new AppStoreConnectError({ code, message: `Apple said ${code}` });

/** A team at an Apple in memory. `reads` counts the requests for products' prices. */
export function watchWorld(products: readonly WatchedProduct[]) {
  const world = {
    now: TEN,
    remaining: 600_000,
    products: [...products],
    storefronts: { USA: 'USD', FRA: 'EUR' } as Record<string, string | null>,
    lists: new Map<string, WatchedList[]>(products.map(({ id }) => [id, [{ rows: [row()] }]])),
    /** What reading a product's prices does instead. */
    instead: new Map<string, () => WatchedList[]>(),
    reads: [] as string[],
    events: [] as EventDetail<'Apple Changed Prices'>[],
    tables: [] as string[],
    objects: new Map<string, string>(),
    moved: [] as DayMoves[],
    run: async (): Promise<Watched | undefined> => (await watchPrices(dependencies))[0],
    nextDay: () => {
      world.now += DAY;
    },
  };
  const reader: PriceReader = {
    products: async () => world.products,
    storefronts: async (): Promise<Storefronts> => ({ ...world.storefronts }),
    lists: async ({ id }) => {
      world.reads.push(id);
      return world.instead.get(id)?.() ?? world.lists.get(id) ?? [];
    },
  };
  const state = createWatchState({
    read: async (name) => world.objects.get(name),
    write: async (name, content) => void world.objects.set(name, content),
  });
  const dependencies: Parameters<typeof watchPrices>[0] = {
    settings: parseSettings({
      teams: [{ name: 'acme', keys: { reports: 'r', prices: 'p' }, prices: { watch: 'all' } }],
    }),
    reader: () => reader,
    state: () => state,
    ledger: { changesSince: async function* () {} },
    audit: {
      write: () => Promise.reject(new Error('the watch writes no audit')),
      read: () => Promise.reject(new Error('there is no audit')),
    },
    openTable: async () => ({
      add: () => undefined,
      finish: () => 0,
      store: async (key) => void world.tables.push(key),
    }),
    moveLog: { write: async (day) => void world.moved.push(day) },
    sendEvents: async (events) => {
      for (const { detail } of events) world.events.push(detail as EventDetail<'Apple Changed Prices'>);
    },
    remainingMillis: () => world.remaining,
    clock: { now: () => world.now },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
  };
  return world;
}
