import { DAY_MILLIS } from '../rules/time.ts';
import { BLANK, reportText } from './report-text.ts';
import { APPS, appTitle, STOREFRONTS, type Storefront } from './sample-catalogue.ts';
import { decimal, generator, localPrice } from './sample-numbers.ts';

// Source of the headers: Apple's help pages "Subscription report", "Subscription event report", "Subscriber report",
// and a real file of February 2026 for the win-back offers. Versions 1_3 and 1_4 name the same ones.

const OFFERS = ['Free Trial', 'Pay Up Front', 'Pay As You Go'];
const IDENTITY = [
  ...['App Name', 'App Apple ID', 'Subscription Name', 'Subscription Apple ID', 'Subscription Group ID'],
  'Standard Subscription Duration',
];
const SUBSCRIPTION_HEADERS = [
  ...[...IDENTITY, 'Subscription Offer Name', 'Promotional Offer ID'],
  ...['Customer Price', 'Customer Currency', 'Developer Proceeds', 'Proceeds Currency'],
  ...['Preserved Pricing', 'Proceeds Reason', 'Client', 'Device', 'State', 'Country'],
  'Active Standard Price Subscriptions',
  ...OFFERS.map((offer) => `Active ${offer} Introductory Offer Subscriptions`),
  ...OFFERS.map((offer) => `${offer} Promotional Offer Subscriptions`),
  ...OFFERS.map((offer) => `${offer} Offer Code Subscriptions`),
  ...['Marketing Opt-Ins', 'Billing Retry', 'Grace Period', 'Subscribers'],
  ...OFFERS.map((offer) => `${offer} Win-back Offers`),
];
const EVENT_HEADERS = [
  ...['Event Date', 'Event', ...IDENTITY, 'Subscription Offer Type', 'Subscription Offer Duration'],
  ...['Marketing Opt-In', 'Marketing Opt-In Duration', 'Preserved Pricing', 'Proceeds Reason'],
  ...['Subscription Offer Name', 'Promotional Offer ID', 'Consecutive Paid Periods', 'Original Start Date'],
  ...['Device', 'Client', 'State', 'Country', 'Previous Subscription Name', 'Previous Subscription Apple ID'],
  ...[
    'Days Before Canceling',
    'Cancellation Reason',
    'Days Canceled',
    'Quantity',
    'Paid Service Days Recovered',
  ],
];
const SUBSCRIBER_HEADERS = [
  ...['Event Date', ...IDENTITY, 'Subscription Offer Name', 'Promotional Offer ID'],
  ...['Subscription Offer Type', 'Subscription Offer Duration', 'Marketing Opt-In Duration'],
  ...['Customer Price', 'Customer Currency', 'Developer Proceeds', 'Proceeds Currency'],
  ...['Preserved Pricing', 'Proceeds Reason', 'Client', 'Device', 'Country'],
  ...['Subscriber ID', 'Subscriber ID Reset', 'Refund', 'Purchase Date', 'Units'],
];

/** Growth is counted from here. */
const FIRST_DAY = Date.parse('2026-01-01');
/** Active subscriptions of the largest storefront on the first day, by period, and how many join a day. */
const SIZES: Readonly<Record<string, { active: number; daily: number }>> = {
  '1 Year': { active: 620, daily: 1.1 },
  '1 Month': { active: 1_450, daily: 1.9 },
};
const DAYS_OF_PERIOD: Readonly<Record<string, number>> = { '1 Year': 365, '1 Month': 30 };
const GROUP = '20800001';

const SUBSCRIPTIONS = APPS.flatMap((app) =>
  app.offers
    .filter(({ period }) => period !== '')
    .map((offer) => ({ app, offer, id: String(Number(app.appleId) + offer.offset) })),
);
type Subscription = (typeof SUBSCRIPTIONS)[number];
type Row = Record<string, string | number>;

/** How many pay on a day in a storefront; a little up and down around steady growth. */
function activeOn(day: string, { offer: { period } }: Subscription, { country, share }: Storefront): number {
  const { active = 0, daily = 0 } = SIZES[period] ?? {};
  const age = Math.round((Date.parse(day) - FIRST_DAY) / DAY_MILLIS);
  const wave = generator(`subscriptions ${period} ${country} ${day.slice(0, 7)}`)() - 0.4;
  return Math.max(1, Math.round((active + daily * age) * share * (1 + 0.015 * wave)));
}

const identity = ({ app, offer, id }: Subscription, storefront: Storefront): Row => ({
  // The app's name in the storefront's language: one app, several names. Its Apple ID is one.
  'App Name': appTitle(app, storefront),
  'App Apple ID': app.appleId,
  'Subscription Name': offer.title,
  'Subscription Apple ID': id,
  'Subscription Group ID': GROUP,
  'Standard Subscription Duration': offer.period,
  Country: storefront.country,
  Device: 'iPhone',
});

/** A row at a share of the list price; 0 is a trial. */
function priced(subscription: Subscription, storefront: Storefront, share: number): Row {
  const price = localPrice(Math.round(subscription.offer.cents * share), storefront);
  return {
    ...identity(subscription, storefront),
    'Customer Price': decimal(price),
    'Customer Currency': storefront.currency,
    'Developer Proceeds': decimal(Math.floor(price * 0.85)),
    'Proceeds Currency': storefront.currency,
  };
}

