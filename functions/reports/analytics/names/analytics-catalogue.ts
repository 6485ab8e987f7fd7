import { type Column, type ColumnType, columnName, DATE, NUMBER, TEXT } from '../../table/column-type.ts';

/**
 * Analytics reports differ in their columns, and Apple adds reports. So types go by the header: days, and what
 * can be counted or added up; everything else is text.
 * Source: the "Report Fields" of Apple's pages under "Analytics Reports".
 */
export function analyticsType(header: string): ColumnType {
  const name = columnName(header);
  if (name === 'date' || name.endsWith('_date')) return DATE;
  return MEASURES.has(name) || /_counts?$|^unique_|_in_usd$/.test(name) ? NUMBER : TEXT;
}

/** Measures whose names follow no rule. Durations are words (`1 Month`), but for that of sessions. */
const MEASURES = new Set([
  'counts',
  'count',
  'quantity',
  'sessions',
  'total_session_duration',
  'crashes',
  'purchases',
  'paying_users',
  'consecutive_paid_periods',
  'days_before_canceling',
  'days_canceled',
]);

/** Most reports call the day `Date`, those of subscriptions `Event Date`. A file with neither is none of them. */
const [DAY, EVENT_DAY] = ['Date', 'Event Date'];

const columns = (...headers: string[]): Column[] =>
  headers.map((header) => ({
    header,
    name: columnName(header),
    type: analyticsType(header),
    required: header === DAY || (header === EVENT_DAY && !headers.includes(DAY)),
    ...(header === DAY && { orElse: columnName(EVENT_DAY) }),
    ...(header === EVENT_DAY && { orElse: columnName(DAY) }),
  }));

const APP = [DAY, 'App Name', 'App Apple Identifier'];
const DEVICE = ['Device', 'Platform Version'];
const SOURCE = ['Source Type', 'Page Type'];
/** What the detailed form of a report has beyond the standard one. */
const DETAILS = ['Source Info', 'Campaign', 'Page Title'];

/** What the files of a report with unknown columns must have; the others are taken as they come. */
const UNKNOWN_COLUMNS: readonly Column[] = columns(DAY, EVENT_DAY);

/** What both reports of subscriptions have, in the order of Apple's pages; the detailed ones have all of it. */
const SUBSCRIPTION = [
  ...[
    'Subscription Name',
    'Subscription Identifier',
    'Subscription Duration',
    'Billing Frequency',
    'Billing Period',
  ],
  ...['Subscription Group', 'Subscription Group Identifier'],
  ...['Offer Type', 'Offer Name', 'Offer ID', 'Vanity Code', 'Offer Pricing', 'Offer Duration'],
];
const DOWNLOAD = [
  'App Download Source Type',
  'Page Type',
  'Pre-Order',
  'Original Purchase Device',
  'Territory',
];
const SUBSCRIPTION_EVENT = [
  ...[EVENT_DAY, 'App Name', 'App Apple Identifier', 'Event Sub Type', 'Event Grouping', ...SUBSCRIPTION],
  ...['Plan Change Type', 'Previous Subscription Name', 'Previous Subscription Identifier', 'Family Sharing'],
  ...['Cancellation Reason', 'Paid Service Days Recovered', ...DOWNLOAD, 'Counts'],
];
const SUBSCRIPTION_STATE = [
  ...[...APP, 'State Metric', 'State Metric Grouping', ...SUBSCRIPTION],
  ...['Family Sharing', 'Cancellation Reason', ...DOWNLOAD, 'Counts'],
];
/** The detailed ones name their download's source, too. */
const SUBSCRIPTION_DETAILS = ['App Download Source Info', 'Campaign', 'Page Title'];

/**
 * The reports of subscriptions. Apple's pages call them "App Store Subscription Event" and "… State"; the API, as
 * several public programs have it, "App Store Subscription Event Report Standard". The columns go for either name.
 * Source: the report fields of Apple's pages analytics-reports/subscription-event and …/subscription-state.
 */
