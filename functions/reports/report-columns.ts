import { type Column, type ColumnType, columnName } from './table/column-type.ts';

const text: ColumnType = { kind: 'string' };
const date: ColumnType = { kind: 'date' };
const amount: ColumnType = { kind: 'decimal', precision: 18, scale: 2 };

const required = (header: string, type: ColumnType = text): Column => ({
  header,
  name: columnName(header),
  type,
  required: true,
});
const optional = (header: string): Column => ({ ...required(header), required: false });

/**
 * The columns of the Summary Sales report, version 1_0.
 * Required are those without which a row's units, money, product or place would be lost.
 * Source: Apple's help page "Summary Sales Report" (names and types).
 */
export const SALES_SUMMARY_COLUMNS: readonly Column[] = [
  optional('Provider'),
  optional('Provider Country'),
  required('SKU'),
  optional('Developer'),
  required('Title'),
  optional('Version'),
  required('Product Type Identifier'),
  required('Units', amount),
  required('Developer Proceeds', amount),
  required('Begin Date', date),
  required('End Date', date),
  required('Customer Currency'),
  required('Country Code'),
  required('Currency of Proceeds'),
  required('Apple Identifier'),
  required('Customer Price', amount),
  optional('Promo Code'),
  optional('Parent Identifier'),
  optional('Subscription'),
  optional('Period'),
  optional('Category'),
  optional('CMB'),
  optional('Device'),
  optional('Supported Platforms'),
  optional('Proceeds Reason'),
  optional('Preserved Pricing'),
  optional('Client'),
  optional('Order Type'),
];

/** Columns by their headers in Apple's order; those named in `types` are typed, those in `needed` are required. */
function columns(
  headers: readonly string[],
  types: Record<string, ColumnType>,
  needed: readonly string[],
): Column[] {
  return headers.map((header) => ({
    header,
    name: columnName(header),
    type: types[header] ?? text,
    required: needed.includes(header),
  }));
}

const OFFERS = ['Free Trial', 'Pay Up Front', 'Pay As You Go'];
const SUBSCRIPTION_COUNTS = [
  'Active Standard Price Subscriptions',
  ...OFFERS.map((offer) => `Active ${offer} Introductory Offer Subscriptions`),
  ...OFFERS.map((offer) => `${offer} Promotional Offer Subscriptions`),
  ...OFFERS.map((offer) => `${offer} Offer Code Subscriptions`),
  'Marketing Opt-Ins',
  'Billing Retry',
  'Grace Period',
  'Subscribers',
  ...OFFERS.map((offer) => `${offer} Win-back Offers`),
];
const SUBSCRIPTION_IDENTITY = [
  'App Name',
  'App Apple ID',
  'Subscription Name',
  'Subscription Apple ID',
  'Subscription Group ID',
  'Standard Subscription Duration',
];
const IDENTIFIERS = ['App Apple ID', 'Subscription Apple ID'];

/** Subscription report, version 1_3. Source: Apple's help page "Subscription Report". */
export const SUBSCRIPTION_COLUMNS: readonly Column[] = columns(
  [
    ...SUBSCRIPTION_IDENTITY,
    'Subscription Offer Name',
    'Promotional Offer ID',
    'Customer Price',
    'Customer Currency',
    'Developer Proceeds',
    'Proceeds Currency',
    'Preserved Pricing',
    'Proceeds Reason',
    'Client',
    'Device',
    'State',
    'Country',
    ...SUBSCRIPTION_COUNTS,
  ],
  {
    'Customer Price': amount,
    'Developer Proceeds': amount,
    ...Object.fromEntries(SUBSCRIPTION_COUNTS.map((header) => [header, amount])),
  },
  [...IDENTIFIERS, 'Country', 'Active Standard Price Subscriptions'],
);

/** Subscription Event report, version 1_3. Source: Apple's help page "Subscription Event Report". */
export const SUBSCRIPTION_EVENT_COLUMNS: readonly Column[] = columns(
  [
    'Event Date',
    'Event',
    ...SUBSCRIPTION_IDENTITY,
    'Subscription Offer Type',
    'Subscription Offer Duration',
    'Marketing Opt-In',
    'Marketing Opt-In Duration',
    'Preserved Pricing',
    'Proceeds Reason',
    'Subscription Offer Name',
    'Promotional Offer ID',
    'Consecutive Paid Periods',
    'Original Start Date',
    'Device',
    'Client',
    'State',
    'Country',
    'Previous Subscription Name',
    'Previous Subscription Apple ID',
    'Days Before Canceling',
    'Cancellation Reason',
    'Days Canceled',
    'Quantity',
    'Paid Service Days Recovered',
  ],
  {
    'Event Date': date,
    'Original Start Date': date,
    Quantity: amount,
    'Consecutive Paid Periods': amount,
    'Days Canceled': amount,
    'Paid Service Days Recovered': amount,
  },
  ['Event Date', 'Event', ...IDENTIFIERS, 'Quantity'],
);

/** Subscriber report, version 1_3. Source: Apple's help page "Subscriber Report". */
export const SUBSCRIBER_COLUMNS: readonly Column[] = columns(
  [
    'Event Date',
    ...SUBSCRIPTION_IDENTITY,
    'Subscription Offer Name',
    'Promotional Offer ID',
    'Subscription Offer Type',
    'Subscription Offer Duration',
    'Marketing Opt-In Duration',
    'Customer Price',
    'Customer Currency',
    'Developer Proceeds',
    'Proceeds Currency',
    'Preserved Pricing',
    'Proceeds Reason',
    'Client',
    'Device',
    'Country',
    'Subscriber ID',
    'Subscriber ID Reset',
    'Refund',
    'Purchase Date',
    'Units',
  ],
  {
    'Event Date': date,
    'Purchase Date': date,
    'Customer Price': amount,
    'Developer Proceeds': amount,
    Units: amount,
  },
  [
    'Event Date',
    ...IDENTIFIERS,
    'Customer Price',
    'Customer Currency',
    'Developer Proceeds',
    'Subscriber ID',
    'Units',
  ],
);
