import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { Temporal } from 'temporal-polyfill';
import { PRE_ORDER_COLUMNS } from '../../../functions/reports/catalogue/report-columns.ts';
import { american, reportText } from '../../simulator/samples/report-text.ts';
import { sampleDownloads } from '../../simulator/samples/sample-analytics.ts';
import { APPS } from '../../simulator/samples/sample-catalogue.ts';
import { sampleFinanceDetail, sampleFinancial } from '../../simulator/samples/sample-finance.ts';
import { sampleSales } from '../../simulator/samples/sample-sales.ts';
import {
  sampleSubscribers,
  sampleSubscriptionEvents,
  sampleSubscriptions,
} from '../../simulator/samples/sample-subscriptions.ts';

const [ONE, OTHER] = ['80012345', '80099999'] as const;
const APP = APPS[0]?.appleId ?? '';

/** A file of the example folder. */
export type ExampleFile = {
  /** Within the folder. */
  path: string;
  content: Uint8Array;
  /** The series and date under which it is stored; absent where it is no report to be stored. */
  stored?: string;
};

/**
 * A folder of report files as people have it: every kind, names with and without `_1_` and `_V1_0`, two vendors, files
 * older than a year, every encoding that is read, and what cannot be stored.
 *
 * @param days daily files of the first vendor, the last of them of `lastDay`
 */
export function exampleFiles(days: number, lastDay = '2026-11-20'): ExampleFile[] {
  return [...daily(days, lastDay), ...periods(), ...otherKinds(), ...encodings(), ...notStored()];
}

/** Apple's names of one report, as they have been over the years. */
const NAMES = [
  (day: string) => `S_D_1_${ONE}_${day}.txt.gz`,
  (day: string) => `S_D_${ONE}_${day}.txt.gz`,
  (day: string) => `S_D_1_${ONE}_${day}_V1_0.txt.gz`,
];

function daily(days: number, lastDay: string): ExampleFile[] {
  return Array.from({ length: days }, (_, index) => {
    const day = Temporal.PlainDate.from(lastDay).subtract({ days: index }).toString();
    const name = NAMES[index % NAMES.length] ?? String;
    return gzip(
      `daily/${name(compact(day))}`,
      sampleSales({ vendor: ONE, day }),
      `${ONE}/SALES/SUMMARY/DAILY ${day}`,
    );
  });
}

const periods = (): ExampleFile[] => [
  gzip(
    `S_D_1_${OTHER}_20261120.txt.gz`,
    sampleSales({ vendor: OTHER, day: '2026-11-20' }),
    `${OTHER}/SALES/SUMMARY/DAILY 2026-11-20`,
  ),
  gzip(
    `old/S_D_${OTHER}_20240301.txt.gz`,
    sampleSales({ vendor: OTHER, day: '2024-03-01' }),
    `${OTHER}/SALES/SUMMARY/DAILY 2024-03-01`,
  ),
  gzip(
    `S_W_1_${ONE}_20261115.txt.gz`,
    sampleSales({ vendor: ONE, day: '2026-11-15', begin: '2026-11-09' }),
    `${ONE}/SALES/SUMMARY/WEEKLY 2026-11-15`,
  ),
  gzip(
    `S_M_${ONE}_202610.txt.gz`,
    sampleSales({ vendor: ONE, day: '2026-10-31', begin: '2026-10-01' }),
    `${ONE}/SALES/SUMMARY/MONTHLY 2026-10`,
  ),
  gzip(
    `old/S_Y_1_${ONE}_2024_V1_0.txt.gz`,
    sampleSales({ vendor: ONE, day: '2024-12-31', begin: '2024-01-01' }),
    `${ONE}/SALES/SUMMARY/YEARLY 2024`,
  ),
];

const otherKinds = (): ExampleFile[] => [
  gzip(
    `Subscription_${ONE}_20261120_V1_4.txt.gz`,
    sampleSubscriptions('2026-11-20'),
    `${ONE}/SUBSCRIPTION/SUMMARY/DAILY 2026-11-20`,
  ),
  gzip(
    `Subscription_Event_${ONE}_20261120_V1_4.txt.gz`,
    sampleSubscriptionEvents('2026-11-20'),
    `${ONE}/SUBSCRIPTION_EVENT/SUMMARY/DAILY 2026-11-20`,
  ),
  gzip(
    `Subscriber_${ONE}_20261120.txt.gz`,
    sampleSubscribers('2026-11-20'),
    `${ONE}/SUBSCRIBER/DETAILED/DAILY 2026-11-20`,
  ),
  gzip(`O_S_D_${ONE}_20261120.txt.gz`, preOrders('2026-11-20'), `${ONE}/PRE_ORDER/SUMMARY/DAILY 2026-11-20`),
  gzip(
    `finance/${ONE}_0326_ZZ.txt.gz`,
    sampleFinancial({ vendor: ONE, month: '2026-03' }),
    `${ONE}/FINANCIAL/ZZ 2026-03`,
  ),
  gzip(
    `finance/${ONE}_0326_US.txt.gz`,
    sampleFinancial({ vendor: ONE, month: '2026-03', countries: ['US'] }),
    `${ONE}/FINANCIAL/US 2026-03`,
  ),
  text(
    `finance/FD_${ONE}_0426_Z1.txt`,
    sampleFinanceDetail({ vendor: ONE, month: '2026-04' }),
    `${ONE}/FINANCE_DETAIL/Z1 2026-04`,
  ),
  gzip(
    'analytics/b2d1f6f0-segment.csv.gz',
    sampleDownloads({ app: APP, day: '2026-11-18' }),
    `${APP}/ANALYTICS/COMMERCE/App Downloads Standard/DAILY 2026-11-19`,
  ),
];

