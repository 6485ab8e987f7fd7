import { BLANK, reportText } from './report-text.ts';
import { APPS, appTitle, type Offer, STOREFRONTS, type Storefront } from './sample-catalogue.ts';
import { decimal, generator, localPrice } from './sample-numbers.ts';
import type { SampleDay } from './sample-sales.ts';

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

type Row = Record<string, string | number>;
type Sold = { app: (typeof APPS)[number]; offer: Offer; storefront: Storefront };

/**
 * The subscriptions of one day, as Apple writes them: counts of who is subscribed, a row for each price that somebody
 * pays (without a flag, unless it is a renewal), trials at price zero, billing retry outside of the active ones, an app
 * under two names, blanks as one space, and `Subscribers` blank for three subscriptions or fewer.
 */
export function sampleSubscriptions(of: SampleDay): string {
  const draw = generator(`subscriptions ${of.vendor} ${of.seed ?? 1}`);
  const rows = subscribed().flatMap((sold): Row[] => {
    const active = 1 + Math.floor(draw() * 220 * sold.storefront.share) + (dayNumber(of.day) % 5);
    const kept = Math.floor(active * 0.2);
    const trials = Math.floor(draw() * 12 * sold.storefront.share);
    const standard = {
      ...priced(sold, 1),
      'Active Standard Price Subscriptions': active,
      'Billing Retry': active % 3,
    };
    return [
      withSubscribers(standard, active),
      // A price of before a rise: most of such rows do not carry the flag.
      ...(kept === 0
        ? []
        : [
            withSubscribers(
              {
                ...priced(sold, 0.8),
                'Preserved Pricing': kept % 4 === 0 ? 'Yes' : BLANK,
                'Active Standard Price Subscriptions': kept,
              },
              kept,
            ),
          ]),
      ...(trials === 0
        ? []
        : [
            withSubscribers(
              { ...priced(sold, 0), 'Active Free Trial Introductory Offer Subscriptions': trials },
              trials,
            ),
          ]),
    ];
  });
  return reportText(SUBSCRIPTION_HEADERS, rows);
}

/**
 * What happened to subscriptions on one day. Quantities are positive, also of refunds; a cancellation is dated at the
 * end of the paid period, and days before canceling stand only beside the reason `Canceled`.
 */
export function sampleSubscriptionEvents(of: SampleDay): string {
  const draw = generator(`events ${of.vendor} ${of.day} ${of.seed ?? 1}`);
  const rows = subscribed().flatMap((sold): Row[] => {
    const started = daysBefore(of.day, 30 + Math.floor(draw() * 300));
    const event = (name: string, quantity: number, more: Row = {}): Row[] =>
      quantity === 0
        ? []
        : [
            {
              ...identity(sold),
              'Event Date': of.day,
              Event: name,
              Country: sold.storefront.country,
              Device: 'iPhone',
              'Original Start Date': started,
              'Consecutive Paid Periods': 1 + (quantity % 6),
              Quantity: quantity,
              ...more,
            },
          ];
    const many = (most: number): number => Math.floor(draw() * most * sold.storefront.share);
    const trial = { 'Subscription Offer Type': 'Free Trial', 'Subscription Offer Duration': '7 Days' };
    const fresh = { 'Original Start Date': of.day, 'Consecutive Paid Periods': 0 };
    return [
      ...event('Renew', many(40)),
      ...event('Start Introductory Offer', many(8), { ...trial, ...fresh }),
      ...event('Paid Subscription from Introductory Offer', many(5), {
        ...trial,
        'Consecutive Paid Periods': 1,
      }),
      ...event('Cancel', many(4), { 'Cancellation Reason': 'Canceled', 'Days Before Canceling': 12 }),
      ...event('Canceled from Billing Retry', many(2), { 'Cancellation Reason': 'Billing issue' }),
      ...event('Reactivate', many(2), { 'Days Canceled': 40 }),
      ...event('Refund', many(2)),
    ];
  });
  return reportText(EVENT_HEADERS, rows);
}

/** Transactions of one day by subscriber. A refund has a negative price; the sign of its proceeds is not known. */
export function sampleSubscribers(of: SampleDay): string {
  const draw = generator(`subscribers ${of.vendor} ${of.day} ${of.seed ?? 1}`);
  const rows = subscribed().flatMap((sold): Row[] => {
    const { 'Customer Price': price, ...rest } = priced(sold, 1);
    const transactions = Math.floor(draw() * 9 * sold.storefront.share);
    return Array.from({ length: transactions }, (_, index): Row => {
      const refunded = draw() < 0.25;
      return {
        ...rest,
        'Event Date': of.day,
        'Customer Price': refunded ? `-${price}` : (price ?? BLANK),
        'Subscriber ID': String(
          9_000_000_000_000_000_000n + BigInt(Math.floor(draw() * 1e9)) * 7n + BigInt(index),
        ),
        'Subscriber ID Reset': draw() < 0.02 ? 'Yes' : BLANK,
        Refund: refunded ? 'Yes' : BLANK,
        'Purchase Date': refunded ? daysBefore(of.day, 9) : of.day,
        Units: 1,
      };
    });
  });
  return reportText(SUBSCRIBER_HEADERS, rows);
}

const subscribed = (): Sold[] =>
  APPS.flatMap((app) =>
    app.offers
      .filter(({ period }) => period !== '')
      .flatMap((offer) => STOREFRONTS.map((storefront) => ({ app, offer, storefront }))),
  );

const identity = ({ app, offer, storefront }: Sold): Row => ({
  // The app's name in the storefront's language: one app, two names. Its Apple ID is one.
  'App Name': appTitle(app, storefront),
  'App Apple ID': app.appleId,
  'Subscription Name': offer.title,
  'Subscription Apple ID': String(Number(app.appleId) + offer.offset),
  'Subscription Group ID': String(Number(app.appleId) + 90),
  'Standard Subscription Duration': offer.period,
});

/** A row at a share of the list price; 0 is a trial. */
function priced(sold: Sold, share: number): Row {
  const { offer, storefront } = sold;
  const price = localPrice(Math.round(offer.cents * share), storefront);
  return {
    ...identity(sold),
    'Customer Price': decimal(price),
    'Customer Currency': storefront.currency,
    'Developer Proceeds': decimal(Math.floor((price * 70) / 100)),
    'Proceeds Currency': storefront.currency,
    'Proceeds Reason': share === 1 && storefront.country === 'US' ? 'Rate After One Year' : BLANK,
    Device: 'iPhone',
    State: storefront.country === 'US' ? 'NY' : BLANK,
    Country: storefront.country,
  };
}

/** People with access, families included: told only where a row has more than three subscriptions. */
const withSubscribers = (row: Row, subscriptions: number): Row => ({
  ...row,
  Subscribers: subscriptions > 3 ? Math.round(subscriptions * 1.1) : BLANK,
});

const dayNumber = (day: string): number => Math.floor(Date.parse(day) / 86_400_000);

const daysBefore = (day: string, days: number): string =>
  new Date(Date.parse(day) - days * 86_400_000).toISOString().slice(0, 10);
