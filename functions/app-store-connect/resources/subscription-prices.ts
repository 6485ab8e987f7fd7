import * as z from 'zod';
import type { AppStoreConnectClient } from '../client/client.ts';
import { readPages } from '../client/pages.ts';
import type { ApiWrite } from '../protocol/api-request.ts';
import {
  countedListSchema,
  documentSchema,
  includedBy,
  listSchema,
  type Resource,
  relatedId,
} from '../protocol/json-api.ts';
import { readResponseJson } from '../protocol/response-json.ts';
import { unexpectedResponse } from '../protocol/unexpected-response.ts';
import { type PricePoint, pricePointOf, readPricePoints } from './price-points.ts';

/** Up-front is a subscription's usual price list; MONTHLY is the twelve-month commitment paid by the month. */
export type PlanType = 'UPFRONT' | 'MONTHLY';

export type Subscription = {
  name: string | undefined;
  productId: string | undefined;
  /** Approved at some time: Apple then takes price changes from tomorrow on only. */
  live: boolean;
  /** Such as `ONE_MONTH` or `ONE_YEAR`. */
  period: string | undefined;
  /** Whether one purchase can hold several seats, for which there may be volume tiers. Since 4.5 of Apple's API. */
  multiSeat: 'ENABLED' | 'DISABLED' | undefined;
};

/** A record of `GET /v1/subscriptions/{id}/prices`. */
export type SubscriptionPrice = {
  id: string;
  territory: string;
  currency: string | undefined;
  /** `undefined`: since the beginning. */
  startDate: string | undefined;
  /** What present subscribers go on paying beside a newer price. */
  preserved: boolean;
  point: PricePoint;
};

/** A record whose price point Apple does not deliver any more has no `point`. */
export type ListedSubscriptionPrice = Omit<SubscriptionPrice, 'point'> & {
  plan: PlanType;
  point: PricePoint | undefined;
};

const subscriptionAttributes = z.object({
  name: z.string().optional(),
  productId: z.string().optional(),
  state: z.string().optional(),
  subscriptionPeriod: z.string().optional(),
  multiSeatStatus: z.string().nullish(),
});
const priceAttributes = z.object({
  startDate: z.iso.date().nullish(),
  preserved: z.boolean().nullish(),
});

/** States in which no buyer has seen a price yet. Any other, also one that Apple adds, is taken as live. */
const NOT_LIVE = new Set([
  'MISSING_METADATA',
  'READY_TO_SUBMIT',
  'WAITING_FOR_REVIEW',
  'IN_REVIEW',
  'REJECTED',
]);

/** `GET /v1/subscriptions/{id}`. */
export async function readSubscription(client: AppStoreConnectClient, id: string): Promise<Subscription> {
  const path = subscriptionPath(id);
  const parsed = documentSchema.safeParse(await client.read({ path }, readResponseJson));
  const attributes = subscriptionAttributes.safeParse(parsed.data?.data.attributes ?? {});
  if (!parsed.success || !attributes.success)
    throw unexpectedResponse(`GET ${path}`, 'it holds no subscription');
  const { name, productId, state, subscriptionPeriod, multiSeatStatus } = attributes.data;
  return {
    name,
    productId,
    period: subscriptionPeriod,
    live: state === undefined || !NOT_LIVE.has(state),
    multiSeat: multiSeatStatus === 'ENABLED' || multiSeatStatus === 'DISABLED' ? multiSeatStatus : undefined,
  };
}

/**
 * `GET /v1/subscriptions/{id}/prices`: present, scheduled and preserved prices of one plan. Without a filter Apple
 * may list both plans: `otherPlanIds` are the records of the other one, as far as it did.
 *
 * @param territories whose prices are read; absent: all
 */
export async function readSubscriptionPrices(
  client: AppStoreConnectClient,
  id: string,
  plan: PlanType,
  territories?: readonly string[],
): Promise<{ prices: SubscriptionPrice[]; otherPlanIds: string[] }> {
  const path = `${subscriptionPath(id)}/prices`;
  const request = {
    path,
    query: {
      ...planFilter(plan),
      ...(territories !== undefined && { 'filter[territory]': territories.join(',') }),
      include: 'territory,subscriptionPricePoint',
      limit: '200',
    },
  };
  const prices: SubscriptionPrice[] = [];
  const otherPlanIds: string[] = [];
  for await (const { data, included } of readPages(client, request, listSchema)) {
    const find = includedBy(included);
    for (const resource of data) {
      if (planOf(resource) !== plan) {
        otherPlanIds.push(resource.id);
        continue;
      }
      const { point, plan: _, ...price } = priceOf(resource, find, path);
      if (point === undefined)
        throw unexpectedResponse(`GET ${path}`, `price ${resource.id} lacks its price point`);
      prices.push({ ...price, point });
    }
  }
  return { prices, otherPlanIds };
}

/**
 * The same list as it is, for who only looks: every plan that Apple lists for this filter (`undefined`: none), records
 * without their price point included.
 *
 * @throws AppStoreConnectError `UNEXPECTED_ANSWER` where Apple says that the list is longer than what it delivered
 */
export async function listSubscriptionPrices(
  client: AppStoreConnectClient,
  id: string,
  plan: PlanType | undefined,
): Promise<ListedSubscriptionPrice[]> {
  const path = `${subscriptionPath(id)}/prices`;
  const request = {
    path,
    query: {
      ...(plan !== undefined && { 'filter[planType]': plan }),
      include: 'territory,subscriptionPricePoint',
      limit: '200',
    },
  };
  const prices: ListedSubscriptionPrice[] = [];
  let total = 0;
  for await (const { data, included, meta } of readPages(client, request, countedListSchema)) {
    const find = includedBy(included);
    prices.push(...data.map((resource) => priceOf(resource, find, path)));
    total = meta?.paging?.total ?? total;
  }
  if (prices.length < total)
    throw unexpectedResponse(
      `GET ${path}`,
      `the list was cut short: ${prices.length} of ${total} records came`,
    );
  return prices;
}

