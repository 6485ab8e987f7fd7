import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import {
  analyticsColumns,
  analyticsType,
} from '../../functions/reports/analytics/names/analytics-catalogue.ts';
import { findEntry } from '../../functions/reports/catalogue/catalogue.ts';
import { convertReport } from '../../functions/reports/table/convert.ts';

// What real files have and Apple's pages do not say, each made anew after files that others published.

const directory = mkdtempSync(join(tmpdir(), 'real-files-'));
after(() => rmSync(directory, { recursive: true }));
const gzipPath = join(directory, 'report.gz');
const parquetPath = join(directory, 'data.parquet');
const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
await duckdb.run('SET enable_external_file_cache = false');
const rowsOf = async (select: string) =>
  (await duckdb.runAndReadAll(`SELECT ${select} FROM '${parquetPath}'`)).getRowObjectsJson();

const tsv = (...lines: string[][]): string => `${lines.map((fields) => fields.join('\t')).join('\n')}\n`;

function convert(report: string, text: string | Uint8Array) {
  writeFileSync(gzipPath, gzipSync(text));
  const { columns, layout } = findEntry(report) ?? assert.fail(report);
  return convertReport({ gzipPath, parquetPath, columns, layout, sha256: 'cafe' });
}

function convertAnalytics(name: string, text: string) {
  writeFileSync(gzipPath, gzipSync(text));
  return convertReport({
    gzipPath,
    parquetPath,
    columns: analyticsColumns(name),
    typeOf: analyticsType,
    sha256: 'cafe',
  });
}

/** A Summary Sales file of the columns that must be there, and those in `more`. */
function sales(...rows: Record<string, string>[]): string {
  const given: Record<string, string> = {
    SKU: 'com.example.app',
    Title: 'Example App',
    'Product Type Identifier': '1F',
    Units: '1',
    'Developer Proceeds': '0',
    'Begin Date': '11/20/2026',
    'End Date': '11/20/2026',
    'Customer Currency': 'USD',
    'Country Code': 'US',
    'Currency of Proceeds': 'USD',
    'Apple Identifier': '1234567890',
    'Customer Price': '0',
    'Promo Code': ' ',
    Subscription: ' ',
  };
  const headers = Object.keys(given);
  return tsv(headers, ...rows.map((row) => headers.map((header) => row[header] ?? given[header] ?? '')));
}

describe('A cell of a real file', () => {
  it('that holds one space, or several, is NULL', async () => {
    await convert('SALES/SUMMARY/DAILY', sales({}, { Subscription: 'Renewal', 'Promo Code': '   ' }));
    assert.deepEqual(await rowsOf('subscription, promo_code'), [
      { subscription: null, promo_code: null },
      { subscription: 'Renewal', promo_code: null },
    ]);
  });

  it('that is padded is the value without the padding: one SKU is one product', async () => {
    await convert(
      'SALES/SUMMARY/DAILY',
      sales(
        { SKU: 'com.example.app ', Units: '2' },
        { Units: '5' },
        { SKU: ' com.example.app  ', Units: ' 1 ' },
      ),
    );
    assert.deepEqual(
      await rowsOf('any_value(sku) AS sku, sum(units)::INT AS units, count(DISTINCT sku)::INT AS skus'),
      [{ sku: 'com.example.app', units: 8, skus: 1 }],
    );
  });

  it('keeps spaces within a text, and white space that is no padding', async () => {
    await convert('SALES/SUMMARY/DAILY', sales({ Title: ' Tide  & Wind\u00a0' }));
    assert.deepEqual(await rowsOf('title'), [{ title: 'Tide  & Wind\u00a0' }]);
  });

  it('with quotes is taken as it stands: Advanced Commerce writes lists into SKU and Title', async () => {
    await convert('SALES/SUMMARY/DAILY', sales({ SKU: '"a","b"', Title: '"unclosed' }, { Title: 'x"y' }));
    assert.deepEqual(await rowsOf('sku, title'), [
      { sku: '"a","b"', title: '"unclosed' },
      { sku: 'com.example.app', title: 'x"y' },
    ]);
  });

  it('that is no UTF-8 is told with line and field, and no table is made', async () => {
    const bytes = Buffer.from(sales({}, { Title: 'Müller' }), 'latin1');
    await assert.rejects(convert('SALES/SUMMARY/DAILY', bytes), {
      code: 'NOT_UTF8',
      message: /^Line 3, field 2: "Müller" \(shown as Latin-1\) is not valid UTF-8/,
    });
    // A character cut in two at the very end.
    await assert.rejects(
      convert('SALES/SUMMARY/DAILY', Buffer.from(sales({ Subscription: 'é' })).subarray(0, -2)),
      { code: 'NOT_UTF8' },
    );
    await assert.rejects(convert('SALES/SUMMARY/DAILY', Buffer.from(`\uFEFF${sales({})}`, 'utf16le')), {
      code: 'NOT_UTF8',
      message: /UTF-16/,
    });
  });
});

