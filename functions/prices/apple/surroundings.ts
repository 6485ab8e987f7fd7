import type { AppStoreConnectClient } from '../../app-store-connect/client/client.ts';
import {
  readAppAvailability,
  readInAppPurchaseAvailability,
  readSubscriptionAvailability,
} from '../../app-store-connect/resources/availability.ts';
import {
  readIntroductoryOffers,
  readOtherOffers,
} from '../../app-store-connect/resources/subscription-offers.ts';
import { JobError } from '../../platform/errors.ts';
import { together } from '../../platform/util/concurrency.ts';
import type { ProductSurroundings } from '../consent/circumstances.ts';
import type { Product } from '../request/product.ts';

/**
 * What concerns one list only: the plan is made without it. Any other error is Apple's or the key's, and the plan waits
 * as it does when its own reads fail: nothing is sent with a key that was refused a moment ago.
 */
const OF_ONE_LIST = new Set(['NOT_FOUND', 'INVALID_REQUEST', 'UNEXPECTED_ANSWER', 'FORBIDDEN']);

/** The territories where a product is on sale: two requests, the second for what the first names. */
export function readAvailability(
  client: AppStoreConnectClient,
  { kind, id, plan = 'UPFRONT' }: Product,
): Promise<ReadonlySet<string> | undefined> {
  switch (kind) {
    case 'subscription':
      return readSubscriptionAvailability(client, id, plan);
    case 'inAppPurchase':
      return readInAppPurchaseAvailability(client, id);
    case 'app':
      return readAppAvailability(client, id);
  }
}

/**
 * Reads what a plan says beside the prices: offers (subscriptions: four requests and one per offer with prices of its own)
 * and availability (two requests). The lists are read together: the plan's own reads have shown that Apple takes the key. All are
 * waited for, also where one ends in an error of the key, so that nothing is on its way when the plan has ended. A plan does not
 * fail for want of one list; what could not be read is told.
 *
 * @param availability where it is being read already
 */
export async function readSurroundings(
  client: AppStoreConnectClient,
  product: Product,
  availability: () => ReturnType<typeof readAvailability> = () => readAvailability(client, product),
): Promise<ProductSurroundings> {
  const { kind, id, plan = 'UPFRONT' } = product;
  const unread: string[] = [];
  const attempt = async <T>(what: string, read: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await read();
    } catch (error) {
      if (!(error instanceof JobError) || !OF_ONE_LIST.has(error.code)) throw error;
      // A product that was never put on sale has no availability.
      if (error.code !== 'NOT_FOUND') unread.push(what);
      return undefined;
    }
  };
  const readOffers = [
    () => attempt('introductory offers', () => readIntroductoryOffers(client, id)),
    () => attempt('promotional offers', () => readOtherOffers(client, id, 'promotional')),
    () => attempt('offer codes', () => readOtherOffers(client, id, 'offerCode')),
    () => attempt('win-back offers', () => readOtherOffers(client, id, 'winBack')),
  ];
  const [onSale, offers] = await together(
    attempt('availability', availability),
    together(...(kind === 'subscription' ? readOffers.map((read) => read()) : [])),
  );
  return {
    offers: offers.flatMap((list) => list ?? []).filter((offer) => (offer.plan ?? plan) === plan),
    onSale,
    unread: unread.toSorted(),
  };
}