/** People with access: told only where a row has more than three subscriptions. */
const withSubscribers = (row: Row, subscriptions: number): Row => ({
  ...row,
  Subscribers: subscriptions > 3 ? subscriptions : BLANK,
});

/**
 * A believable Subscription report of one day, as Apple writes it: the balance of two subscriptions per storefront, a
 * part of them at a price of before a rise (flagged in some storefronts only), free trials at price zero, failed
 * renewals outside of the active ones, an app under several names, blanks as one space. The same day gives the same text.
 */
export function sampleSubscriptions(day: string): string {
  const rows = SUBSCRIPTIONS.flatMap((subscription) =>
    STOREFRONTS.flatMap((storefront, index): Row[] => {
      const active = activeOn(day, subscription, storefront);
      const kept = Math.floor(active * 0.18);
      const trials = Math.ceil(active * 0.03);
      const full = {
        ...priced(subscription, storefront, 1),
        'Active Standard Price Subscriptions': active - kept,
        'Billing Retry': Math.floor(active * 0.02),
        'Grace Period': Math.floor(active * 0.004),
      };
      const cheaper = {
        ...priced(subscription, storefront, 0.8),
        'Preserved Pricing': index % 4 === 3 ? BLANK : 'Yes',
        'Active Standard Price Subscriptions': kept,
      };
      const trial = {
        ...priced(subscription, storefront, 0),
        'Active Standard Price Subscriptions': 0,
        'Active Free Trial Introductory Offer Subscriptions': trials,
      };
      return [
        withSubscribers(full, active - kept),
        withSubscribers(cheaper, kept),
        withSubscribers(trial, trials),
      ];
    }),
  );
  return reportText(SUBSCRIPTION_HEADERS, rows);
}

/**
 * A believable Subscription Event report of one day: trials, first payments, renewals, cancellations, failed renewals and refunds.
 * Quantities are positive, also of refunds. The same day gives the same text.
 */
export function sampleSubscriptionEvents(day: string): string {
  const rows = SUBSCRIPTIONS.flatMap((subscription) =>
    STOREFRONTS.flatMap((storefront): Row[] => {
      const draw = generator(`events ${subscription.id} ${storefront.country} ${day}`);
      const daysOfPeriod = DAYS_OF_PERIOD[subscription.offer.period] ?? 30;
      const due = activeOn(day, subscription, storefront) / daysOfPeriod;
      const about = (mean: number): number => Math.floor(mean + draw());
      const event = (
        name: string,
        quantity: number,
        periods: number,
        daysAgo: number,
        more: Row = {},
      ): Row[] =>
        quantity === 0
          ? []
          : [
              {
                ...identity(subscription, storefront),
                'Event Date': day,
                Event: name,
                'Consecutive Paid Periods': periods,
                'Original Start Date': daysBefore(day, daysAgo),
                Quantity: quantity,
                ...more,
              },
            ];
      const trial = { 'Subscription Offer Type': 'Free Trial', 'Subscription Offer Duration': '7 Days' };
      const canceled = { 'Cancellation Reason': 'Canceled', 'Days Before Canceling': 5 };
      const long = 2 * daysOfPeriod;
      return [
        ...event('Start Introductory Offer', about(due * 0.35), 0, 0, trial),
        ...event('Paid Subscription from Introductory Offer', about(due * 0.16), 1, 7, trial),
        ...event('Cancel', about(due * 0.18), 0, 7, canceled),
        ...event('Renew', about(due * 0.88), 2, daysOfPeriod),
        ...event('Cancel', about(due * 0.06), 2, long, canceled),
        ...event('Canceled from Billing Retry', about(due * 0.012), 2, long, {
          'Cancellation Reason': 'Billing issue',
        }),
        ...event('Billing Retry from Paid Subscription', about(due * 0.03), 2, long),
        ...event('Refund', about(due * 0.008), 1, 20),
      ];
    }),
  );
  return reportText(EVENT_HEADERS, rows);
}

/**
 * A believable Subscriber report of one day: transactions by subscriber. A refund has a negative price; the sign of its
 * proceeds is not known. The same day gives the same text.
 */
export function sampleSubscribers(day: string): string {
  const rows = SUBSCRIPTIONS.flatMap((subscription) =>
    STOREFRONTS.flatMap((storefront): Row[] => {
      const draw = generator(`subscribers ${subscription.id} ${storefront.country} ${day}`);
      const { 'Customer Price': price = '0', ...rest } = priced(subscription, storefront, 1);
      return Array.from({ length: Math.floor(draw() * 9 * storefront.share) }, (_, index): Row => {
        const isRefund = draw() < 0.25;
        return {
          ...rest,
          'Event Date': day,
          'Customer Price': isRefund ? `-${price}` : price,
          'Subscriber ID': String(
            9_000_000_000_000_000_000n + BigInt(Math.floor(draw() * 1e9)) * 7n + BigInt(index),
          ),
          'Subscriber ID Reset': draw() < 0.02 ? 'Yes' : BLANK,
          Refund: isRefund ? 'Yes' : BLANK,
          'Purchase Date': isRefund ? daysBefore(day, 9) : day,
          Units: 1,
        };
      });
    }),
  );
  return reportText(SUBSCRIBER_HEADERS, rows);
}

const daysBefore = (day: string, days: number): string =>
  new Date(Date.parse(day) - days * DAY_MILLIS).toISOString().slice(0, 10);
