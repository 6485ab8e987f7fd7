import * as z from 'zod';
import type { AppStoreConnectClient } from '../client/client.ts';
import { readPages } from '../client/pages.ts';
import type { ApiWrite } from '../protocol/api-request.ts';
import { includedBy, listSchema, type Resource, relatedId } from '../protocol/json-api.ts';
import { unexpectedResponse } from '../protocol/unexpected-response.ts';
import { type PricePoint, pricePointOf } from './price-points.ts';
import type { PlanType } from './subscription-prices.ts';

export type OfferKind = 'introductory' | 'promotional' | 'offerCode' | 'winBack';

/** What an offer costs in a territory; a free trial has no price point. */
export type OfferPrice = { territory: string; point: PricePoint | undefined };

export type SubscriptionOffer = {
  kind: OfferKind;
  id: string;
  name: string | undefined;
  /** `FREE_TRIAL`, `PAY_AS_YOU_GO`, `PAY_UP_FRONT`, or what Apple adds. */
  mode: string;
  /** Such as `ONE_MONTH`. */
  duration: string;
  periods: number;
  startDate: string | undefined;
  endDate: string | undefined;
  plan: PlanType | undefined;
  /** Introductory offers: exactly one. `undefined`: not read. */
  prices: readonly OfferPrice[] | undefined;
};

const attributesSchema = z.object({
  name: z.string().nullish(),
  referenceName: z.string().nullish(),
  offerMode: z.string().default(''),
  duration: z.string().default(''),
  numberOfPeriods: z.number().nullish(),
  periodCount: z.number().nullish(),
  startDate: z.iso.date().nullish(),
  endDate: z.iso.date().nullish(),
  targetSubscriptionPlanType: z.enum(['UPFRONT', 'MONTHLY']).nullish(),
  active: z.boolean().nullish(),
});

/** Where each kind is listed, and where the prices of one are. Source: Apple's OpenAPI file. */
const LISTS = {
  promotional: { list: 'promotionalOffers', resource: 'subscriptionPromotionalOffers' },
  offerCode: { list: 'offerCodes', resource: 'subscriptionOfferCodes' },
  winBack: { list: 'winBackOffers', resource: 'winBackOffers' },
} as const;

/** Prices of more offers of a kind are not read: a plan does not need 200 requests. */
const MAXIMUM_PRICED = 10;

const path = (id: string, list: string): string => `/v1/subscriptions/${encodeURIComponent(id)}/${list}`;

/** `GET /v1/subscriptions/{id}/introductoryOffers`: one record per territory. No source says whether those that are over are listed. */
export async function readIntroductoryOffers(
  client: AppStoreConnectClient,
  id: string,
): Promise<SubscriptionOffer[]> {
  const offers: SubscriptionOffer[] = [];
  const request = {
    path: path(id, 'introductoryOffers'),
    query: { include: 'territory,subscriptionPricePoint', limit: '200' },
  };
  for await (const { data, included } of readPages(client, request, listSchema)) {
    const find = includedBy(included);
    for (const resource of data) {
      const price = priceOf(resource, find);
      if (price === undefined)
        throw unexpectedResponse(`GET ${request.path}`, `offer ${resource.id} names no territory`);
      const offer = offerOf('introductory', resource, [price]);
      if (offer !== undefined) offers.push(offer);
    }
  }
  return offers;
}

/** Promotional offers, offer codes (active ones) or win-back offers, with their prices. */
export async function readOtherOffers(
  client: AppStoreConnectClient,
  id: string,
  kind: keyof typeof LISTS,
): Promise<SubscriptionOffer[]> {
  const { list, resource: type } = LISTS[kind];
  const found: Resource[] = [];
  for await (const { data } of readPages(
    client,
    { path: path(id, list), query: { limit: '200' } },
    listSchema,
  ))
    found.push(...data);
  const offers: SubscriptionOffer[] = [];
  for (const resource of found) {
    const offer = offerOf(kind, resource, undefined);
    if (offer === undefined) continue;
    const prices =
      offers.length < MAXIMUM_PRICED ? await readOfferPrices(client, type, resource.id) : undefined;
    offers.push({ ...offer, prices });
  }
  return offers;
}

