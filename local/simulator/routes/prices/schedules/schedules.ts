import { pacificDay } from '../../../prices/pacific-day.ts';
import { findPricePoint } from '../../../prices/price-points.ts';
import type { ScheduledProduct } from '../../../prices/price-schedule.ts';
import type { PriceStore } from '../../../prices/price-store.ts';
import type { PriceRecord } from '../../../prices/priced-product.ts';
import { findTerritory } from '../../../prices/territories.ts';
import { noResource, notFound } from '../../../rules/apple-error.ts';
import type { RouteResponse } from '../../../rules/response.ts';
import { type Call, idOf, type Route } from '../../../server/route.ts';
import {
  linked,
  listResponse,
  originOf,
  type Rendered,
  type Resource,
  singleResponse,
} from '../../json-api/documents.ts';
import { type ReadQuery, readQuery } from '../../json-api/query.ts';
import { includedOfPrice, pointIdentifier } from '../points.ts';
import { readRoute } from '../roles.ts';
import { filteredTerritories, territoryIdentifier, territoryResource } from '../territories.ts';
import { findProduct, productResource } from './products.ts';
import type { ScheduleNames } from './types.ts';

/** The price schedule of an in-app purchase or app, and its lists. A schedule has its product's id. */
export function scheduleRoutes(store: PriceStore, names: ScheduleNames): Route[] {
  const path = `/v1/${names.schedule}/{id}`;
  const find = (call: Call): ScheduledProduct => withSchedule(findProduct(store, names, call), names);
  return [
    readRoute(`${names.productPath}/${names.toSchedule}`, (call) => schedule(call, names, find(call))),
    readRoute(path, (call) => schedule(call, names, find(call))),
    readRoute(`${path}/baseTerritory`, (call) => baseTerritory(call, find(call))),
    readRoute(`${path}/manualPrices`, (call) =>
      prices(call, names, find(call).manualPrices(pacificDay(call.now))),
    ),
    readRoute(`${path}/automaticPrices`, (call) =>
      prices(call, names, find(call).automaticPrices(pacificDay(call.now))),
    ),
  ];
}

/** What the query of a schedule may ask for. */
const scheduleRule = (names: ScheduleNames) => ({
  include: [
    ...(names.productIncluded ? [names.productOfSchedule] : []),
    'baseTerritory',
    'manualPrices',
    'automaticPrices',
  ],
  fields: [names.schedule, names.price, names.product, 'territories'],
  includedLimits: ['manualPrices', 'automaticPrices'],
});

function withSchedule(product: ScheduledProduct, names: ScheduleNames): ScheduledProduct {
  if (product.baseTerritory !== undefined) return product;
  throw noResource(names.schedule, product.id);
}

function schedule(call: Call, names: ScheduleNames, product: ScheduledProduct): RouteResponse {
  const query = readQuery(call, scheduleRule(names));
  return singleResponse(call, query, renderSchedule(call, names, query, product));
}

export function renderSchedule(
  call: Call,
  names: ScheduleNames,
  query: ReadQuery,
  product: ScheduledProduct,
): Rendered {
  const self = `${originOf(call)}/v1/${names.schedule}/${product.id}`;
  const today = pacificDay(call.now);
  const base = findTerritory(product.baseTerritory ?? '');
  const withBase = query.includes('baseTerritory') && base !== undefined;
  const withProduct = query.includes(names.productOfSchedule);
  const manual = listOf(names, query, self, 'manualPrices', () => product.manualPrices(today));
  const automatic = listOf(names, query, self, 'automaticPrices', () => product.automaticPrices(today));
  return {
    resource: {
      type: names.schedule,
      id: product.id,
      relationships: {
        ...(withProduct && { [names.productOfSchedule]: { data: { type: names.product, id: product.id } } }),
        baseTerritory: { ...linked(self, 'baseTerritory'), ...(withBase && territoryIdentifier(base.id)) },
        manualPrices: manual.relationship,
        automaticPrices: automatic.relationship,
      },
      links: { self },
    },
    included: [
      ...(withProduct ? [productResource(call, names, product)] : []),
      ...(withBase ? [territoryResource(call, base)] : []),
      ...manual.included,
      ...automatic.included,
    ],
  };
}

/** A list within a schedule: told and included only where asked for, and then its first few only. */
function listOf(
  names: ScheduleNames,
  query: ReadQuery,
  self: string,
  name: string,
  find: () => PriceRecord[],
): { relationship: object; included: Resource[] } {
  if (!query.includes(name)) return { relationship: linked(self, name), included: [] };
  const all = find();
  const limit = query.includedLimit(name);
  const shown = all.slice(0, limit);
  return {
    relationship: {
      ...linked(self, name),
      meta: { paging: { total: all.length, limit } },
      data: shown.map(({ id }) => ({ type: names.price, id })),
    },
    included: shown.map((record) => priceResource(names, record, { point: false, territory: false })),
  };
}

function baseTerritory(call: Call, product: ScheduledProduct): RouteResponse {
  const query = readQuery(call, { fields: ['territories'] });
  const base = findTerritory(product.baseTerritory ?? '');
  if (base === undefined) throw notFound('There is no base territory.');
  return singleResponse(call, query, { resource: territoryResource(call, base), included: [] });
}

function prices(call: Call, names: ScheduleNames, records: readonly PriceRecord[]): RouteResponse {
  const query = readQuery(call, {
    filters: names.priceFilters,
    include: [names.pointOfPrice, 'territory'],
    fields: [names.price, names.point, 'territories'],
    maxLimit: 200,
  });
  const places = new Set(filteredTerritories(query).map(({ id }) => id));
  const fits = (name: string, value: string | null): boolean =>
    query.filter(name)?.includes(value ?? '') ?? true;
  const found = records.filter(
    ({ territory, startDate, endDate }) =>
      places.has(territory) && fits('startDate', startDate) && fits('endDate', endDate),
  );
  const wanted = { point: query.includes(names.pointOfPrice), territory: query.includes('territory') };
  const id = idOf(call);
  return listResponse(call, query, found, (record) => ({
    resource: priceResource(names, record, wanted),
    included: includedOfPrice(
      call,
      findPricePoint({ kind: names.kind, id }, record.pricePointId),
      record.territory,
      wanted,
    ),
  }));
}

function priceResource(
  names: ScheduleNames,
  { id, startDate, endDate, manual, territory, pricePointId }: PriceRecord,
  wanted: { point: boolean; territory: boolean },
): Resource {
  return {
    type: names.price,
    id,
    attributes: { startDate, endDate, manual },
    relationships: {
      ...(wanted.point && { [names.pointOfPrice]: pointIdentifier(names.kind, pricePointId) }),
      ...(wanted.territory && { territory: territoryIdentifier(territory) }),
    },
  };
}
