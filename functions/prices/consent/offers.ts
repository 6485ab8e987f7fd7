import type { SubscriptionOffer } from '../../app-store-connect/resources/subscription-offers.ts';
import { someOf } from '../../platform/util/shorten.ts';
import { compareDecimals, multiplyDecimals } from '../request/decimal.ts';
import type { PlannedOffer } from './circumstances.ts';

/** What moves in a territory: decimal text in its currency. */
export type MovingPrice = { territory: string; from: string | null; to: string };

/** Days of offers and subscription periods. Months count 30 days, so that months compare exactly with months. */
const DAYS: Readonly<Record<string, number>> = {
  THREE_DAYS: 3,
  ONE_WEEK: 7,
  TWO_WEEKS: 14,
  ONE_MONTH: 30,
  TWO_MONTHS: 60,
  THREE_MONTHS: 90,
  SIX_MONTHS: 180,
  ONE_YEAR: 360,
};

/**
 * Offers of a subscription beside prices that move, and where an offer is not below the new price for the same time.
 * Offers that are over are left out.
 *
 * @param period of the subscription, such as `ONE_MONTH`
 * @param from the Pacific day on which the new prices start
 */
export function plannedOffers(
  offers: readonly SubscriptionOffer[],
  moving: readonly MovingPrice[],
  period: string | undefined,
  from: string,
): PlannedOffer[] {
  const current = offers.filter(({ endDate }) => endDate === undefined || endDate >= from);
  return [...Map.groupBy(current, groupOf).values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const known = group.every(({ prices }) => prices !== undefined);
    const prices = group.flatMap(({ prices: own }) => own ?? []);
    const concerned = moving.flatMap((price) => {
      const found = prices.find(({ territory }) => territory === price.territory);
      return found === undefined ? [] : [{ ...price, offer: found.point?.customerPrice }];
    });
    if (known && concerned.length === 0) return [];
    const { kind, name, mode, duration, periods, startDate, endDate } = first;
    return [
      {
        kind,
        name: name ?? null,
        mode,
        duration,
        periods,
        startDate: startDate ?? null,
        endDate: endDate ?? null,
        territories: known ? concerned.map(({ territory }) => territory) : null,
        notBelow: concerned.flatMap(({ territory, offer, from: old, to }) =>
          offer === undefined || mode === 'FREE_TRIAL' || isOfferBelow(offer, duration, to, period)
            ? []
            : [
                {
                  territory,
                  offer,
                  price: to,
                  wasBelow: old !== null && isOfferBelow(offer, duration, old, period),
                },
              ],
        ),
      },
    ];
  });
}

/** Introductory offers have a record per territory: those of the same terms are one offer. */
const groupOf = ({ kind, id, mode, duration, periods, startDate, endDate }: SubscriptionOffer): string =>
  kind === 'introductory' ? [kind, mode, duration, periods, startDate, endDate].join(' ') : `${kind} ${id}`;

/** Whether an offer costs less than the price does for the same time; of unknown lengths the amounts are compared. */
export function isOfferBelow(
  offer: string,
  duration: string,
  price: string,
  period: string | undefined,
): boolean {
  const [offered, regular] = [DAYS[duration], DAYS[period ?? '']];
  if (offered === undefined || regular === undefined) return compareDecimals(offer, price) < 0;
  return (
    compareDecimals(multiplyDecimals(offer, String(regular)), multiplyDecimals(price, String(offered))) < 0
  );
}

const KINDS: Record<PlannedOffer['kind'], string> = {
  introductory: 'introductory offer',
  promotional: 'promotional offer',
  offerCode: 'offer code',
  winBack: 'win-back offer',
};

/** `introductory offer: pay as you go, 1 month × 3, until 2027-01-31` */
export function offerWords({
  kind,
  name,
  mode,
  duration,
  periods,
  startDate,
  endDate,
}: Omit<PlannedOffer, 'territories' | 'notBelow'>): string {
  const words = (text: string): string => text.toLowerCase().replaceAll('_', ' ');
  const named = name === null ? KINDS[kind] : `${KINDS[kind]} "${name}"`;
  const times = periods === 1 ? '' : ` × ${periods}`;
  const dates = [startDate && `from ${startDate}`, endDate && `until ${endDate}`].filter(Boolean).join(' ');
  return `${named} (${words(mode)}, ${words(duration)}${times}${dates === '' ? '' : `, ${dates}`})`;
}

/** Sentences about offers; none where there are none. */
export function offerNotes(offers: readonly PlannedOffer[]): string[] {
  if (offers.length === 0) return [];
  const warnings = offers
    .filter(({ notBelow }) => notBelow.length > 0)
    .map((offer) => {
      const [first] = offer.notBelow;
      const names = someOf(offer.notBelow.map(({ territory }) => territory));
      const anyMore = offer.notBelow.some(({ wasBelow }) => wasBelow) ? ' any more' : '';
      return `Warning: the ${offerWords(offer)} is not below the new price${anyMore} in ${names} (${first?.territory}: offer ${first?.offer}, price ${first?.price}); change or end it.`;
    });
  return [`Offers do not move with the price: ${someOf(offers.map(offerWords))}.`, ...warnings];
}
