import { z } from 'zod';
import type { AppStoreConnectClient } from '../client/client.ts';
import { readPages } from '../client/pages.ts';
import type { ApiRead } from '../protocol/api-request.ts';
import { AppStoreConnectError } from '../protocol/errors.ts';
import { documentSchema, listSchema, type Resource } from '../protocol/json-api.ts';
import { readResponseJson } from '../protocol/response-json.ts';

/** An app, a subscription or an in-app purchase by its names. */
export type ListedProduct = {
  /** Apple's number. */
  id: string;
  name: string;
  /** The bundle ID of an app, the product ID of anything else. */
  productId: string;
};

export type SubscriptionGroup = { id: string; name: string };

const text = z.string().catch('');
const appAttributes = z.object({ name: text, bundleId: text }).catch({ name: '', bundleId: '' });
const productAttributes = z.object({ name: text, productId: text }).catch({ name: '', productId: '' });
const groupAttributes = z.object({ referenceName: text }).catch({ referenceName: '' });

const appOf = ({ id, attributes }: Resource): ListedProduct => {
  const { name, bundleId } = appAttributes.parse(attributes ?? {});
  return { id, name, productId: bundleId };
};
const productOf = ({ id, attributes }: Resource): ListedProduct => ({
  id,
  ...productAttributes.parse(attributes ?? {}),
});

async function readAll<T>(
  client: AppStoreConnectClient,
  request: ApiRead,
  itemOf: (resource: Resource) => T,
): Promise<T[]> {
  const found: T[] = [];
  for await (const { data } of readPages(client, request, listSchema)) found.push(...data.map(itemOf));
  return found;
}

/** `GET /v1/apps`: all apps of the key, or those with a bundle ID. */
export const readApps = (client: AppStoreConnectClient, bundleId?: string): Promise<ListedProduct[]> =>
  readAll(
    client,
    {
      path: '/v1/apps',
      query: { ...(bundleId !== undefined && { 'filter[bundleId]': bundleId }), limit: '200' },
    },
    appOf,
  );

/** `GET /v1/apps/{id}/subscriptionGroups`. */
export const readSubscriptionGroups = (
  client: AppStoreConnectClient,
  app: string,
): Promise<SubscriptionGroup[]> =>
  readAll(
    client,
    { path: `/v1/apps/${encodeURIComponent(app)}/subscriptionGroups`, query: { limit: '200' } },
    ({ id, attributes }) => ({ id, name: groupAttributes.parse(attributes ?? {}).referenceName }),
  );

/** `GET /v1/subscriptionGroups/{id}/subscriptions`: all of the group, or those with a product ID. */
export const readSubscriptionsOf = (
  client: AppStoreConnectClient,
  group: string,
  productId?: string,
): Promise<ListedProduct[]> =>
  readAll(
    client,
    {
      path: `/v1/subscriptionGroups/${encodeURIComponent(group)}/subscriptions`,
      query: productQuery(productId),
    },
    productOf,
  );

/** `GET /v1/apps/{id}/inAppPurchasesV2`: all of the app, or those with a product ID. */
export const readInAppPurchasesOf = (
  client: AppStoreConnectClient,
  app: string,
  productId?: string,
): Promise<ListedProduct[]> =>
  readAll(
    client,
    { path: `/v1/apps/${encodeURIComponent(app)}/inAppPurchasesV2`, query: productQuery(productId) },
    productOf,
  );

const productQuery = (productId: string | undefined): Record<string, string> => ({
  ...(productId !== undefined && { 'filter[productId]': productId }),
  limit: '200',
});

/** `GET /v1/apps/{id}` or `GET /v2/inAppPurchases/{id}`: one product by its number. */
export async function readListedProduct(
  client: AppStoreConnectClient,
  kind: 'app' | 'inAppPurchase',
  id: string,
): Promise<ListedProduct> {
  const path = `${kind === 'app' ? '/v1/apps' : '/v2/inAppPurchases'}/${encodeURIComponent(id)}`;
  const parsed = documentSchema.safeParse(await client.read({ path }, readResponseJson));
  if (!parsed.success)
    throw new AppStoreConnectError({
      code: 'UNEXPECTED_ANSWER',
      message: `GET ${path} answered in a form nobody described; nothing was changed.`,
    });
  return kind === 'app' ? appOf(parsed.data.data) : productOf(parsed.data.data);
}
