import assert from 'node:assert/strict';
import { canonicalDecimal } from '../../../../functions/prices/request/decimal.ts';
import { daysAfter, pacificToday } from '../../../../functions/prices/request/pacific-day.ts';
import type { PriceRequest } from '../../../../functions/prices/request/price-request.ts';
import { customerPrice } from '../../../../local/simulator/prices/price-points.ts';
import type { PriceStore } from '../../../../local/simulator/prices/price-store.ts';
import type { Chance } from '../../../engine/chance.ts';
import { PRICES, SUBSCRIPTION } from './life-apple.ts';

/** One introductory offer as Apple has it. Days are Pacific; `until` is the last day. */
export type ShownOffer = { terms: string; price: string; from: string | null; until: string | null };
/** Territory → its introductory offers that are not over. */
export type ShownOffers = ReadonlyMap<string, readonly ShownOffer[]>;

export function shownOffers(prices: PriceStore, subscription = SUBSCRIPTION): ShownOffers {
  const found = new Map<string, ShownOffer[]>();
  for (const offer of prices.offersOf(subscription, 'introductory'))
    for (const { territory, point } of offer.prices)
      found.set(territory, [
        ...(found.get(territory) ?? []),
        {
          terms: `${offer.mode} ${offer.duration} x${offer.periods}`,
          price: point === null ? '0' : canonicalDecimal(customerPrice(point)),
          from: offer.startDate,
          until: offer.endDate,
        },
      ]);
  return found;
}

/** How a territory's offers read on a day: what has begun is simply there, what is over is gone. */
export const offersOn = (offers: ShownOffers, territory: string, today: string): string[] =>
  (offers.get(territory) ?? [])
    .filter(({ until }) => until === null || until >= today)
    .map(
      ({ terms, price, from, until }) =>
        `${terms} at ${price} from ${from === null || from <= today ? 'now' : from} until ${until ?? 'ever'}`,
    )
    .toSorted();

/** The offers that a request asks for, by territory; an empty list where they shall go. */
export function askedOffers(request: PriceRequest): ReadonlyMap<string, readonly ShownOffer[]> | undefined {
  const { introductoryOffer: offer, prices = {}, startDate } = request;
  if (offer === undefined) return undefined;
  if ('remove' in offer) return new Map(offer.territories.map((territory) => [territory, []]));
  const terms = `${offer.mode} ${offer.duration} x${offer.periods}`;
  const from = startDate === undefined || startDate === 'now' ? null : startDate;
  return new Map(
    (offer.territories ?? Object.keys(prices)).map((territory) => [
      territory,
      [{ terms, price: canonicalDecimal(prices[territory] ?? '0'), from, until: offer.endDate ?? null }],
    ]),
  );
}

/**
 * What offers Apple must show once a change is applied: those that were asked for, in place of all others there; every
 * other territory's are as before, and a change of prices moves none.
 *
 * @param free territories whose offers somebody else has moved since the change began
 */
export function assertOffers(
  { changeId, request }: { changeId: string; request: PriceRequest },
  before: ShownOffers,
  after: ShownOffers,
  free: ReadonlySet<string>,
  today: string,
): void {
  const asked = askedOffers(request);
  for (const territory of Object.keys(PRICES)) {
    if (free.has(territory)) continue;
    const wanted = asked?.has(territory) ? asked : before;
    assert.deepEqual(
      offersOn(after, territory, today),
      offersOn(wanted, territory, today),
      `${changeId}: offers of ${territory} ${wanted === asked ? 'are not what was asked for' : 'have moved'}`,
    );
  }
}

/** Made, changed or removed, now or later, for good or for some days; now and then one that is not below the price. */
export function drawOffer(
  chance: Chance,
  now: number,
  amounts: Readonly<Record<string, readonly string[]>> = PRICES,
): Record<string, unknown> {
  const today = pacificToday(now);
  const named = Object.keys(amounts).filter(() => chance.happens(0.5));
  const territories = named.length === 0 ? ['FRA'] : named;
  if (chance.happens(0.25)) return { introductoryOffer: { remove: true, territories } };
  const startDate = chance.happens(0.3) ? daysAfter(today, 2 + chance.below(6)) : undefined;
  const endDate = chance.happens(0.4) ? daysAfter(startDate ?? today, 5 + chance.below(20)) : undefined;
  const common = {
    duration: chance.pick(['ONE_YEAR', 'ONE_MONTH', 'TWO_WEEKS'] as const),
    ...(endDate !== undefined && { endDate }),
  };
  const start = startDate === undefined ? {} : { startDate };
  if (chance.happens(0.4))
    return { ...start, introductoryOffer: { ...common, mode: 'FREE_TRIAL', territories } };
  const prices = Object.fromEntries(territories.map((name) => [name, amounts[name]?.[0] ?? '4.99']));
  return {
    ...start,
    prices,
    ...(prices['HUN'] !== undefined && { currencies: { HUN: 'HUF' } }),
    introductoryOffer: { ...common, duration: 'ONE_YEAR', mode: 'PAY_UP_FRONT' },
  };
}
