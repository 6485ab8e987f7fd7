import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { findEntry } from '../../functions/reports/catalogue/catalogue.ts';
import { convertReport } from '../../functions/reports/table/convert.ts';
import { TableError } from '../../functions/reports/table/table-error.ts';
import { sampleFinanceDetail, sampleFinancial } from '../../local/simulator/samples/sample-finance.ts';

const directory = mkdtempSync(join(tmpdir(), 'finance-'));
const gzipPath = join(directory, 'report.gz');
const parquetPath = join(directory, 'data.parquet');
const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
await duckdb.run('SET enable_external_file_cache = false');
const rowsOf = async (sql: string) =>
  (await duckdb.runAndReadAll(sql.replace('$', `'${parquetPath}'`))).getRowObjectsJson();

async function convert(text: string, report = 'FINANCIAL/ZZ') {
  writeFileSync(gzipPath, gzipSync(text));
  const { columns, layout } = findEntry(report) ?? assert.fail(report);
  return convertReport({ gzipPath, parquetPath, columns, layout, sha256: 'cafe' });
}

async function problemOf(text: string, report?: string): Promise<string> {
  try {
    await convert(text, report);
  } catch (error) {
    assert.ok(error instanceof TableError, String(error));
    return `${error.code}: ${error.message}`;
  }
  return assert.fail('the file was accepted');
}

const HEADER =
  'Start Date\tEnd Date\tVendor Identifier\tQuantity\tPartner Share\tExtended Partner Share\tPartner Share Currency\tApple Identifier\tCountry Of Sale';
const row = (quantity: string, share: string, extended: string, currency = 'EUR', country = 'DE') =>
  `09/27/2026\t10/31/2026\ttide\t${quantity}\t${share}\t${extended}\t${currency}\t1\t${country}`;
const EUROS = [HEADER, row('3', '.70', '2.10'), row('-1', '.70', '-.70'), row('2', '10.00', '20.00')];
const TABLE = 'Country Of Sale\tPartner Share Currency\tQuantity\tExtended Partner Share';
const file = (...lines: string[]) => `${lines.join('\n')}\n`;

describe('A finance report becomes a table', () => {
  it('without its totals, when they agree with the rows', async () => {
    const text = file(...EUROS, 'Total_Rows\t3', 'Total_Amount\t21.40', 'Total_Units\t4');
    assert.equal((await convert(text)).rows, 3);
    assert.deepEqual(await rowsOf('SELECT quantity, extended_partner_share AS share FROM $'), [
      { quantity: '3.000000', share: '2.100000' },
      { quantity: '-1.000000', share: '-0.700000' },
      { quantity: '2.000000', share: '20.000000' },
    ]);
  });

  it('of many currencies, each country checked in its own', async () => {
    const rows = [...EUROS, row('5', '100', '500', 'JPY', 'JP')];
    const table = [TABLE, 'DE\tEUR\t4\t21.40', 'JP\tJPY\t5\t500'];
    // A sum over currencies means nothing, so the total amount is not looked at here.
    assert.equal((await convert(file(...rows, 'Total_Rows\t4', 'Total_Amount\t1', ...table))).rows, 4);
    const wrong = [TABLE, 'DE\tEUR\t4\t21.40', 'JP\tJPY\t5\t501'];
    assert.match(
      await problemOf(file(...rows, ...wrong)),
      /^TOTALS_DIFFER: The totals of JP JPY: Extended Partner Share is 501, but the rows add up to 500/,
    );
  });

  it('without totals, as Apple promises none', async () => {
    assert.equal((await convert(file(...EUROS))).rows, 3);
  });

  it('with thousands commas in the totals, older colons, blank lines and trailing tabs', async () => {
    const text = file(
      HEADER,
      row('1000', '1.00', '1000.00'),
      '\t\t\t',
      'Total_Amount:1,000.00',
      'Total_Units\t1,000\t\t',
    );
    assert.equal((await convert(text)).rows, 1);
  });

  it('with more decimals than documented, added up exactly', async () => {
    const text = file(HEADER, row('3', '.3333', '.9999'), row('1', '.0001', '.0001'), 'Total_Amount\t1');
    assert.equal((await convert(text)).rows, 2);
  });

  it('in its detailed form, without the lines before its header', async () => {
    const text = sampleFinanceDetail({ vendor: '1', month: '2027-01', countries: ['DE', 'JP'] });
    assert.match(text, /^Vendor Name\t/);
    const { rows } = await convert(text, 'FINANCE_DETAIL/Z1');
    const [first] = await rowsOf('SELECT count(*)::INT AS rows, max(settlement_date) AS day FROM $');
    assert.deepEqual(first, { rows, day: '2026-10-31' });
  });

  it('from samples of every kind, with sums equal to the totals', async () => {
    for (const countries of [undefined, ['JP'], ['DE', 'FR']]) {
      const text = sampleFinancial({ vendor: '1', month: '2026-03', ...(countries && { countries }) });
      const [, stated] = /Total_Units\t(-?\d+)/.exec(text) ?? [];
      const { rows } = await convert(text);
      const [sums] = await rowsOf(
        'SELECT count(*)::INT AS rows, sum(quantity)::BIGINT::VARCHAR AS units FROM $',
      );
      assert.deepEqual(sums, { rows, units: stated });
    }
  });

  it('with a product that is called like a total', async () => {
    const header = `Title\t${HEADER}`;
    const { rows } = await convert(
      file(header, `Tide\t${row('1', '1', '1')}`, `Country\t${row('1', '1', '1')}`),
    );
    assert.equal(rows, 2);
  });
});

