import type { AppStoreConnectClient } from '../../app-store-connect/client/client.ts';
import { AppStoreConnectError } from '../../app-store-connect/protocol/errors.ts';
import type { PricePoint } from '../../app-store-connect/resources/price-points.ts';
import { listPriceSchedule, type ScheduleKind } from '../../app-store-connect/resources/price-schedules.ts';
import {
  type ListedProduct,
  listApps,
  listInAppPurchases,
  listSubscriptions,
} from '../../app-store-connect/resources/products.ts';
import {
  type ListedSubscriptionPrice,
  listSubscriptionPrices,
} from '../../app-store-connect/resources/subscription-prices.ts';
import { readTerritories } from '../../app-store-connect/resources/territories.ts';
import type { Clock } from '../../platform/util/clock.ts';
import { scheduleState } from '../apple/schedule-price-list.ts';
import { subscriptionState } from '../apple/subscription-price-list.ts';
import type { PriceState } from '../plan/price-state.ts';
import { pacificToday } from '../request/pacific-day.ts';
import type { PriceReader, PriceRow, WatchedList, WatchedProduct } from './price-row.ts';

/**
 * Reads a team's whole price list. Requests: one, two per app and one per large subscription group for the products; two
 * per subscription (one where it has a monthly plan too), three per in-app purchase and app for their prices.
 */
export function createPriceReader(client: AppStoreConnectClient, clock: Clock): PriceReader {
  /** Apple has refused the filter by plan: nothing of this account has a second plan that could be read. */
  let plansUnknown = false;

  const monthlyOf = async (
    id: string,
    listed: readonly ListedSubscriptionPrice[],
  ): Promise<readonly ListedSubscriptionPrice[]> => {
    if (plansUnknown || listed.some(({ plan }) => plan === 'MONTHLY')) return [];
    try {
      return await listSubscriptionPrices(client, id, 'MONTHLY');
    } catch (error) {
      if (!(error instanceof AppStoreConnectError) || error.code !== 'INVALID_REQUEST') throw error;
      plansUnknown = true;
      return [];
    }
  };

  const subscriptionLists = async (id: string): Promise<WatchedList[]> => {
    const listed = await listSubscriptionPrices(client, id, undefined);
    const all = [...listed, ...(await monthlyOf(id, listed))];
    const today = pacificToday(clock.now());
    return (['UPFRONT', 'MONTHLY'] as const).flatMap((plan) => {
      const prices = all.filter((price) => price.plan === plan).map(withPlaceholder);
      return prices.length === 0 ? [] : [{ plan, rows: rowsOf(subscriptionState(prices, today)) }];
    });
  };

  return {
    products: async () => {
      const apps = await listApps(client);
      const products: ListedProduct[] = [...apps];
      for (const { id } of apps) {
        products.push(...(await listSubscriptions(client, id)), ...(await listInAppPurchases(client, id)));
      }
      return products.map(watchedProduct);
    },
    storefronts: async () =>
      Object.fromEntries(
        [...(await readTerritories(client))].map(([id, currency]) => [id, currency ?? null]),
      ),
    lists: async ({ kind, id }) => {
      try {
        return kind === 'subscription'
          ? await subscriptionLists(id)
          : await scheduleLists(client, clock, kind, id);
      } catch (error) {
        // Deleted since the products were listed.
        if (error instanceof AppStoreConnectError && error.code === 'NOT_FOUND') return [];
        throw error;
      }
    },
  };
}

/** The price list of an in-app purchase or an app; none where it has no schedule. */
async function scheduleLists(
  client: AppStoreConnectClient,
  clock: Clock,
  kind: ScheduleKind,
  id: string,
): Promise<WatchedList[]> {
  const schedule = await listPriceSchedule(client, kind, id);
  if (schedule === undefined) return [];
  const manual = schedule.manual.map(withPlaceholder);
  const automatic = schedule.automatic.map(withPlaceholder);
  const state = scheduleState({ ...schedule, manual, automatic }, pacificToday(clock.now()));
  return [{ rows: rowsOf(state) }];
}

const watchedProduct = ({ kind, id, name, productId, sku }: ListedProduct): WatchedProduct => {
  const reportedSku = kind === 'app' ? (sku ?? productId) : productId;
  return {
    kind,
    id,
    ...(name !== undefined && { name }),
    ...(reportedSku !== undefined && { sku: reportedSku }),
  };
};

/** Stands for a price point that Apple does not deliver: no amount is empty text. */
const GONE = '';

function withPlaceholder<Price extends { territory: string; point: PricePoint | undefined }>(
  price: Price,
): Price & { point: PricePoint } {
  const { territory, point } = price;
  return { ...price, point: point ?? { id: GONE, territory, customerPrice: GONE, proceeds: undefined } };
}

const amount = (text: string | undefined): string | null =>
  text === undefined || text === GONE ? null : text;

function rowsOf({
  territories,
  baseTerritory,
}: Pick<PriceState, 'territories' | 'baseTerritory'>): PriceRow[] {
  return [...territories]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([territory, { currency, present, scheduled, automatic, spans }]) => ({
      territory,
      currency: currency ?? null,
      price: amount(present?.customerPrice),
      proceeds: amount(present?.proceeds),
      proceedsYear2: amount(present?.proceedsYear2),
      source: territory === baseTerritory ? 'base' : automatic ? 'automatic' : 'manual',
      scheduled: (spans ?? scheduled).flatMap(({ from, point }) =>
        from === null ? [] : [{ from, price: amount(point.customerPrice) }],
      ),
      ...(present?.customerPrice === GONE && { pointGone: true as const }),
    }));
}
