import * as z from 'zod';
import type { AppStoreConnectClient } from '../client/client.ts';
import { readPages } from '../client/pages.ts';
import type { ApiRead } from '../protocol/api-request.ts';
import { AppStoreConnectError } from '../protocol/errors.ts';
import { listSchema, type Resource, relatedId } from '../protocol/json-api.ts';

/** One of the prices that Apple offers in a territory. Amounts are decimal text in the territory's currency. */
export type PricePoint = {
  /** Opaque: looked up, never parsed or built. */
  id: string;
  territory: string;
  customerPrice: string;
  /** What the developer gets of it; Apple leaves it out of some answers. */
  proceeds: string | undefined;
  /** Subscriptions only: what the developer gets after a subscriber's first year. */
  proceedsYear2?: string;
};

const amount = z.string().regex(/^\d+(\.\d+)?$/);
const attributesSchema = z.object({
  customerPrice: amount,
  proceeds: amount.optional(),
  proceedsYear2: amount.optional(),
});

/**
 * Reads a resource of one of the price point types (`subscriptionPricePoints`, `inAppPurchasePricePoints`,
 * `appPricePoints`): all share these attributes.
 *
 * @param territory where the resource does not point to its territory itself
 * @throws AppStoreConnectError `UNEXPECTED_ANSWER`
 */
export function pricePointOf(resource: Resource, territory?: string): PricePoint {
  const parsed = attributesSchema.safeParse(resource.attributes ?? {});
  const place = relatedId(resource, 'territory') ?? territory;
  if (!parsed.success || place === undefined) {
    throw new AppStoreConnectError({
      code: 'UNEXPECTED_ANSWER',
      message: `The ${resource.type} ${resource.id} lacks ${parsed.success ? 'its territory' : 'a decimal customerPrice'}; nothing was changed.`,
    });
  }
  return {
    id: resource.id,
    territory: place,
    customerPrice: parsed.data.customerPrice,
    proceeds: parsed.data.proceeds,
    ...(parsed.data.proceedsYear2 !== undefined && { proceedsYear2: parsed.data.proceedsYear2 }),
  };
}

/** Reads all pages of a list of price points. */
export async function readPricePoints(
  client: AppStoreConnectClient,
  request: ApiRead,
): Promise<PricePoint[]> {
  const points: PricePoint[] = [];
  for await (const { data } of readPages(client, request, listSchema)) {
    for (const resource of data) points.push(pricePointOf(resource));
  }
  return points;
}