describe('A finance report that does not add up is told by line and value', () => {
  const cases: [string, string, RegExp][] = [
    [
      'a missing row',
      file(...EUROS.slice(0, -1), 'Total_Rows\t3'),
      /Line 4: Total_Rows is 3, but the rows add up to 2$/,
    ],
    [
      'a cent',
      file(...EUROS, 'Total_Amount\t21.41'),
      /Total_Amount is 21\.41, but the rows add up to 21\.4$/,
    ],
    [
      'a unit, where no amount vouches',
      file(...EUROS, 'Total_Units\t6'),
      /Total_Units is 6, but the rows add up to 4$/,
    ],
    [
      'a sign',
      file(HEADER, row('-1', '.5', '-.5'), 'Total_Amount\t.5'),
      /is 0\.5, but the rows add up to -0\.5$/,
    ],
    [
      'a country too many',
      file(...EUROS, TABLE, 'DE\tEUR\t4\t21.40', 'FR\tEUR\t1\t1'),
      /of FR EUR: Extended Partner Share is 1, but .* 0$/,
    ],
    [
      'a country too few',
      file(...EUROS, TABLE, 'FR\tEUR\t0\t0'),
      /of DE EUR: Extended Partner Share is 0, but .* 21\.4$/,
    ],
    [
      'a row behind the totals',
      file(...EUROS, 'Total_Rows\t3', row('1', '1', '1')),
      /^TOTALS_MALFORMED: Line 6/,
    ],
    [
      'a total that is no number',
      file(...EUROS, 'Total_Units\tmany'),
      /^VALUE_MALFORMED: Line 5, column "Total_Units"/,
    ],
  ];
  for (const [name, text, expected] of cases) {
    it(name, async () => assert.match(await problemOf(text), expected));
  }
});

describe('A report whose columns nobody documented', () => {
  it('is kept in whole, as text', async () => {
    await convert(file('App Name\tInstalls', 'Tide\t7'), 'FIRST_ANNUAL/DETAILED/DAILY');
    assert.deepEqual(await rowsOf('SELECT app_name, installs FROM $'), [{ app_name: 'Tide', installs: '7' }]);
  });

  it('is still no web page', async () => {
    assert.match(await problemOf(file('<html>'), 'INSTALLS/SUMMARY/MONTHLY'), /^HEADER_MISSING/);
  });
});
