import type * as z from 'zod';
import { daysAfter, pacificDay } from '../../../prices/pacific-day.ts';
import { findPricePoint, type PricePoint } from '../../../prices/price-points.ts';
import type { NewPrice, Subscription } from '../../../prices/subscription-prices.ts';
import type { Refusal } from '../../../rules/apple-error.ts';
import type { Call } from '../../../server/route.ts';
import { attributeRefused, conflict, relationshipRefused, stateRefused } from '../bodies.ts';
import type { newPriceSchema } from './bodies.ts';

type AskedPrice = z.output<typeof newPriceSchema>;

/**
 * Checks one price that a request wants, as Apple would.
 *
 * @param at where the price stands in the request's JSON, such as `/included/3`
 */
export function checkNewPrice(
  subscription: Subscription,
  asked: AskedPrice,
  at: string,
  call: Call,
): NewPrice | Refusal {
  const { subscriptionPricePoint, territory, subscription: named } = asked.relationships;
  const point = findPricePoint(subscription, subscriptionPricePoint.data.id);
  if (point === undefined) {
    return relationshipRefused(
      `${at}/relationships/subscriptionPricePoint`,
      `There is no price point '${subscriptionPricePoint.data.id}' of subscription '${subscription.id}'.`,
    );
  }
  if (named !== undefined && named.data.id !== subscription.id)
    return relationshipRefused(`${at}/relationships/subscription`, 'This is another subscription.');
  if (territory !== undefined && territory.data.id !== point.territory) {
    return relationshipRefused(
      `${at}/relationships/territory`,
      `The price point is not one of territory '${territory.data.id}'.`,
    );
  }
  const { startDate = null, preserveCurrentPrice, planType } = asked.attributes ?? {};
  if (planType && planType !== point.plan)
    return attributeRefused(`${at}/attributes/planType`, `The price point is not one of plan ${planType}.`);
  return (
    startDateProblem(subscription, point, startDate, at, call) ??
    preserveProblem(subscription, point, preserveCurrentPrice ?? false, at, call) ?? {
      point,
      startDate,
      preserve: preserveCurrentPrice ?? false,
    }
  );
}

/** A live price changes on a day to come only; "now" means the initial price, and that exists already. */
function startDateProblem(
  subscription: Subscription,
  point: PricePoint,
  startDate: string | null,
  at: string,
  call: Call,
): Refusal | undefined {
  const pointer = `${at}/attributes/startDate`;
  const today = pacificDay(call.now);
  const live =
    subscription.approved && subscription.current(point.territory, point.plan, today) !== undefined;
  if (startDate === null) {
    const detail = 'Initial price cannot be created again after subscription is approved.';
    return live ? stateRefused(pointer, detail) : undefined;
  }
  const earliest = live ? daysAfter(today, call.behaviour.subscriptionLeadDays) : today;
  if (startDate < earliest) return tooEarly(startDate, earliest, at, call);
  if (call.behaviour.secondScheduledPrice === 'replaces' || !subscription.hasScheduled(point, today))
    return undefined;
  return relationshipRefused(
    '/included/0/relationships/prices',
    `You cannot create more than one future prices for territory = ${point.territory}.`,
  );
}

function tooEarly(startDate: string, earliest: string, at: string, { behaviour }: Call): Refusal {
  if (behaviour.earlyStartDate === 'relationship')
    return relationshipRefused(
      '/included/0/relationships/prices',
      `Invalid startDate=${startDate}, a future date is expected, and must be on or after ${earliest}`,
    );
  return attributeRefused(
    `${at}/attributes/startDate`,
    `The start date '${startDate}' is before ${earliest}, the earliest allowed.`,
  );
}

/** There is nothing to preserve beside a first price. */
function preserveProblem(
  subscription: Subscription,
  { territory, plan }: PricePoint,
  preserve: boolean,
  at: string,
  call: Call,
): Refusal | undefined {
  if (!preserve || subscription.current(territory, plan, pacificDay(call.now)) !== undefined)
    return undefined;
  return conflict(
    'ENTITY_ERROR',
    'There is a problem with the request entity',
    'An error occurred while processing the pricing information.',
    `${at}/attributes/preserveCurrentPrice`,
  );
}
