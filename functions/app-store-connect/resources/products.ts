import * as z from 'zod';
import type { AppStoreConnectClient } from '../client/client.ts';
import { readPages } from '../client/pages.ts';
import { documentSchema, includedBy, listSchema, type Resource } from '../protocol/json-api.ts';
import { readResponseJson } from '../protocol/response-json.ts';
import { unexpectedResponse } from '../protocol/unexpected-response.ts';

/** A product of a team that has prices, as Apple lists it. */
export type ListedProduct = {
  kind: 'subscription' | 'inAppPurchase' | 'app';
  /** Apple's number. */
  id: string;
  /** Apple's number of the app that it belongs to; of an app its own. */
  app: string;
  /** Product ID such as `com.acme.pro.yearly`; of an app its bundle ID. */
  productId: string | undefined;
  /** Reference name; of an app its name. */
  name: string | undefined;
  /** Apps only: the SKU, by which sales reports name it. */
  sku: string | undefined;
  /** Subscriptions only: the reference name of their group. */
  group: string | undefined;
  /** Subscriptions only, such as `ONE_YEAR`. */
  period: string | undefined;
  /** Such as `APPROVED`; apps have none. */
  state: string | undefined;
};

const attributesSchema = z.object({
  name: z.string().optional(),
  productId: z.string().optional(),
  bundleId: z.string().optional(),
  sku: z.string().optional(),
  referenceName: z.string().optional(),
  state: z.string().optional(),
  subscriptionPeriod: z.string().nullish(),
});

/** Largest page of a list, and of a list that is included. Source: Apple's OpenAPI file. */
const PAGE = '200';
const INCLUDED = 50;

/** `GET /v1/apps`: the apps that the key may see. */
export async function listApps(client: AppStoreConnectClient): Promise<ListedProduct[]> {
  const apps = await readAll(client, '/v1/apps', { 'fields[apps]': 'name,bundleId,sku' });
  return apps.map(({ resource }) => productOf('app', resource, resource.id, undefined));
}

/** `GET /v1/apps/{id}` or `GET /v2/inAppPurchases/{id}`: what a product is called. */
export async function readProductNames(
  client: AppStoreConnectClient,
  kind: 'app' | 'inAppPurchase',
  id: string,
): Promise<{ name: string; productId: string }> {
  const path = `${kind === 'app' ? '/v1/apps' : '/v2/inAppPurchases'}/${encodeURIComponent(id)}`;
  const parsed = documentSchema.safeParse(await client.read({ path }, readResponseJson));
  if (!parsed.success) throw unexpectedResponse(`GET ${path}`, 'it holds no product');
  const { name = '', productId, bundleId = '' } = attributesOf(parsed.data.data);
  return { name, productId: productId ?? bundleId };
}

/** An app's auto-renewable subscriptions, by its groups: one request, and one more per group of 50 or more. */
export async function listSubscriptions(
  client: AppStoreConnectClient,
  app: string,
): Promise<ListedProduct[]> {
  const groups = await readAll(client, `/v1/apps/${encodeURIComponent(app)}/subscriptionGroups`, {
    include: 'subscriptions',
    'limit[subscriptions]': String(INCLUDED),
  });
  const found: ListedProduct[] = [];
  for (const { resource: group, find } of groups) {
    const name = attributesOf(group).referenceName;
    const data = group.relationships?.['subscriptions']?.data;
    const listed = Array.isArray(data) ? data.map(({ id }) => find('subscriptions', id)) : [];
    const complete = Array.isArray(data) && data.length < INCLUDED && !listed.includes(undefined);
    const members = complete
      ? listed.filter((member) => member !== undefined)
      : await readAll(
          client,
          `/v1/subscriptionGroups/${encodeURIComponent(group.id)}/subscriptions`,
          {},
        ).then((all) => all.map(({ resource }) => resource));
    found.push(...members.map((member) => productOf('subscription', member, app, name)));
  }
  return found;
}

/** An app's in-app purchases other than subscriptions: `GET /v1/apps/{id}/inAppPurchasesV2`. */
export async function listInAppPurchases(
  client: AppStoreConnectClient,
  app: string,
): Promise<ListedProduct[]> {
  const found = await readAll(client, `/v1/apps/${encodeURIComponent(app)}/inAppPurchasesV2`, {});
  return found.map(({ resource }) => productOf('inAppPurchase', resource, app, undefined));
}

type Found = { resource: Resource; find: ReturnType<typeof includedBy> };

async function readAll(
  client: AppStoreConnectClient,
  path: string,
  query: Record<string, string>,
): Promise<Found[]> {
  const found: Found[] = [];
  for await (const { data, included } of readPages(
    client,
    { path, query: { ...query, limit: PAGE } },
    listSchema,
  )) {
    const find = includedBy(included);
    found.push(...data.map((resource) => ({ resource, find })));
  }
  return found;
}

/** What a program of ours does not need to know may be missing, or of another form. */
const attributesOf = ({ attributes }: Resource): z.output<typeof attributesSchema> =>
  attributesSchema.safeParse(attributes ?? {}).data ?? {};

function productOf(
  kind: ListedProduct['kind'],
  resource: Resource,
  app: string,
  group: string | undefined,
): ListedProduct {
  const { name, productId, bundleId, sku, state, subscriptionPeriod } = attributesOf(resource);
  return {
    kind,
    id: resource.id,
    app,
    productId: productId ?? bundleId,
    name,
    sku,
    group,
    period: subscriptionPeriod ?? undefined,
    state,
  };
}
