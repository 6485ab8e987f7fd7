import {
  equalized,
  findPricePoint,
  type PricePoint,
  readPricePointId,
} from '../../../prices/price-points.ts';
import type { ScheduledProduct } from '../../../prices/price-schedule.ts';
import type { PriceStore } from '../../../prices/price-store.ts';
import { noResource } from '../../../rules/apple-error.ts';
import type { RouteResponse } from '../../../rules/response.ts';
import { type Call, idOf, type Route } from '../../../server/route.ts';
import { listResponse, type Rendered, singleResponse } from '../../json-api/documents.ts';
import { type ReadQuery, readQuery } from '../../json-api/query.ts';
import { renderPoint } from '../points.ts';
import { readRoute } from '../roles.ts';
import { filteredTerritories } from '../territories.ts';
import { findProduct, productResource } from './products.ts';
import type { ScheduleNames } from './types.ts';

/** The prices that an in-app purchase or app can have. */
export const productPointsRoute = (store: PriceStore, names: ScheduleNames, path: string): Route =>
  readRoute(path, (call) => {
    const { kind, id } = findProduct(store, names, call);
    return points(call, store, names, ['territory'], (query) =>
      filteredTerritories(query).flatMap((territory) =>
        store.pricePoints({ kind, id, plan: 'UPFRONT' }, territory),
      ),
    );
  });

/** What a price equals in every other territory. */
export const equalizationsRoute = (
  store: PriceStore,
  names: ScheduleNames,
  path: string,
  filters: readonly string[],
): Route =>
  readRoute(path, (call) =>
    points(call, store, names, filters, (query) => {
      const { point } = findPoint(store, names, call);
      return filteredTerritories(query)
        .filter(({ id }) => id !== point.territory)
        .map((territory) => equalized(point, territory));
    }),
  );

export const pointRoute = (store: PriceStore, names: ScheduleNames, path: string): Route =>
  readRoute(path, (call) => {
    const { point } = findPoint(store, names, call);
    const query = readQuery(call, rule(names));
    return singleResponse(call, query, render(call, store, names, query)(point));
  });

const rule = (names: ScheduleNames) => ({
  include: [...(names.productIncluded ? [names.productOfSchedule] : []), 'territory'],
  fields: [names.point, 'territories', names.product],
});

function points(
  call: Call,
  store: PriceStore,
  names: ScheduleNames,
  filters: readonly string[],
  find: (query: ReadQuery) => PricePoint[],
): RouteResponse {
  const query = readQuery(call, { ...rule(names), filters, maxLimit: names.pointLimit });
  return listResponse(call, query, find(query), render(call, store, names, query));
}

/** A price point, with its product where that was asked for. */
function render(
  call: Call,
  store: PriceStore,
  names: ScheduleNames,
  query: ReadQuery,
): (point: PricePoint) => Rendered {
  const plain = renderPoint(call, query);
  if (!query.includes(names.productOfSchedule)) return plain;
  return (point) => {
    const { resource, included } = plain(point);
    const data = { type: names.product, id: point.id };
    const relationships = { ...resource.relationships, [names.productOfSchedule]: { data } };
    const product = productResource(call, names, findProduct(store, names, call, point.id));
    return { resource: { ...resource, relationships }, included: [...included, product] };
  };
}

function findPoint(
  store: PriceStore,
  names: ScheduleNames,
  call: Call,
): { point: PricePoint; product: ScheduledProduct } {
  const id = idOf(call);
  const product = store.scheduled(names.kind, readPricePointId(id)?.product ?? '', call.key.team.name);
  const point = product && findPricePoint(product, id);
  if (product === undefined || point === undefined) throw noResource(names.point, id);
  return { point, product };
}