const DETAIL = [
  ...['Transaction Date', 'Settlement Date', 'Apple Identifier', 'SKU', 'Title', 'Developer Name'],
  ...['Product Type Identifier', 'Country of Sale', 'Quantity', 'Partner Share', 'Extended Partner Share'],
  ...['Partner Share Currency', 'Customer Price', 'Customer Currency', 'Sale or Return', 'Promo Code'],
  ...['Order Type', 'Region'],
];
const detail = (
  quantity: string,
  extended: string,
  price: string,
  region: string,
  returned = 'S',
): string[] => [
  ...['11/21/2025', '11/22/2025', '1234567892', 'pro.year', 'Pro', ' ', 'IAY', 'CA', quantity, '70.00'],
  ...[extended, 'CAD', price, 'CAD', returned, ' ', ' ', region],
];

describe('A FINANCE_DETAIL month', () => {
  const opening = [
    ['Vendor Name', 'Example GmbH'],
    ['Start Date', '11/02/2025'],
    ['End Date', '11/29/2025'],
  ];

  it('whose rows end with a tab too many is stored', async () => {
    const rows = [detail('1', '70.00', '80.000', 'AB'), detail('-1', '-70.00', '-80.000', ' ', 'R')];
    const text = tsv(...opening, DETAIL, ...rows.map((row) => [...row, '']));
    assert.deepEqual(await convert('FINANCE_DETAIL/Z1', text), { rows: 2, unknownColumns: [], remarks: [] });
    assert.deepEqual(await rowsOf('quantity::INT AS quantity, customer_price::VARCHAR AS price, region'), [
      { quantity: 1, price: '80.000000', region: 'AB' },
      { quantity: -1, price: '-80.000000', region: null },
    ]);
  });

  it('whose header ends with tabs too many is the same table', async () => {
    const text = tsv(...opening, [...DETAIL, '', ' '], detail('1', '70.00', '80.000', 'AB'), [
      ...detail('1', '70.00', '80.000', 'AB'),
      ' ',
      '',
    ]);
    assert.deepEqual(await convert('FINANCE_DETAIL/Z1', text), { rows: 2, unknownColumns: [], remarks: [] });
  });

  it('whose extra field holds something is refused: a tab stands somewhere in the row', async () => {
    const text = tsv(...opening, DETAIL, [...detail('1', '70.00', '80.000', 'AB'), 'x']);
    await assert.rejects(convert('FINANCE_DETAIL/Z1', text), {
      code: 'FIELD_COUNT',
      message: /^Line 5 has 19 fields, the header has 18/,
    });
  });
});

