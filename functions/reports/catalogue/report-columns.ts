import { type Column, type ColumnType, columnName, DATE, NUMBER, TEXT } from '../table/column-type.ts';

const required = (header: string, type: ColumnType = TEXT): Column => ({
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
  required('Units', NUMBER),
  required('Developer Proceeds', NUMBER),
  required('Begin Date', DATE),
  required('End Date', DATE),
  required('Customer Currency'),
  required('Country Code'),
  required('Currency of Proceeds'),
  required('Apple Identifier'),
  required('Customer Price', NUMBER),
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
    type: types[header] ?? TEXT,
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

/** Subscription report, asked for as 1_4; Apple describes 1_3. Source: Apple's help page "Subscription Report". */
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
    'Customer Price': NUMBER,
    'Developer Proceeds': NUMBER,
    ...Object.fromEntries(SUBSCRIPTION_COUNTS.map((header) => [header, NUMBER])),
  },
  [...IDENTIFIERS, 'Country', 'Active Standard Price Subscriptions'],
);

/** Subscription Event report, asked for as 1_4; Apple describes 1_3. Source: Apple's help page "Subscription Event Report". */
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
    'Event Date': DATE,
    'Original Start Date': DATE,
    Quantity: NUMBER,
    'Consecutive Paid Periods': NUMBER,
    'Days Before Canceling': NUMBER,
    'Days Canceled': NUMBER,
    'Paid Service Days Recovered': NUMBER,
  },
  ['Event Date', 'Event', ...IDENTIFIERS, 'Quantity'],
);

/** Subscriber report, asked for as 1_4; Apple describes 1_3. Source: Apple's help page "Subscriber Report". */
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
    'Event Date': DATE,
    'Purchase Date': DATE,
    'Customer Price': NUMBER,
    'Developer Proceeds': NUMBER,
    Units: NUMBER,
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

/** Pre-Order report, version 1_0. Source: Apple's help page "Pre-Order Report" (names and types). */
export const PRE_ORDER_COLUMNS: readonly Column[] = columns(
  [
    'Provider',
    'Provider Country',
    'SKU',
    'Developer',
    'Title',
    'Pre-Order Start Date',
    'Pre-Order End Date',
    'Ordered',
    'Canceled',
    'Cumulative Ordered',
    'Cumulative Canceled',
    'Start Date',
    'End Date',
    'Country Code',
    'Apple Identifier',
    'Device',
    'Supported Platforms',
  ],
  {
    'Pre-Order Start Date': DATE,
    'Pre-Order End Date': DATE,
    'Start Date': DATE,
    'End Date': DATE,
    Ordered: NUMBER,
    Canceled: NUMBER,
    'Cumulative Ordered': NUMBER,
    'Cumulative Canceled': NUMBER,
  },
  ['SKU', 'Ordered', 'Canceled', 'Start Date', 'End Date', 'Country Code', 'Apple Identifier'],
);

/**
 * Subscription Offer Code Redemption report, version 1_0.
 * Source: Apple's help page "Subscription Offer Redemption Report".
 */
export const OFFER_CODE_REDEMPTION_COLUMNS: readonly Column[] = columns(
  [
    'Date',
    'App Name',
    'App Apple ID',
    'Subscription Name',
    'Subscription Apple ID',
    'Offer Reference Name',
    'Offer Code',
    'Territory',
    'Redemptions',
  ],
  { Date: DATE, Redemptions: NUMBER },
  ['Date', ...IDENTIFIERS, 'Territory', 'Redemptions'],
);

/**
 * Win-back eligibility report, version 1_0. Source: Apple's help page "Win-back eligibility report". The duration
 * is documented as a number, but with values like `7 Days`: it stays text.
 */
export const WIN_BACK_ELIGIBILITY_COLUMNS: readonly Column[] = columns(
  [
    ...SUBSCRIPTION_IDENTITY,
    'Paid Subscription Tenure',
    'Time Since Last Subscribed',
    'Has Previously Redeemed Win-Back Offer',
    'Time Since Last Win-Back Offer',
    'Territory',
    'Churned Subscription Count',
  ],
  {
    'Paid Subscription Tenure': NUMBER,
    'Time Since Last Subscribed': NUMBER,
    'Time Since Last Win-Back Offer': NUMBER,
    'Churned Subscription Count': NUMBER,
  },
  [...IDENTIFIERS, 'Territory', 'Churned Subscription Count'],
);

/**
 * Reports whose columns no public page names (Newsstand, installs, first annual installs): whatever a file has is
 * kept, as text.
 */
export const UNDOCUMENTED_COLUMNS: readonly Column[] = [];

/**
 * Financial report, of one region or of all. Source: Apple's help page "Financial report fields", which says
 * "Sale or Return" where files say "Sales or Return".
 */
export const FINANCIAL_COLUMNS: readonly Column[] = columns(
  [
    'Start Date',
    'End Date',
    'UPC',
    'ISRC/ISBN',
    'Vendor Identifier',
    'Quantity',
    'Partner Share',
    'Extended Partner Share',
    'Partner Share Currency',
    'Sales or Return',
    'Apple Identifier',
    'Artist/Show/Developer/Author',
    'Title',
    'Label/Studio/Network/Developer/Publisher',
    'Grid',
    'Product Type Identifier',
    'ISAN/Other Identifier',
    'Country Of Sale',
    'Pre-order Flag',
    'Promo Code',
    'Customer Price',
    'Customer Currency',
  ],
  {
    'Start Date': DATE,
    'End Date': DATE,
    Quantity: NUMBER,
    'Partner Share': NUMBER,
    'Extended Partner Share': NUMBER,
    'Customer Price': NUMBER,
  },
  [
    'Start Date',
    'End Date',
    'Vendor Identifier',
    'Quantity',
    'Partner Share',
    'Extended Partner Share',
    'Partner Share Currency',
    'Apple Identifier',
    'Country Of Sale',
  ],
);

/**
 * Detailed financial report. Apple documents no columns for it; these are the ones that two public programs read
 * from downloaded files.
 */
export const FINANCE_DETAIL_COLUMNS: readonly Column[] = columns(
  [
    'Transaction Date',
    'Settlement Date',
    'Apple Identifier',
    'SKU',
    'Title',
    'Developer Name',
    'Product Type Identifier',
    'Country of Sale',
    'Quantity',
    'Partner Share',
    'Extended Partner Share',
    'Partner Share Currency',
    'Customer Price',
    'Customer Currency',
    'Sale or Return',
    'Promo Code',
    'Order Type',
    'Region',
  ],
  {
    'Transaction Date': DATE,
    'Settlement Date': DATE,
    Quantity: NUMBER,
    'Partner Share': NUMBER,
    'Extended Partner Share': NUMBER,
    'Customer Price': NUMBER,
  },
  [
    'Transaction Date',
    'Apple Identifier',
    'Country of Sale',
    'Quantity',
    'Extended Partner Share',
    'Partner Share Currency',
  ],
);
