import { APPS, STOREFRONTS, type Storefront } from './sample-catalogue.ts';
import { decimal, generator, localPrice } from './sample-numbers.ts';

const DAY = 24 * 3_600_000;
/** Growth is counted from here. */
const FIRST_DAY = Date.parse('2026-01-01');
/** Active subscriptions of the largest storefront on the first day, by period, and how many join a day. */
const SIZES: Readonly<Record<string, { active: number; daily: number }>> = {
  '1 Year': { active: 620, daily: 1.1 },
  '1 Month': { active: 1_450, daily: 1.9 },
};
const DAYS_OF_PERIOD: Readonly<Record<string, number>> = { '1 Year': 365, '1 Month': 30 };
const GROUP = '20800001';
const BLANK = ' ';

const SUBSCRIPTIONS = APPS.flatMap((app) =>
  app.offers
    .filter(({ period }) => period !== '')
    .map((offer) => ({ app, offer, id: String(Number(app.appleId) + offer.offset) })),
);
type Subscription = (typeof SUBSCRIPTIONS)[number];

/** How many pay on a day in a storefront; a little up and down around steady growth. */
function activeOn(day: string, { offer: { period } }: Subscription, { country, share }: Storefront): number {
  const { active = 0, daily = 0 } = SIZES[period] ?? {};
  const age = Math.round((Date.parse(day) - FIRST_DAY) / DAY);
  const wave = generator(`subscriptions ${period} ${country} ${day.slice(0, 7)}`)() - 0.4;
  return Math.max(1, Math.round((active + daily * age) * share * (1 + 0.015 * wave)));
}

const identity = ({ app, offer, id }: Subscription): string[] => [
  app.title,
  app.appleId,
  offer.title,
  id,
  GROUP,
  offer.period,
];

/**
 * A believable Subscription report of one day: the balance of two subscriptions per storefront, a part of them at a kept price,
 * with free trials and failed renewals. The same day gives the same text.
 */
export function sampleSubscriptions(day: string): string {
  const header =
    'App Name|App Apple ID|Subscription Name|Subscription Apple ID|Subscription Group ID|Standard Subscription Duration|Customer Price|Customer Currency|Developer Proceeds|Proceeds Currency|Preserved Pricing|Proceeds Reason|Device|State|Country|Active Standard Price Subscriptions|Active Free Trial Introductory Offer Subscriptions|Billing Retry|Grace Period|Subscribers';
  const lines = SUBSCRIPTIONS.flatMap((subscription) =>
    STOREFRONTS.flatMap((storefront) => {
      const active = activeOn(day, subscription, storefront);
      const kept = Math.floor(active * 0.18);
      const price = localPrice(subscription.offer.cents, storefront);
      const line = (cents: number, preserved: string, counts: readonly number[]): string[] => [
        ...identity(subscription),
        ...[decimal(cents), storefront.currency, decimal(Math.floor(cents * 0.85)), storefront.currency],
        ...[preserved, BLANK, 'iPhone', BLANK, storefront.country],
        ...counts.map(String),
        // Apple fills the number of people only where there are more than three.
        (counts[0] ?? 0) > 3 ? String(counts[0]) : BLANK,
      ];
      const retry = Math.floor(active * 0.02);
      return [
        line(price, BLANK, [active - kept, 0, retry, Math.floor(active * 0.004)]),
        line(localPrice(Math.round(subscription.offer.cents * 0.8), storefront), 'Yes', [kept, 0, 0, 0]),
        // Trials have the price 0.
        line(0, BLANK, [0, Math.ceil(active * 0.03), 0, 0]),
      ];
    }),
  );
  return [header.split('|'), ...lines].map((cells) => `${cells.join('\t')}\n`).join('');
}

/**
 * A believable Subscription Event report of one day: trials, first payments, renewals, cancellations, failed renewals and refunds.
 * The same day gives the same text.
 */
export function sampleSubscriptionEvents(day: string): string {
  const header =
    'Event Date|Event|App Name|App Apple ID|Subscription Name|Subscription Apple ID|Subscription Group ID|Standard Subscription Duration|Subscription Offer Type|Consecutive Paid Periods|Original Start Date|Country|Cancellation Reason|Days Before Canceling|Quantity';
  const lines = SUBSCRIPTIONS.flatMap((subscription) =>
    STOREFRONTS.flatMap((storefront) => {
      const draw = generator(`events ${subscription.id} ${storefront.country} ${day}`);
      const period = subscription.offer.period;
      const daysOfPeriod = DAYS_OF_PERIOD[period] ?? 30;
      const due = activeOn(day, subscription, storefront) / daysOfPeriod;
      const about = (mean: number): number => Math.floor(mean + draw());
      const event = (
        name: string,
        quantity: number,
        more: Partial<Record<'offer' | 'reason', string>> & { periods: number; daysAgo: number },
      ): string[][] =>
        quantity === 0
          ? []
          : [
              [
                day,
                name,
                ...identity(subscription),
                more.offer ?? BLANK,
                String(more.periods),
                new Date(Date.parse(day) - more.daysAgo * DAY).toISOString().slice(0, 10),
                storefront.country,
                more.reason ?? BLANK,
                more.reason === 'Canceled' ? '5' : BLANK,
                String(quantity),
              ],
            ];
      const trials = about(due * 0.35);
      return [
        ...event('Start Introductory Offer', trials, { offer: 'Free Trial', periods: 0, daysAgo: 0 }),
        ...event('Paid Subscription from Introductory Offer', about(due * 0.16), {
          offer: 'Free Trial',
          periods: 1,
          daysAgo: 7,
        }),
        ...event('Cancel', about(due * 0.18), { reason: 'Canceled', periods: 0, daysAgo: 7 }),
        ...event('Renew', about(due * 0.88), { periods: 2, daysAgo: daysOfPeriod }),
        ...event('Cancel', about(due * 0.06), { reason: 'Canceled', periods: 2, daysAgo: 2 * daysOfPeriod }),
        ...event('Canceled from Billing Retry', about(due * 0.012), {
          reason: 'Billing issue',
          periods: 2,
          daysAgo: 2 * daysOfPeriod,
        }),
        ...event('Billing Retry from Paid Subscription', about(due * 0.03), {
          periods: 2,
          daysAgo: 2 * daysOfPeriod,
        }),
        ...event('Refund', about(due * 0.008), { periods: 1, daysAgo: 20 }),
      ];
    }),
  );
  return [header.split('|'), ...lines].map((cells) => `${cells.join('\t')}\n`).join('');
}