describe('The units of a financial report', () => {
  const HEADER = [
    ...['Start Date', 'End Date', 'Vendor Identifier', 'Quantity', 'Partner Share', 'Extended Partner Share'],
    ...['Partner Share Currency', 'Sales or Return', 'Apple Identifier', 'Country Of Sale'],
  ];
  const row = (quantity: string, amount: string, country = 'DE', currency = 'EUR') => [
    ...['11/02/2025', '11/29/2025', 'pro', quantity, '10.50', amount, currency],
    ...[quantity.startsWith('-') ? 'R' : 'S', '1234567891', country],
  ];
  const rows = [row('-1', '-10.50'), row('2', '21.00'), row('1', '10.50', 'FI')];

  it('may be counted without returns: stored with a remark, since the money agrees', async () => {
    const text = tsv(HEADER, ...rows, ['Total_Rows', '3'], ['Total_Amount', '21.00'], ['Total_Units', '3']);
    const { remarks } = await convert('FINANCIAL/EU', text);
    assert.deepEqual(remarks, [
      {
        code: 'UNITS_DIFFER',
        message:
          'Line 7: Total_Units is 3 and counts sales without returns; with the returns the rows add up to 2',
      },
    ]);
  });

  it('may differ otherwise too, where the money agrees', async () => {
    const text = tsv(HEADER, ...rows, ['Total_Amount', '21.00'], ['Total_Units', '9']);
    const { remarks } = await convert('FINANCIAL/EU', text);
    assert.match(
      remarks[0]?.message ?? '',
      /Total_Units is 9, but the rows add up to 2; the amounts of money agree/,
    );
  });

  it('may be counted without returns in the table of countries', async () => {
    const table = [
      ['Country Of Sale', 'Partner Share Currency', 'Quantity', 'Extended Partner Share'],
      ['DE', 'EUR', '2', '10.50'],
      ['FI', 'EUR', '1', '10.50'],
    ];
    const { remarks } = await convert('FINANCIAL/EU', tsv(HEADER, ...rows, ...table));
    assert.deepEqual(
      remarks.map(({ message }) => message),
      [
        'The totals of DE EUR: Quantity is 2 and counts sales without returns; with the returns the rows add up to 1',
      ],
    );
  });

  it('never excuse money that differs', async () => {
    const text = tsv(HEADER, ...rows, ['Total_Amount', '21.01'], ['Total_Units', '3']);
    await assert.rejects(convert('FINANCIAL/EU', text), { code: 'TOTALS_DIFFER', message: /Total_Amount/ });
  });
});

describe('The header of a real file', () => {
  const header = (...more: string[]) => ['Title', 'Installs', ...more];
  const kept = 'INSTALLS/SUMMARY/MONTHLY';

  it('with two names that become one column is refused with both', async () => {
    const [first = '', ...rows] = sales({}).split('\n');
    const text = [`${first}\tUNITS`, ...rows.map((line) => (line === '' ? line : `${line}\t9`))].join('\n');
    await assert.rejects(convert('SALES/SUMMARY/DAILY', text), {
      code: 'COLUMN_REPEATED',
      message: /"Units" more than once \(fields 4 and 15, "UNITS"\)/,
    });
    await assert.rejects(convert(kept, tsv(header('Moon Phase', 'moon-phase'), ['x', '1', '2', '3'])), {
      code: 'COLUMN_REPEATED',
      message: /"Moon Phase" .*"moon-phase"\): both would be the column moon_phase/,
    });
  });

  it('with columns that nobody expected is stored, and tells them', async () => {
    const [first = '', ...rows] = sales({}).split('\n');
    const text = [
      `${first}\tPlan Type\tSeats`,
      ...rows.map((line) => (line === '' ? line : `${line}\tx\t3`)),
    ].join('\n');
    const { unknownColumns } = await convert('SALES/SUMMARY/DAILY', text);
    assert.deepEqual(
      unknownColumns.map(({ header }) => header),
      ['Plan Type', 'Seats'],
    );
    assert.deepEqual(await rowsOf('plan_type, seats'), [{ plan_type: 'x', seats: '3' }]);
  });

  it('with a name of the table’s own keeps its values under another', async () => {
    await convert(
      kept,
      tsv(header('Vendor', 'Report Date', 'Report SHA256', ''), ['x', '1', '85', '2026-11', 'y', '']),
    );
    assert.deepEqual(await rowsOf('vendor_in_file, report_date_in_file, report_sha256'), [
      { vendor_in_file: '85', report_date_in_file: '2026-11', report_sha256: 'cafe' },
    ]);
  });

  it('with a column that has no name keeps it by its position', async () => {
    await convert(kept, tsv(header('', 'App'), ['x', '1', 'y', 'z']));
    assert.deepEqual(await rowsOf('column_3, app_in_file'), [{ column_3: 'y', app_in_file: 'z' }]);
  });
});