/** An answer that names no plan means up-front. */
const planOf = ({ attributes }: Resource): PlanType =>
  (attributes?.['planType'] ?? 'UPFRONT') === 'MONTHLY' ? 'MONTHLY' : 'UPFRONT';

function priceOf(
  resource: Resource,
  find: ReturnType<typeof includedBy>,
  path: string,
): ListedSubscriptionPrice {
  const attributes = priceAttributes.safeParse(resource.attributes ?? {});
  const territory = relatedId(resource, 'territory');
  const point = find('subscriptionPricePoints', relatedId(resource, 'subscriptionPricePoint') ?? '');
  if (!attributes.success || territory === undefined)
    throw unexpectedResponse(
      `GET ${path}`,
      `price ${resource.id} lacks its territory or a readable start date`,
    );
  const currency = find('territories', territory)?.attributes?.['currency'];
  return {
    id: resource.id,
    territory,
    currency: typeof currency === 'string' ? currency : undefined,
    startDate: attributes.data.startDate ?? undefined,
    preserved: attributes.data.preserved ?? false,
    plan: planOf(resource),
    point: point === undefined ? undefined : pricePointOf(point, territory),
  };
}

/** `GET /v1/subscriptions/{id}/pricePoints` for some territories; pages hold up to 8000. */
export const readSubscriptionPricePoints = (
  client: AppStoreConnectClient,
  id: string,
  plan: PlanType,
  territories: readonly string[],
): Promise<PricePoint[]> =>
  readPricePoints(client, {
    path: `${subscriptionPath(id)}/pricePoints`,
    query: {
      ...planFilter(plan),
      'filter[territory]': territories.join(','),
      include: 'territory',
      limit: '8000',
    },
  });

/** Apple's equal prices in every other territory: `GET /v1/subscriptionPricePoints/{id}/equalizations`. */
export const readSubscriptionEqualizations = (
  client: AppStoreConnectClient,
  pricePointId: string,
): Promise<PricePoint[]> =>
  readPricePoints(client, {
    path: `/v1/subscriptionPricePoints/${encodeURIComponent(pricePointId)}/equalizations`,
    query: { include: 'territory', limit: '8000' },
  });

export type SubscriptionPriceInput = {
  territory: string;
  pricePointId: string;
  /** `undefined`: at once. */
  startDate: string | undefined;
  /** Only where a price goes up; left out otherwise, as Apple refuses it with a first price. */
  preserveCurrentPrice: boolean | undefined;
};

/** `POST /v1/subscriptionPrices`: one territory, Apple's documented way to change a price. */
export const createSubscriptionPrice = (
  id: string,
  plan: PlanType,
  price: SubscriptionPriceInput,
): ApiWrite => ({
  method: 'POST',
  path: '/v1/subscriptionPrices',
  body: { data: { type: 'subscriptionPrices', ...priceBody(id, plan, price) } },
});

/**
 * `PATCH /v1/subscriptions/{id}` with prices inline: all territories in one request.
 *
 * @param keptIds price records that should stay: a PATCH of a relationship may replace all it does not name
 */
export function writeSubscriptionPrices(
  id: string,
  plan: PlanType,
  prices: readonly SubscriptionPriceInput[],
  keptIds: readonly string[],
): ApiWrite {
  const localId = (index: number): string => `\${${index + 1}}`;
  return {
    method: 'PATCH',
    path: subscriptionPath(id),
    body: {
      data: {
        type: 'subscriptions',
        id,
        relationships: {
          prices: {
            data: [
              ...keptIds.map((kept) => ({ type: 'subscriptionPrices', id: kept })),
              ...prices.map((_, index) => ({ type: 'subscriptionPrices', id: localId(index) })),
            ],
          },
        },
      },
      included: prices.map((price, index) => ({
        type: 'subscriptionPrices',
        id: localId(index),
        ...priceBody(id, plan, price),
      })),
    },
  };
}

/** `DELETE /v1/subscriptionPrices/{id}`: takes a scheduled price back. */
export const deleteSubscriptionPrice = (priceId: string): ApiWrite => ({
  method: 'DELETE',
  path: `/v1/subscriptionPrices/${encodeURIComponent(priceId)}`,
});

const priceBody = (id: string, plan: PlanType, price: SubscriptionPriceInput) => ({
  attributes: {
    ...(plan === 'MONTHLY' && { planType: plan }),
    ...(price.startDate !== undefined && { startDate: price.startDate }),
    ...(price.preserveCurrentPrice !== undefined && { preserveCurrentPrice: price.preserveCurrentPrice }),
  },
  relationships: {
    subscription: { data: { type: 'subscriptions', id } },
    territory: { data: { type: 'territories', id: price.territory } },
    subscriptionPricePoint: { data: { type: 'subscriptionPricePoints', id: price.pricePointId } },
  },
});

const subscriptionPath = (id: string): string => `/v1/subscriptions/${encodeURIComponent(id)}`;

/** For up-front no filter is sent, as it is too new to rely on: whoever reads the prices sorts out the other plan. */
const planFilter = (plan: PlanType): Record<string, string> =>
  plan === 'MONTHLY' ? { 'filter[planType]': plan } : {};