async function readOfferPrices(
  client: AppStoreConnectClient,
  type: string,
  id: string,
): Promise<OfferPrice[]> {
  const prices: OfferPrice[] = [];
  const request = {
    path: `/v1/${type}/${encodeURIComponent(id)}/prices`,
    query: { include: 'territory,subscriptionPricePoint', limit: '200' },
  };
  for await (const { data, included } of readPages(client, request, listSchema)) {
    const find = includedBy(included);
    prices.push(...data.map((resource) => priceOf(resource, find)).filter((price) => price !== undefined));
  }
  return prices;
}

function priceOf(resource: Resource, find: ReturnType<typeof includedBy>): OfferPrice | undefined {
  const point = find('subscriptionPricePoints', relatedId(resource, 'subscriptionPricePoint') ?? '');
  const territory = relatedId(resource, 'territory') ?? (point && relatedId(point, 'territory'));
  if (territory === undefined) return undefined;
  return { territory, point: point === undefined ? undefined : pricePointOf(point, territory) };
}

/** `undefined`: an offer code that is switched off. */
function offerOf(
  kind: OfferKind,
  { id, attributes = {} }: Resource,
  prices: readonly OfferPrice[] | undefined,
): SubscriptionOffer | undefined {
  const parsed = attributesSchema.safeParse(attributes);
  if (!parsed.success)
    throw unexpectedResponse(`The list of ${kind} offers`, `offer ${id} has no readable dates or periods`);
  const { data } = parsed;
  if (data.active === false) return undefined;
  return {
    kind,
    id,
    name: data.name ?? data.referenceName ?? undefined,
    mode: data.offerMode,
    duration: data.duration,
    periods: data.numberOfPeriods ?? data.periodCount ?? 1,
    startDate: data.startDate ?? undefined,
    endDate: data.endDate ?? undefined,
    plan: data.targetSubscriptionPlanType ?? undefined,
    prices,
  };
}

export type IntroductoryOfferInput = {
  territory: string;
  /** `undefined`: a free trial. */
  pricePointId: string | undefined;
  mode: string;
  duration: string;
  periods: number;
  /** `undefined`: at once. */
  startDate: string | undefined;
  endDate: string | undefined;
};

/** `POST /v1/subscriptionIntroductoryOffers`: one territory. */
export const createIntroductoryOffer = (
  subscription: string,
  plan: PlanType,
  offer: IntroductoryOfferInput,
): ApiWrite => ({
  method: 'POST',
  path: '/v1/subscriptionIntroductoryOffers',
  body: {
    data: {
      type: 'subscriptionIntroductoryOffers',
      attributes: {
        offerMode: offer.mode,
        duration: offer.duration,
        numberOfPeriods: offer.periods,
        ...(offer.startDate !== undefined && { startDate: offer.startDate }),
        ...(offer.endDate !== undefined && { endDate: offer.endDate }),
        ...(plan === 'MONTHLY' && { targetSubscriptionPlanType: plan }),
      },
      relationships: {
        subscription: { data: { type: 'subscriptions', id: subscription } },
        territory: { data: { type: 'territories', id: offer.territory } },
        ...(offer.pricePointId !== undefined && {
          subscriptionPricePoint: { data: { type: 'subscriptionPricePoints', id: offer.pricePointId } },
        }),
      },
    },
  },
});

/** `DELETE /v1/subscriptionIntroductoryOffers/{id}`. */
export const deleteIntroductoryOffer = (id: string): ApiWrite => ({
  method: 'DELETE',
  path: `/v1/subscriptionIntroductoryOffers/${encodeURIComponent(id)}`,
});
