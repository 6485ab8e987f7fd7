import * as z from 'zod';
import type { Offer } from '../../../prices/offers.ts';
import { pacificDay } from '../../../prices/pacific-day.ts';
import { findPricePoint, type PricePoint } from '../../../prices/price-points.ts';
import type { PriceStore } from '../../../prices/price-store.ts';
import type { Subscription } from '../../../prices/subscription-prices.ts';
import { findTerritory, isOpen } from '../../../prices/territories.ts';
import type { Refusal } from '../../../rules/apple-error.ts';
import type { RouteResponse } from '../../../rules/response.ts';
import type { Call, Route } from '../../../server/route.ts';
import { noContentResponse, singleResponse } from '../../json-api/documents.ts';
import { readQuery } from '../../json-api/query.ts';
import {
  attributeRefused,
  identifier,
  readBody,
  relationshipRefused,
  startOrEnd,
  throwAll,
  toOne,
} from '../bodies.ts';
import { writeRoute } from '../roles.ts';
import { write } from '../writes.ts';
import { subscriptionOwnerSchema } from './bodies.ts';
import { findOffer, renderIntroductory } from './offers.ts';
import { findSubscription } from './subscriptions.ts';

/** Introductory offers are made, ended and taken away. */
export function introductoryOfferRoutes(store: PriceStore): Route[] {
  const one = '/v1/subscriptionIntroductoryOffers/{id}';
  return [
    writeRoute('POST', '/v1/subscriptionIntroductoryOffers', (call) => createOffer(call, store)),
    writeRoute('PATCH', one, (call) => endOffer(call, store)),
    writeRoute('DELETE', one, (call) => deleteOffer(call, store)),
  ];
}

const DURATIONS = [
  'THREE_DAYS',
  'ONE_WEEK',
  'TWO_WEEKS',
  'ONE_MONTH',
  'TWO_MONTHS',
  'THREE_MONTHS',
  'SIX_MONTHS',
  'ONE_YEAR',
] as const;

const createSchema = z.object({
  data: z.object({
    type: z.literal('subscriptionIntroductoryOffers'),
    attributes: z.strictObject({
      startDate: startOrEnd,
      endDate: startOrEnd,
      duration: z.enum(DURATIONS),
      offerMode: z.enum(['FREE_TRIAL', 'PAY_AS_YOU_GO', 'PAY_UP_FRONT']),
      numberOfPeriods: z.int().min(1),
      targetSubscriptionPlanType: z.enum(['UPFRONT', 'MONTHLY']).nullish(),
    }),
    relationships: z.object({
      subscription: toOne('subscriptions'),
      territory: toOne('territories').optional(),
      subscriptionPricePoint: z.object({ data: identifier('subscriptionPricePoints') }).optional(),
    }),
  }),
});

/** "Create an introductory offer": one territory. What is checked here beyond the schema nobody has told in Apple's words. */
function createOffer(call: Call, store: PriceStore): RouteResponse {
  const query = readQuery(call, {});
  const { id } = readBody(subscriptionOwnerSchema, call.body).data.relationships.subscription.data;
  const subscription = findSubscription(store, call, id);
  let offer: Omit<Offer, 'id'> | undefined;
  let created: Offer | undefined;
  write(store, subscription, call, () => {
    const checked = checkOffer(subscription, readBody(createSchema, call.body).data, pacificDay(call.now));
    offer = checked;
    return () => {
      created = subscription.offers.add(checked);
    };
  });
  if (offer === undefined) throw new Error('An offer was neither refused nor created.');
  return singleResponse(
    call,
    query,
    renderIntroductory(call, query, created ?? { ...offer, id: `${subscription.id}-pending` }),
    201,
  );
}