const SUBSCRIPTION_REPORTS: readonly KnownReport[] = (
  [
    ['App Store Subscription Event', SUBSCRIPTION_EVENT],
    ['App Store Subscription State', SUBSCRIPTION_STATE],
  ] as const
).flatMap(([name, headers]) =>
  ['Report ', ''].flatMap((word): KnownReport[] => [
    { name: `${name} ${word}Standard`, category: 'COMMERCE', columns: columns(...headers) },
    {
      name: `${name} ${word}Detailed`,
      category: 'COMMERCE',
      columns: columns(...headers, ...SUBSCRIPTION_DETAILS),
    },
  ]),
);

type KnownReport = { name: string; category: string; columns: readonly Column[] };

/** The standard report and the detailed one, which has more columns. */
const twice = (name: string, category: string, ...headers: string[]): KnownReport[] => [
  { name: `${name} Standard`, category, columns: columns(...headers) },
  { name: `${name} Detailed`, category, columns: columns(...headers, ...DETAILS) },
];

/**
 * The reports users ask for first; Apple offers more than a hundred. A name that is not here is taken as it
 * is and looked for at Apple. Sources: Apple's pages under "Analytics Reports", and files seen by others.
 */
export const KNOWN_ANALYTICS_REPORTS: readonly KnownReport[] = [
  ...twice(
    'App Store Discovery and Engagement',
    'APP_STORE_ENGAGEMENT',
    ...APP,
    'Event',
    ...['Page Type', 'Source Type', 'Engagement Type'],
    ...DEVICE,
    ...['Territory', 'Counts', 'Unique Counts'],
  ),
  ...twice(
    'App Downloads',
    'COMMERCE',
    ...APP,
    ...['Download Type', 'App Version'],
    ...DEVICE,
    ...SOURCE,
    ...['Pre-Order', 'Territory', 'Counts'],
  ),
  ...twice(
    'App Store Purchases',
    'COMMERCE',
    ...APP,
    ...['Purchase Type', 'Content Name', 'Content Apple Identifier', 'Payment Method'],
    ...DEVICE,
    ...SOURCE,
    ...['App Download Date', 'Pre-Order', 'Territory'],
    ...['Purchases', 'Proceeds in USD', 'Sales in USD', 'Paying Users'],
  ),
  ...twice(
    'App Store Installation and Deletion',
    'APP_USAGE',
    ...APP,
    ...['Event', 'Download Type', 'App Version'],
    ...DEVICE,
    ...SOURCE,
    ...['App Download Date', 'Territory', 'Counts', 'Unique Devices'],
  ),
  ...twice(
    'App Sessions',
    'APP_USAGE',
    ...APP,
    'App Version',
    ...DEVICE,
    ...SOURCE,
    ...['App Download Date', 'Territory', 'Sessions', 'Total Session Duration', 'Unique Devices'],
  ),
  {
    name: 'App Crashes',
    category: 'APP_USAGE',
    columns: columns(...APP, 'App Version', ...DEVICE, 'Crashes', 'Unique Devices'),
  },
  ...SUBSCRIPTION_REPORTS,
  ...['App Store Pre-Orders Standard', 'App Store Pre-Orders Detailed'].map((name) => ({
    name,
    category: 'COMMERCE',
    columns: UNKNOWN_COLUMNS,
  })),
  { name: 'App Install Performance', category: 'PERFORMANCE', columns: UNKNOWN_COLUMNS },
];

/** The columns that a report's table begins with. */
export const analyticsColumns = (name: string): readonly Column[] =>
  KNOWN_ANALYTICS_REPORTS.find((known) => known.name === name)?.columns ?? UNKNOWN_COLUMNS;

export const columnsAreKnown = (name: string): boolean => analyticsColumns(name) !== UNKNOWN_COLUMNS;
