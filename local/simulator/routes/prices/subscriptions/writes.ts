import { pacificDay } from '../../../prices/pacific-day.ts';
import { pricePointId } from '../../../prices/price-points.ts';
import type { PriceStore } from '../../../prices/price-store.ts';
import type { NewPrice, Subscription } from '../../../prices/subscription-prices.ts';
import { noResource, Refusal } from '../../../rules/apple-error.ts';
import type { RouteResponse } from '../../../rules/response.ts';
import { type Call, idOf, type Route } from '../../../server/route.ts';
import { noContentResponse, singleResponse } from '../../json-api/documents.ts';
import { readQuery } from '../../json-api/query.ts';
import { attributeRefused, readBody, relationshipRefused, stateRefused, throwAll } from '../bodies.ts';
import { isLocalId, namedItems } from '../included.ts';
import { writeRoute } from '../roles.ts';
import { write } from '../writes.ts';
import { createPriceSchema, subscriptionOwnerSchema, updateSubscriptionSchema } from './bodies.ts';
import { checkNewPrice } from './rules.ts';
import { findSubscription, renderPrice, subscriptionResource } from './subscriptions.ts';

/** The two ways to write a subscription's prices, and the one to take a scheduled price back. */
export function subscriptionWriteRoutes(store: PriceStore): Route[] {
  return [
    writeRoute('POST', '/v1/subscriptionPrices', (call) => createPrice(call, store)),
    writeRoute('DELETE', '/v1/subscriptionPrices/{id}', (call) => deletePrice(call, store)),
    writeRoute('PATCH', '/v1/subscriptions/{id}', (call) => updateSubscription(call, store)),
  ];
}

/** Page "Create a subscription price change": one territory. */
function createPrice(call: Call, store: PriceStore): RouteResponse {
  const query = readQuery(call, {});
  const { id } = readBody(subscriptionOwnerSchema, call.body).data.relationships.subscription.data;
  const subscription = findSubscription(store, call, id);
  let created: NewPrice | undefined;
  write(store, subscription, call, () => {
    const { data } = readBody(createPriceSchema, call.body);
    if (!subscription.hasPrices()) throw withoutFirstPrice();
    const price = checkNewPrice(subscription, data, '/data', call);
    if (price instanceof Refusal) throw price;
    created = price;
    return (today) => {
      subscription.put(price, today);
      if (call.behaviour.volumeTiersOfNewPrice === 'dropped')
        subscription.volumeTiersIn.delete(price.point.territory);
    };
  });
  if (created === undefined) throw new Error('A price was neither refused nor created.');
  const { point, startDate } = created;
  const record = {
    id: subscription.priceId(created),
    plan: point.plan,
    territory: point.territory,
    pricePointId: pricePointId(point),
    startDate,
    preserved: false,
  };
  return singleResponse(call, query, renderPrice(call, query, record, subscription), 201);
}

/** Observed: a subscription that has no price at all answers so for ever, until its first prices come by PATCH. */
const withoutFirstPrice = (): Refusal =>
  new Refusal({
    status: 500,
    code: 'UNEXPECTED_ERROR',
    title: 'An unexpected error occurred.',
    detail: 'An unexpected error occurred on the server side.',
    reason: 'subscription-without-first-price',
  });

function deletePrice(call: Call, store: PriceStore): RouteResponse {
  const id = idOf(call);
  const today = pacificDay(call.now);
  const subscription = store
    .subscriptions(call.key.team.name)
    .find((one) => one.plans.some((plan) => one.prices(today, plan).some((price) => price.id === id)));
  if (subscription === undefined) throw noResource('subscriptionPrices', id);
  write(store, subscription, call, () => {
    if (subscription.scheduled(id, today) === undefined)
      throw stateRefused('/data', 'A price that is in effect or preserved can not be deleted.');
    return (day) => subscription.unschedule(id, day);
  });
  return noContentResponse();
}

/** Page "Modify an auto-renewable subscription": its name, and any number of prices at once. */
function updateSubscription(call: Call, store: PriceStore): RouteResponse {
  const subscription = findSubscription(store, call);
  const query = readQuery(call, {});
  let name = subscription.name;
  write(store, subscription, call, () => {
    const { data, included } = readBody(updateSubscriptionSchema, call.body);
    if (data.id !== subscription.id)
      throw attributeRefused('/data/id', `The id '${data.id}' is not that of the path.`);
    name = data.attributes?.name ?? name;
    const references = data.relationships?.prices?.data ?? [];
    const bulk = call.behaviour.subscriptionBulkWrite;
    if (references.length > 0 && bulk === 'first-prices-only' && subscription.hasPrices()) {
      const detail = 'Initial price cannot be created again after subscription is approved.';
      throw stateRefused('/data/relationships/prices', detail);
    }
    const kept = keptIds(subscription, references, call);
    const prices = checkIncluded(subscription, references, included, call);
    return (today) => {
      subscription.name = name;
      if (bulk === 'accepted-and-replaces' && references.length > 0) subscription.forgetAllBut(kept, today);
      for (const price of prices) subscription.put(price, today);
    };
  });
  const { attributes, ...rest } = subscriptionResource(call, subscription);
  return singleResponse(call, query, {
    resource: { ...rest, attributes: { ...attributes, name } },
    included: [],
  });
}

type Reference = { id: string };
type Included = ReturnType<typeof updateSubscriptionSchema.parse>['included'];

/** References that are no local ids name prices that exist. */
function keptIds(
  subscription: Subscription,
  references: readonly Reference[],
  call: Call,
): ReadonlySet<string> {
  const known = new Set(
    subscription.plans.flatMap((plan) => subscription.prices(pacificDay(call.now), plan)).map(({ id }) => id),
  );
  const at = '/data/relationships/prices';
  throwAll(
    references.flatMap(({ id }, index) =>
      isLocalId(id) || known.has(id)
        ? []
        : [relationshipRefused(`${at}/data/${index}`, `There is no price '${id}'.`)],
    ),
  );
  return new Set(references.map(({ id }) => id));
}

function checkIncluded(
  subscription: Subscription,
  references: readonly Reference[],
  included: Included,
  call: Call,
): NewPrice[] {
  const local = references.filter(({ id }) => isLocalId(id));
  const { items, refusals } = namedItems('/data/relationships/prices', local, included);
  const prices: NewPrice[] = [];
  const seen = new Set<string>();
  for (const { item, at } of items) {
    const price = checkNewPrice(subscription, item, at, call);
    if (price instanceof Refusal) {
      refusals.push(price);
      continue;
    }
    const { territory, plan } = price.point;
    const place = `${plan} ${territory} ${price.startDate}`;
    if (seen.has(place))
      refusals.push(
        relationshipRefused(`${at}/relationships/territory`, `There are two prices for ${territory}.`),
      );
    seen.add(place);
    prices.push(price);
  }
  throwAll(refusals);
  return prices;
}
