import * as z from 'zod';
import { together } from '../../platform/util/concurrency.ts';
import type { AppStoreConnectClient } from '../client/client.ts';
import { readPages } from '../client/pages.ts';
import type { ApiWrite } from '../protocol/api-request.ts';
import { AppStoreConnectError } from '../protocol/errors.ts';
import { countedListSchema, documentSchema, includedBy, relatedId } from '../protocol/json-api.ts';
import { readResponseJson } from '../protocol/response-json.ts';
import { unexpectedResponse } from '../protocol/unexpected-response.ts';
import { type PricePoint, pricePointOf, readPricePoints } from './price-points.ts';

/** The two kinds of product whose prices are one schedule with a base territory. */
export type ScheduleKind = 'inAppPurchase' | 'app';

type Family = {
  product: (id: string) => string;
  schedule: string;
  points: string;
  pointsLimit: number;
  schedules: string;
  scheduleType: string;
  priceType: string;
  pointType: string;
  pointRelationship: string;
  equalizations: (pointId: string) => string;
  /** Name and type of the relationship from schedule to product, and from an inline price to it. */
  productRelationship: string;
  productType: string;
  inlineProductRelationship: string | undefined;
};

/** Where the two differ. Source: Apple's OpenAPI file. */
const FAMILIES: Record<ScheduleKind, Family> = {
  inAppPurchase: {
    product: (id) => `/v2/inAppPurchases/${id}`,
    schedule: 'iapPriceSchedule',
    points: 'pricePoints',
    pointsLimit: 8000,
    schedules: '/v1/inAppPurchasePriceSchedules',
    scheduleType: 'inAppPurchasePriceSchedules',
    priceType: 'inAppPurchasePrices',
    pointType: 'inAppPurchasePricePoints',
    pointRelationship: 'inAppPurchasePricePoint',
    equalizations: (pointId) => `/v1/inAppPurchasePricePoints/${pointId}/equalizations`,
    productRelationship: 'inAppPurchase',
    productType: 'inAppPurchases',
    inlineProductRelationship: 'inAppPurchaseV2',
  },
  app: {
    product: (id) => `/v1/apps/${id}`,
    schedule: 'appPriceSchedule',
    points: 'appPricePoints',
    pointsLimit: 200,
    schedules: '/v1/appPriceSchedules',
    scheduleType: 'appPriceSchedules',
    priceType: 'appPrices',
    pointType: 'appPricePoints',
    pointRelationship: 'appPricePoint',
    equalizations: (pointId) => `/v3/appPricePoints/${pointId}/equalizations`,
    productRelationship: 'app',
    productType: 'apps',
    inlineProductRelationship: undefined,
  },
};

/** A record of a schedule's manual or automatic prices. */
export type SchedulePrice = {
  id: string;
  territory: string;
  currency: string | undefined;
  /** `undefined`: since the beginning. */
  startDate: string | undefined;
  /** `undefined`: for good. The next price, if any, starts on this day. */
  endDate: string | undefined;
  point: PricePoint;
};

/** A record whose price point Apple does not deliver any more has no `point`. */
export type ListedSchedulePrice = Omit<SchedulePrice, 'point'> & { point: PricePoint | undefined };

export type PriceSchedule = {
  baseTerritory: string;
  manual: SchedulePrice[];
  /** What follows the base territory by itself. */
  automatic: SchedulePrice[];
};

const priceAttributes = z.object({ startDate: z.iso.date().nullish(), endDate: z.iso.date().nullish() });

/**
 * A product's whole schedule: three reads where a list fits one page.
 *
 * @returns `undefined` where the product has no schedule yet
 * @throws AppStoreConnectError `NOT_FOUND` where there is no such product
 */
export async function readPriceSchedule(
  client: AppStoreConnectClient,
  kind: ScheduleKind,
  id: string,
): Promise<PriceSchedule | undefined> {
  const schedule = await listPriceSchedule(client, kind, id);
  return (
    schedule && {
      ...schedule,
      manual: schedule.manual.map(withPoint),
      automatic: schedule.automatic.map(withPoint),
    }
  );
}

/**
 * The same schedule as it is, for who only looks: records without their price point included.
 *
 * @throws AppStoreConnectError `NOT_FOUND` as above; `UNEXPECTED_ANSWER` where Apple says that a list is longer than what
 *   it delivered
 */
export async function listPriceSchedule(client: AppStoreConnectClient, kind: ScheduleKind, id: string) {
  const family = FAMILIES[kind];
  const product = family.product(encodeURIComponent(id));
  const head = await readHead(client, family, product);
  if (head === undefined) {
    await client.read({ path: product }, async (answer) => answer.body?.cancel());
    return undefined;
  }
  const [manual, automatic] = await together(
    readSchedulePrices(client, family, `${head.path}/manualPrices`),
    readSchedulePrices(client, family, `${head.path}/automaticPrices`),
  );
  return { baseTerritory: head.baseTerritory, manual, automatic };
}

