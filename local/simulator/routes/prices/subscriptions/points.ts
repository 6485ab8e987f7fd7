import {
  equalized,
  findPricePoint,
  type Plan,
  type PricePoint,
  readPricePointId,
} from '../../../prices/price-points.ts';
import type { PriceStore } from '../../../prices/price-store.ts';
import { missingParameter, noResource } from '../../../rules/apple-error.ts';
import type { RouteResponse } from '../../../rules/response.ts';
import { type Call, idOf, type Route } from '../../../server/route.ts';
import { listResponse, singleResponse } from '../../json-api/documents.ts';
import { readQuery, requiredFilter } from '../../json-api/query.ts';
import { renderPoint } from '../points.ts';
import { readRoute } from '../roles.ts';
import { filteredTerritories } from '../territories.ts';
import { askedPlans, findSubscription } from './subscriptions.ts';

const fields = ['subscriptionPricePoints', 'territories'];
const include = ['territory'];
const maxLimit = 8000;

/** The prices that a subscription can have, and what they equal elsewhere. */
export function subscriptionPointRoutes(store: PriceStore): Route[] {
  const point = '/v1/subscriptionPricePoints/{id}';
  return [
    readRoute('/v1/subscriptions/{id}/pricePoints', (call) => pricePoints(call, store)),
    readRoute(point, (call) => {
      const query = readQuery(call, { include, fields });
      return singleResponse(call, query, renderPoint(call, query)(findPoint(store, call)));
    }),
    readRoute(`${point}/equalizations`, (call) => equalizations(call, store)),
    readRoute(`${point}/adjustedEqualizations`, (call) => adjustedEqualizations(call, store)),
  ];
}

function pricePoints(call: Call, store: PriceStore): RouteResponse {
  const { id } = findSubscription(store, call);
  const filters = ['territory', 'planType', 'upfrontPricePointId'];
  const query = readQuery(call, { filters, include, fields, maxLimit });
  if (call.behaviour.subscriptionPricePointsNeedTerritory) requiredFilter(query, 'territory');
  const plans: readonly Plan[] = askedPlans(query) ?? ['UPFRONT'];
  const places = filteredTerritories(query);
  const points = plans.flatMap((plan) =>
    places.flatMap((territory) => store.pricePoints({ kind: 'subscription', id, plan }, territory)),
  );
  return listResponse(call, query, points, renderPoint(call, query));
}

/** Page "List all subscription price point equalizations": every territory but the point's own. */
function equalizations(call: Call, store: PriceStore): RouteResponse {
  const query = readQuery(call, { filters: ['territory', 'subscription'], include, fields, maxLimit });
  const point = findPoint(store, call);
  const found = filteredTerritories(query)
    .filter(({ id }) => id !== point.territory)
    .map((territory) => equalized(point, territory));
  return listResponse(call, query, found, renderPoint(call, query));
}

/** Page "List adjusted equalizations": asked by plan; for the monthly one the up-front price must be named. */
function adjustedEqualizations(call: Call, store: PriceStore): RouteResponse {
  const filters = ['territory', 'planType', 'upfrontPricePointId'];
  const query = readQuery(call, { filters, include, fields, maxLimit });
  const point = findPoint(store, call);
  const [plan] = requiredFilter(query, 'planType').length > 0 ? (askedPlans(query) ?? []) : [];
  if (plan === undefined) throw missingParameter('filter[planType]');
  if (plan === 'MONTHLY') requiredFilter(query, 'upfrontPricePointId');
  const found = filteredTerritories(query)
    .filter(({ id }) => id !== point.territory)
    .map((territory) => equalized(point, territory, plan));
  return listResponse(call, query, found, renderPoint(call, query));
}

function findPoint(store: PriceStore, call: Call): PricePoint {
  const id = idOf(call);
  const owner = store.subscription(readPricePointId(id)?.product ?? '', call.key.team.name);
  const found = owner && findPricePoint(owner, id);
  if (found === undefined) throw noResource('subscriptionPricePoints', id);
  return found;
}
