import * as z from 'zod';
import type { AppStoreConnectClient } from '../client/client.ts';
import { readPages } from '../client/pages.ts';
import type { ApiRead } from '../protocol/api-request.ts';
import { documentSchema, listSchema, relatedId } from '../protocol/json-api.ts';
import { readResponseJson } from '../protocol/response-json.ts';
import type { PlanType } from './subscription-prices.ts';

const availableSchema = z.object({ available: z.boolean().nullish() });

/**
 * Territories in which a plan of a subscription is sold: two requests. `undefined` where Apple lists no availability of
 * this plan.
 */
export async function readSubscriptionAvailability(
  client: AppStoreConnectClient,
  id: string,
  plan: PlanType,
): Promise<ReadonlySet<string> | undefined> {
  const path = `/v1/subscriptions/${encodeURIComponent(id)}/planAvailabilities`;
  for await (const { data } of readPages(client, { path, query: { limit: '200' } }, listSchema)) {
    const found = data.find(({ attributes }) => (attributes?.['planType'] ?? 'UPFRONT') === plan);
    if (found !== undefined)
      return readTerritoryIds(client, {
        path: `/v1/subscriptionPlanAvailabilities/${encodeURIComponent(found.id)}/availableTerritories`,
        query: { limit: '200' },
      });
  }
  return undefined;
}

/** Territories in which an in-app purchase is sold: two requests. */
export async function readInAppPurchaseAvailability(
  client: AppStoreConnectClient,
  id: string,
): Promise<ReadonlySet<string> | undefined> {
  const availability = await readId(
    client,
    `/v2/inAppPurchases/${encodeURIComponent(id)}/inAppPurchaseAvailability`,
  );
  return availability === undefined
    ? undefined
    : readTerritoryIds(client, {
        path: `/v1/inAppPurchaseAvailabilities/${encodeURIComponent(availability)}/availableTerritories`,
        query: { limit: '200' },
      });
}

/** Territories in which an app is sold: two requests. */
export async function readAppAvailability(
  client: AppStoreConnectClient,
  id: string,
): Promise<ReadonlySet<string> | undefined> {
  const availability = await readId(client, `/v1/apps/${encodeURIComponent(id)}/appAvailabilityV2`);
  if (availability === undefined) return undefined;
  const sold = new Set<string>();
  const request = {
    path: `/v2/appAvailabilities/${encodeURIComponent(availability)}/territoryAvailabilities`,
    query: { include: 'territory', limit: '200' },
  };
  for await (const { data } of readPages(client, request, listSchema)) {
    for (const resource of data) {
      const territory = relatedId(resource, 'territory');
      const { available } = availableSchema.parse(resource.attributes ?? {});
      if (territory !== undefined && available === true) sold.add(territory);
    }
  }
  return sold;
}

async function readId(client: AppStoreConnectClient, path: string): Promise<string | undefined> {
  const parsed = documentSchema.safeParse(await client.read({ path }, readResponseJson));
  return parsed.data?.data.id;
}

async function readTerritoryIds(
  client: AppStoreConnectClient,
  request: ApiRead,
): Promise<ReadonlySet<string>> {
  const ids = new Set<string>();
  for await (const { data } of readPages(client, request, listSchema)) for (const { id } of data) ids.add(id);
  return ids;
}