function encodings(): ExampleFile[] {
  const day = '2026-11-20';
  const sales = sampleSales({ vendor: '80000001', day });
  const stored = (vendor: string) => `${vendor}/SALES/SUMMARY/DAILY ${day}`;
  const zip = zipSync({
    'S_D_1_80000004_20261120.txt': Buffer.from(sales),
    'inner/S_D_80000005_20261120.txt.gz': gzipSync(sales),
    '__MACOSX/._S_D_1_80000004_20261120.txt': Buffer.from('x'),
  });
  return [
    text('excel/S_D_1_80000001_20261120.txt', sales, stored('80000001')),
    text('excel/S_D_1_80000002_20261120.csv', separatedBy(',', sales), stored('80000002')),
    text('excel/S_D_1_80000003_20261120.csv', separatedBy(';', sales), stored('80000003')),
    { path: 'both.zip', content: zip, stored: stored('80000004') },
    {
      path: 'excel/S_D_1_80000006_20261120.tsv',
      content: Buffer.from(`\uFEFF${sales}`, 'utf16le'),
      stored: stored('80000006'),
    },
  ];
}

/** What its owner must be told of, one file for each reason. */
function notStored(): ExampleFile[] {
  const sales = sampleSales({ vendor: ONE, day: '2026-11-20' });
  return [
    gzip(`S_D_1_${ONE}_20261120 (1).txt.gz`, sales),
    gzip('again/S_D_1_80099999_20261120.txt.gz', sampleSales({ vendor: ONE, day: '2026-11-20', seed: 9 })),
    gzip(
      `S_W_1_${ONE}_20261122.txt.gz`,
      sampleSales({ vendor: ONE, day: '2026-11-15', begin: '2026-11-09' }),
    ),
    text('three-days.txt', sampleSales({ vendor: ONE, day: '2026-11-15', begin: '2026-11-13' })),
    { path: `S_D_1_${ONE}_20231119.txt.gz`, content: gzipSync(sales).subarray(0, 300) },
    { path: 'latin.txt', content: Buffer.from(sales.replace('APPLE', 'ÄPPLE'), 'latin1') },
    { path: 'nothing.txt', content: new Uint8Array() },
    text('notes.txt', 'milk\n'),
    text('Newsstand_80012345_20261120.txt', 'Provider\tMagazine\nAPPLE\tTide\n'),
    text('.DS_Store', 'x'),
  ];
}

const preOrders = (day: string): string =>
  reportText(
    PRE_ORDER_COLUMNS.map(({ header }) => header),
    [
      {
        Provider: 'APPLE',
        'Provider Country': 'US',
        SKU: 'com.acme.tide2',
        Developer: 'Acme',
        Title: 'Tide 2',
        'Pre-Order Start Date': '10/01/2026',
        'Pre-Order End Date': '12/24/2026',
        Ordered: '3',
        Canceled: '0',
        'Cumulative Ordered': '40',
        'Cumulative Canceled': '2',
        'Start Date': american(day),
        'End Date': american(day),
        'Country Code': 'US',
        'Apple Identifier': '6448319999',
        Device: 'iPhone',
      },
    ],
  );

const compact = (day: string): string => day.replaceAll('-', '');
const gzip = (path: string, content: string, stored?: string): ExampleFile => ({
  path,
  content: gzipSync(content),
  ...(stored !== undefined && { stored }),
});
const text = (path: string, content: string, stored?: string): ExampleFile => ({
  path,
  content: Buffer.from(content),
  ...(stored !== undefined && { stored }),
});

/** As a spreadsheet program saves it: every value in quotes, empty cells at a row's end left out. */
const separatedBy = (mark: string, tsv: string): string =>
  tsv
    .trim()
    .split('\n')
    .map((line) =>
      line
        .trimEnd()
        .split('\t')
        .map((cell) => `"${cell.replaceAll('"', '""')}"`)
        .join(mark),
    )
    .join('\r\n');