function withPoint({ point, ...price }: ListedSchedulePrice): SchedulePrice {
  if (point === undefined)
    throw unexpectedResponse('The list of prices of a schedule', `price ${price.id} lacks its price point`);
  return { ...price, point };
}

async function readHead(client: AppStoreConnectClient, family: Family, product: string) {
  const path = `${product}/${family.schedule}`;
  const request = { path, query: { include: 'baseTerritory' } };
  let json: unknown;
  try {
    json = await client.read(request, readResponseJson);
  } catch (error) {
    if (error instanceof AppStoreConnectError && error.code === 'NOT_FOUND') return undefined;
    throw error;
  }
  const parsed = documentSchema.safeParse(json);
  const baseTerritory = parsed.data && relatedId(parsed.data.data, 'baseTerritory');
  if (!parsed.success || baseTerritory === undefined)
    throw unexpectedResponse(`GET ${path}`, 'it names no base territory');
  return { path: `${family.schedules}/${encodeURIComponent(parsed.data.data.id)}`, baseTerritory };
}

async function readSchedulePrices(
  client: AppStoreConnectClient,
  family: Family,
  path: string,
): Promise<ListedSchedulePrice[]> {
  const request = { path, query: { include: `${family.pointRelationship},territory`, limit: '200' } };
  const prices: ListedSchedulePrice[] = [];
  let total = 0;
  for await (const { data, included, meta } of readPages(client, request, countedListSchema)) {
    total = meta?.paging?.total ?? total;
    const find = includedBy(included);
    for (const resource of data) {
      const attributes = priceAttributes.safeParse(resource.attributes ?? {});
      const territory = relatedId(resource, 'territory');
      const point = find(family.pointType, relatedId(resource, family.pointRelationship) ?? '');
      if (!attributes.success || territory === undefined)
        throw unexpectedResponse(`GET ${path}`, `price ${resource.id} lacks its territory or readable dates`);
      const currency = find('territories', territory)?.attributes?.['currency'];
      prices.push({
        id: resource.id,
        territory,
        currency: typeof currency === 'string' ? currency : undefined,
        startDate: attributes.data.startDate ?? undefined,
        endDate: attributes.data.endDate ?? undefined,
        point: point === undefined ? undefined : pricePointOf(point, territory),
      });
    }
  }
  if (prices.length < total)
    throw unexpectedResponse(
      `GET ${path}`,
      `the list was cut short: ${prices.length} of ${total} records came`,
    );
  return prices;
}

/** The price points of some territories. */
export function readSchedulePricePoints(
  client: AppStoreConnectClient,
  kind: ScheduleKind,
  id: string,
  territories: readonly string[],
): Promise<PricePoint[]> {
  const family = FAMILIES[kind];
  return readPricePoints(client, {
    path: `${family.product(encodeURIComponent(id))}/${family.points}`,
    query: {
      'filter[territory]': territories.join(','),
      include: 'territory',
      limit: String(family.pointsLimit),
    },
  });
}

/** Apple's equal prices in every other territory. */
export function readScheduleEqualizations(
  client: AppStoreConnectClient,
  kind: ScheduleKind,
  pricePointId: string,
): Promise<PricePoint[]> {
  const family = FAMILIES[kind];
  return readPricePoints(client, {
    path: family.equalizations(encodeURIComponent(pricePointId)),
    query: { include: 'territory', limit: String(family.pointsLimit) },
  });
}

export type SchedulePriceInput = {
  pricePointId: string;
  startDate: string | undefined;
  endDate: string | undefined;
};

/** The one write of a schedule. It replaces every manual price: what should stay must be among `prices`. */
export function createPriceSchedule(
  kind: ScheduleKind,
  id: string,
  baseTerritory: string,
  prices: readonly SchedulePriceInput[],
): ApiWrite {
  const family = FAMILIES[kind];
  const localId = (index: number): string => `\${${index + 1}}`;
  const product = { data: { type: family.productType, id } };
  return {
    method: 'POST',
    path: family.schedules,
    body: {
      data: {
        type: family.scheduleType,
        relationships: {
          [family.productRelationship]: product,
          baseTerritory: { data: { type: 'territories', id: baseTerritory } },
          manualPrices: {
            data: prices.map((_, index) => ({ type: family.priceType, id: localId(index) })),
          },
        },
      },
      included: prices.map(({ pricePointId, startDate, endDate }, index) => ({
        type: family.priceType,
        id: localId(index),
        attributes: { startDate: startDate ?? null, endDate: endDate ?? null },
        relationships: {
          [family.pointRelationship]: { data: { type: family.pointType, id: pricePointId } },
          ...(family.inlineProductRelationship && { [family.inlineProductRelationship]: product }),
        },
      })),
    },
  };
}