function checkOffer(
  subscription: Subscription,
  { attributes, relationships }: z.output<typeof createSchema>['data'],
  today: string,
): Omit<Offer, 'id'> {
  const { offerMode, duration, numberOfPeriods, startDate = null, endDate = null } = attributes;
  const plan = attributes.targetSubscriptionPlanType ?? 'UPFRONT';
  const pointId = relationships.subscriptionPricePoint?.data.id;
  const point = pointId === undefined ? undefined : findPricePoint(subscription, pointId);
  const territory = relationships.territory?.data.id ?? point?.territory;
  throwAll([
    ...territoryProblems(territory),
    ...pointProblems(offerMode, pointId, point, territory),
    ...dateProblems(startDate, endDate, today),
    ...overlaps(subscription, { plan, territory, startDate, endDate }, today),
  ]);
  return {
    kind: 'introductory',
    name: '',
    mode: offerMode,
    duration,
    periods: numberOfPeriods,
    startDate,
    endDate,
    plan,
    active: true,
    prices: [{ territory: territory ?? '', point: point ?? null }],
  };
}

const territoryProblems = (territory: string | undefined): Refusal[] =>
  territory === undefined || findTerritory(territory) === undefined || !isOpen(territory)
    ? [relationshipRefused('/data/relationships/territory', 'The offer names no territory of the App Store.')]
    : [];

function pointProblems(
  mode: Offer['mode'],
  pointId: string | undefined,
  point: PricePoint | undefined,
  territory: string | undefined,
): Refusal[] {
  const refuse = (detail: string) => [
    relationshipRefused('/data/relationships/subscriptionPricePoint', detail),
  ];
  if (mode === 'FREE_TRIAL') return pointId === undefined ? [] : refuse('A free trial has no price point.');
  if (pointId === undefined) return refuse('You must provide a price point for this offer mode.');
  if (point === undefined || point.territory !== territory)
    return refuse(`There is no price point '${pointId}' of this subscription in '${territory}'.`);
  return [];
}

type Dates = Pick<Offer, 'startDate' | 'endDate'>;

const dateProblems = (startDate: Dates['startDate'], endDate: Dates['endDate'], today: string): Refusal[] => [
  ...(startDate !== null && startDate < today
    ? [attributeRefused('/data/attributes/startDate', `The start date '${startDate}' is in the past.`)]
    : []),
  ...(endDate !== null && endDate < (startDate ?? today)
    ? [attributeRefused('/data/attributes/endDate', `The end date '${endDate}' is before the start.`)]
    : []),
];

/** One introductory offer per plan, territory and day. */
function overlaps(
  subscription: Subscription,
  offer: Dates & { plan: Offer['plan']; territory: string | undefined },
  today: string,
): Refusal[] {
  const isThere = subscription.offers
    .all('introductory')
    .some(
      (other) =>
        other.plan === offer.plan &&
        other.prices.some(({ territory }) => territory === offer.territory) &&
        (other.endDate === null || other.endDate >= (offer.startDate ?? today)) &&
        (offer.endDate === null || (other.startDate ?? '') <= offer.endDate),
    );
  if (!isThere) return [];
  const detail = `There is an introductory offer in '${offer.territory}' at that time already.`;
  return [attributeRefused('/data/attributes/startDate', detail)];
}

const endSchema = z.object({
  data: z.object({
    type: z.literal('subscriptionIntroductoryOffers'),
    id: z.string(),
    attributes: z.strictObject({ endDate: startOrEnd }),
  }),
});

/** "Modify an introductory offer": its end. */
function endOffer(call: Call, store: PriceStore): RouteResponse {
  const { offer, subscription } = findOffer(store, call, 'introductory');
  const query = readQuery(call, {});
  let endDate: string | null = null;
  write(store, subscription, call, () => {
    endDate = readBody(endSchema, call.body).data.attributes.endDate ?? null;
    return () => subscription.offers.change(offer.id, { endDate });
  });
  return singleResponse(call, query, renderIntroductory(call, query, { ...offer, endDate }));
}

function deleteOffer(call: Call, store: PriceStore): RouteResponse {
  const { offer, subscription } = findOffer(store, call, 'introductory');
  write(store, subscription, call, () => () => subscription.offers.remove(offer.id));
  return noContentResponse();
}