const EVENTS = tsv(
  [
    ...['Event Date', 'App Name', 'App Apple Identifier', 'Event', 'Original Start Date'],
    ...['Days Before Canceling', 'Counts'],
  ],
  ['2026-11-20', 'Tide', '1', 'Cancel', '2026-10-01', '12', '7'],
);

describe('An analytics report', () => {
  it('may call its day Event Date: those of subscriptions do', async () => {
    for (const name of ['App Store Subscription State Report Detailed', 'App Sessions Standard']) {
      await convertAnalytics(name, EVENTS);
      assert.deepEqual(
        await rowsOf(
          'date, event_date, original_start_date, days_before_canceling::INT AS days, counts::INT AS counts',
        ),
        [{ date: null, event_date: '2026-11-20', original_start_date: '2026-10-01', days: 12, counts: 7 }],
      );
    }
  });

  it('of subscription events has its day where Apple’s page says, under both names that the report has', async () => {
    for (const name of [
      'App Store Subscription Event Standard',
      'App Store Subscription Event Report Detailed',
    ]) {
      await convertAnalytics(name, EVENTS);
      assert.deepEqual(await rowsOf('event_date, offer_type, counts::INT AS counts'), [
        { event_date: '2026-11-20', offer_type: null, counts: 7 },
      ]);
      await convertAnalytics(name, EVENTS.replace('Event Date', 'Date'));
      assert.deepEqual(await rowsOf('event_date, date'), [{ event_date: null, date: '2026-11-20' }]);
    }
  });

  it('with neither day is none', async () => {
    await assert.rejects(
      convertAnalytics('App Sessions Standard', tsv(['App Name', 'Counts'], ['Tide', '7'])),
      {
        code: 'HEADER_MISSING',
      },
    );
  });
});

describe('Numbers and days', () => {
  it('are typed wherever Apple’s pages say so', () => {
    const typesOf = (report: string, kind: string) =>
      (findEntry(report)?.columns ?? []).filter(({ type }) => type.kind === kind).map(({ header }) => header);
    assert.ok(typesOf('SUBSCRIPTION_EVENT/SUMMARY/DAILY', 'decimal').includes('Days Before Canceling'));
    // Identifiers, versions and durations in words have digits and are no numbers.
    const words = /ID\b|Identifier|Number|ISRC|UPC|Version|Duration|Type|Reset/;
    const looks =
      /\b(Date|Days|Units|Quantity|Price|Share|Proceeds|Count|Periods|Since|Tenure|Redemptions|Ordered)\b/;
    const text = [
      'SALES/SUMMARY',
      'SUBSCRIPTION/SUMMARY',
      'SUBSCRIPTION_EVENT/SUMMARY',
      'SUBSCRIBER/DETAILED',
    ]
      .concat([
        'PRE_ORDER/SUMMARY',
        'WIN_BACK_ELIGIBILITY/SUMMARY',
        'SUBSCRIPTION_OFFER_CODE_REDEMPTION/SUMMARY',
      ])
      .flatMap((report) => typesOf(`${report}/DAILY`, 'string'))
      .concat(typesOf('FINANCIAL/ZZ', 'string'), typesOf('FINANCE_DETAIL/Z1', 'string'))
      .filter((header) => looks.test(header) && !words.test(header));
    assert.deepEqual(
      [...new Set(text)].filter((header) => !/Currency|Reason/.test(header)),
      [],
    );
  });
});
