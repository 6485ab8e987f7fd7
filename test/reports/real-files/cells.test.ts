import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { findEntry } from '../../../functions/reports/catalogue/catalogue.ts';
import { openRealFiles, sales, tsv } from './made-anew.ts';

// What real files have and Apple's pages do not say, each made anew after files that others published.
const { convert, rowsOf } = await openRealFiles();

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
