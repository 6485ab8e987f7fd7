import { american, BLANK } from './report-text.ts';
import { APPS, appTitle, type Offer, STOREFRONTS, type Storefront } from './sample-catalogue.ts';
import { decimal, generator, localPrice } from './sample-numbers.ts';

/** The columns of a Summary Sales report, version 1_0. Source: Apple's help page "Summary Sales Report". */
export const SALES_HEADERS = [
  'Provider',
  'Provider Country',
  'SKU',
  'Developer',
  'Title',
  'Version',
  'Product Type Identifier',
  'Units',
  'Developer Proceeds',
  'Begin Date',
  'End Date',
  'Customer Currency',
  'Country Code',
  'Currency of Proceeds',
  'Apple Identifier',
  'Customer Price',
  'Promo Code',
  'Parent Identifier',
  'Subscription',
  'Period',
  'Category',
  'CMB',
  'Device',
  'Supported Platforms',
  'Proceeds Reason',
  'Preserved Pricing',
  'Client',
  'Order Type',
];
const HEADER = SALES_HEADERS.join('\t');

const DEVICES = ['iPhone', 'iPad', 'Desktop', 'Apple TV'];

export type SampleDay = {
  /** Changes what is drawn: another vendor sells other numbers. */
  vendor: string;
  /** `YYYY-MM-DD` */
  day: string;
  /** First day of the period where it is longer than a day, such as the Monday of a week that ends on `day`. */
  begin?: string;
  /** Another seed is another report of the same day: what a restatement looks like. Default 1. */
  seed?: number;
};

/**
 * A believable Summary Sales report of one day, as Apple writes it: several apps and storefronts, purchases,
 * subscriptions with trials at price zero, updates, restored purchases, refunds (negative units and price, proceeds
 * positive), promo codes. The same options give the same text.
 */
export function sampleSales({ vendor, day, begin = day, seed = 1 }: SampleDay): string {
  const draw = generator(`${vendor} ${day} ${seed}`);
  const weekend = [0, 6].includes(new Date(`${day}T12:00:00Z`).getUTCDay());
  const lines = APPS.flatMap((app) =>
    app.offers.flatMap((offer) =>
      STOREFRONTS.filter(() => draw() < offer.reach).flatMap((storefront) => {
        const units = 1 + Math.floor(draw() * offer.popularity * storefront.share * (weekend ? 1.6 : 1));
        const row = {
          app,
          offer,
          storefront,
          begin,
          day,
          device: DEVICES[Math.floor(draw() * 2.4)] ?? 'iPhone',
        };
        const sold = line({ ...row, units, promo: false });
        const refunded = offer.cents > 0 && draw() < 0.04 ? [line({ ...row, units: -1, promo: false })] : [];
        const given = offer.type === '1F' && draw() < 0.05 ? [line({ ...row, units: 2, promo: true })] : [];
        return [sold, ...refunded, ...freeLines({ ...row, units, promo: false }), ...given];
      }),
    ),
  );
  return `${[HEADER, ...lines].join('\n')}\n`;
}

/** A report of so many rows, in pieces of text, for measurements: it is never held in whole. */
export function* sampleSalesRows(rows: number, seed = 1): Generator<string> {
  const draw = generator(`rows ${seed}`);
  yield `${HEADER}\n`;
  const piece: string[] = [];
  for (let row = 0; row < rows; row += 1) {
    const app = APPS[Math.floor(draw() * APPS.length)] ?? APPS[0];
    const offer = app?.offers[Math.floor(draw() * app.offers.length)];
    const storefront = STOREFRONTS[Math.floor(draw() * STOREFRONTS.length)];
    if (app === undefined || offer === undefined || storefront === undefined) continue;
    const units = 1 + Math.floor(draw() * 400);
    const device = DEVICES[row % DEVICES.length] ?? 'iPhone';
    piece.push(
      line({
        app,
        offer,
        storefront,
        begin: '2026-11-23',
        day: '2026-11-23',
        device,
        units,
        promo: row % 97 === 0,
      }),
    );
    if (piece.length === 1000) yield `${piece.splice(0).join('\n')}\n`;
  }
  if (piece.length > 0) yield `${piece.join('\n')}\n`;
}

type Row = {
  app: (typeof APPS)[number];
  offer: Offer;
  storefront: Storefront;
  begin: string;
  day: string;
  device: string;
  units: number;
  promo: boolean;
  /** The Product Type Identifier of a row that brings no money, other than by a promo code. */
  free?: 'IAY' | 'IA3';
};

/** A free trial is a row at price zero, a restored purchase one of another type: neither brings money. */
function freeLines(row: Row): string[] {
  if (row.units % 4 !== 0) return [];
  if (row.offer.period !== '') return [line({ ...row, units: 3, free: 'IAY' })];
  return row.offer.type === 'IA1' ? [line({ ...row, units: 1, free: 'IA3' })] : [];
}

/** What a row of a subscription says of it: event, period, proceeds reason, preserved price. */
function subscriptionCells({ offer: { period }, units }: Row): readonly [string, string, string, string] {
  if (period === '') return [BLANK, BLANK, BLANK, BLANK];
  if (units % 3 === 0) return ['New', period, BLANK, BLANK];
  // "Rate After One Year" and kept prices are on renewals only.
  return [
    'Renewal',
    period,
    units % 3 === 1 ? 'Rate After One Year' : BLANK,
    units % 9 === 4 ? 'Yes' : BLANK,
  ];
}

function line(row: Row): string {
  const { app, offer, storefront, begin, day, device, units, promo, free } = row;
  const [event, period, reason, preserved] = subscriptionCells(row);
  const price = promo || free !== undefined ? 0 : localPrice(offer.cents, storefront);
  // Apple keeps thirty percent; proceeds are told for one unit and rounded down.
  const proceeds = Math.floor((price * 70) / 100);
  const isApp = offer.type.startsWith('1') || offer.type.startsWith('7');
  return [
    'APPLE',
    'US',
    // Some SKUs of real files end with a space.
    `${isApp ? app.sku : `${app.sku}.${offer.sku}`}${units % 11 === 0 ? ' ' : ''}`,
    isApp ? 'Acme Ünlimited GmbH' : BLANK,
    isApp ? appTitle(app, storefront) : offer.title,
    isApp ? app.version : BLANK,
    free ?? offer.type,
    String(units),
    decimal(proceeds),
    american(begin),
    american(day),
    storefront.currency,
    storefront.country,
    storefront.currency,
    isApp ? app.appleId : String(Number(app.appleId) + offer.offset),
    decimal(units < 0 ? -price : price),
    promo ? 'CR-RW' : BLANK,
    isApp ? BLANK : app.sku,
    event,
    period,
    app.category,
    BLANK,
    device,
    'iOS',
    reason,
    preserved,
    BLANK,
    BLANK,
  ].join('\t');
}
