import * as z from 'zod';
import { AppStoreConnectError } from '../../app-store-connect/protocol/errors.ts';
import type { PricePoint } from '../../app-store-connect/resources/price-points.ts';
import type { Clock, EpochMillis } from '../../platform/util/clock.ts';
import { forEachConcurrently } from '../../platform/util/concurrency.ts';
import { inGroupsOf } from '../../platform/util/in-groups.ts';
import { DAY_MILLIS } from '../../platform/util/time.ts';
import { readStoredJson } from '../../platform/validation/read-json.ts';
import type { PriceList, ReadAhead } from './price-list.ts';

/** Small documents of one price list, by name. What is lost is read again from Apple. */
export type PointStore = {
  read(name: string): Promise<string | undefined>;
  write(name: string, content: string): Promise<void>;
};

/** Apple adds and moves price points a few times per year, and tells so weeks before. */
const MAXIMUM_AGE_MILLIS = 7 * DAY_MILLIS;
const STORE_CONCURRENCY = 16;

const cachedSchema = z.object({
  readAt: z.number(),
  currency: z.string().optional(),
  /** Id, customer price, proceeds. */
  points: z.array(z.tuple([z.string(), z.string(), z.string().nullable()])),
});

/**
 * A price list whose price points are kept per territory with their age. Each territory is kept as soon as it was
 * read, so that a plan that was cut off goes on where it stopped. Points of another currency than Apple sells in now
 * are not used.
 *
 * @param reading how many territories one read asks for, and how many reads run at the same time
 */
export function withPointCache(
  priceList: PriceList,
  options: { store: PointStore; clock: Clock; reading: { territories: number; concurrency: number } },
): PriceList {
  const { store, clock, reading } = options;
  const currencies = new Map<string, string | undefined>();

  const kept = keptPoints(store, clock, currencies);

  const readFresh = async (territories: readonly string[]): Promise<PricePoint[]> => {
    const found: PricePoint[] = [];
    const groups = inGroupsOf(territories, reading.territories);
    await forEachConcurrently(groups, reading.concurrency, async (group) => {
      const points = await priceList.pricePoints(group);
      found.push(...points);
      const ofTerritory = Map.groupBy(points, ({ territory }) => territory);
      await Promise.all(group.map((territory) => kept.write(territory, ofTerritory.get(territory) ?? [])));
    });
    return found;
  };

  /** Territories whose kept points were used, by point. */
  const territoryOf = new Map<string, string>();

  const forget = async (territories: readonly string[]): Promise<void> => {
    await forEachConcurrently(territories, STORE_CONCURRENCY, (name) => store.write(nameOf(name), '{}'));
  };

  /** What of it must come from Apple, as far as can be said before the currencies are known. */
  const notKept = async (ahead: ReadAhead): Promise<readonly string[]> => {
    const territories = await ahead.pointsOf();
    const points = await Promise.all(territories.map((territory) => kept.read(territory)));
    return territories.filter((_, index) => points[index] === undefined);
  };

  return {
    ...priceList,
    forgetPricePoints: forget,
    equalizations: async (id) => {
      try {
        return await priceList.equalizations(id);
      } catch (error) {
        const territory = territoryOf.get(id);
        const isGone = error instanceof AppStoreConnectError && ['NOT_FOUND', 'GONE'].includes(error.code);
        if (!isGone || territory === undefined) throw error;
        await forget([territory]);
        throw new AppStoreConnectError({
          code: 'UNEXPECTED_ANSWER',
          message: `Apple no longer has a price point of ${territory} that was read earlier; ${territory} is read again with the next plan.`,
          cause: error,
        });
      }
    },
    read: async (ahead) => {
      const state = await priceList.read(ahead && { ...ahead, pointsOf: () => notKept(ahead) });
      for (const [name, { currency }] of state.territories) currencies.set(name, currency);
      return state;
    },
    pricePoints: async (territories) => {
      const found: PricePoint[] = [];
      const missing: string[] = [];
      await forEachConcurrently(territories, STORE_CONCURRENCY, async (territory) => {
        const points = await kept.read(territory);
        if (points === undefined) missing.push(territory);
        for (const point of points ?? []) {
          found.push(point);
          territoryOf.set(point.id, territory);
        }
      });
      return [...found, ...(await readFresh(missing))];
    },
    freshPricePoints: readFresh,
  };
}

const nameOf = (territory: string): string => `${encodeURIComponent(territory)}.json`;

const isFresh = (readAt: EpochMillis, now: EpochMillis): boolean => now - readAt < MAXIMUM_AGE_MILLIS;

/** The points of territories as the store has them, as far as they are fresh and of the currency in which Apple sells. */
function keptPoints(store: PointStore, clock: Clock, currencies: ReadonlyMap<string, string | undefined>) {
  return {
    /** `undefined`: they are to be read from Apple. */
    read: async (territory: string): Promise<PricePoint[] | undefined> => {
      const kept = readStoredJson(await store.read(nameOf(territory)), cachedSchema);
      if (kept === undefined || !isFresh(kept.readAt, clock.now())) return undefined;
      const currency = currencies.get(territory);
      if (currency !== undefined && kept.currency !== currency) return undefined;
      return kept.points.map(([id, customerPrice, proceeds]) => ({
        id,
        territory,
        customerPrice,
        proceeds: proceeds ?? undefined,
      }));
    },
    write: (territory: string, points: readonly PricePoint[]): Promise<void> =>
      store.write(
        nameOf(territory),
        JSON.stringify({
          readAt: clock.now(),
          currency: currencies.get(territory),
          points: points.map(({ id, customerPrice, proceeds }) => [id, customerPrice, proceeds ?? null]),
        } satisfies z.input<typeof cachedSchema>),
      ),
  };
}
