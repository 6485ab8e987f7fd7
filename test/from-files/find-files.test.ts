import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { after, describe, it } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { Temporal } from 'temporal-polyfill';
import { findReportFiles } from '../../local/from-files/find-files.ts';
import { morningsOf } from '../../local/from-files/mornings.ts';
import { renderFound, renderLeftOut } from '../../local/from-files/summary.ts';
import { sampleFinanceDetail, sampleFinancial } from '../../local/simulator/samples/sample-finance.ts';
import { sampleSales } from '../../local/simulator/samples/sample-sales.ts';

const root = mkdtempSync(join(tmpdir(), 'from-files-'));
after(() => rmSync(root, { recursive: true }));

/** A folder of these files; text is zipped where the name ends with `.gz`. */
function folder(files: Record<string, string | Uint8Array>) {
  const directory = mkdtempSync(join(root, 'folder-'));
  for (const [name, content] of Object.entries(files)) {
    const path = join(directory, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, name.endsWith('.gz') && typeof content === 'string' ? gzipSync(content) : content);
  }
  const { reports, leftOut } = findReportFiles(directory);
  return {
    reports,
    found: reports
      .map((one) => `${one.report} ${one.kind === 'vendor' ? one.vendor : one.app} ${one.reportDate}`)
      .sort(),
    leftOut: leftOut.map(({ path, reason }) => `${relative(directory, path)}: ${reason}`),
    text: `${renderFound({ reports, leftOut })}\n${renderLeftOut({ reports, leftOut })}`,
  };
}

const sales = (day: string, begin = day, end = day): string => {
  const american = (date: string) => date.replace(/^(\d{4})-(\d{2})-(\d{2})$/, '$2/$3/$1');
  return sampleSales({ vendor: '1', day }).replaceAll(
    `${american(day)}\t${american(day)}`,
    `${american(begin)}\t${american(end)}`,
  );
};
const tsv = (...lines: string[][]): string => `${lines.map((cells) => cells.join('\t')).join('\n')}\n`;

describe('A folder of report files as people have it', () => {
  it('holds Apple’s names with and without _1_ and _V1_0, and two vendors of one day', () => {
    const day = sales('2026-11-20');
    const { found, leftOut } = folder({
      'S_D_1_80012345_20261120.txt.gz': day,
      'S_D_80099999_20261120.txt.gz': day,
      'deep/er/S_D_1_80012346_20261120_V1_0.txt.gz': day,
      'whatever.gz': day,
    });
    assert.deepEqual(leftOut, []);
    assert.deepEqual(found, [
      'SALES/SUMMARY/DAILY 80012345 2026-11-20',
      'SALES/SUMMARY/DAILY 80012346 2026-11-20',
      'SALES/SUMMARY/DAILY 80099999 2026-11-20',
      'SALES/SUMMARY/DAILY 85000000 2026-11-20',
    ]);
  });

  it('holds every period of sales, told by the rows', () => {
    const { found, leftOut } = folder({
      'S_D_1_80012345_20261120.txt.gz': sales('2026-11-20'),
      'S_W_1_80012345_20261115.txt.gz': sales('2026-11-15', '2026-11-09', '2026-11-15'),
      'S_M_1_80012345_202610.txt.gz': sales('2026-10-31', '2026-10-01', '2026-10-31'),
      'S_Y_1_80012345_2025.txt.gz': sales('2025-12-31', '2025-01-01', '2025-12-31'),
    });
    assert.deepEqual(leftOut, []);
    assert.deepEqual(found, [
      'SALES/SUMMARY/DAILY 80012345 2026-11-20',
      'SALES/SUMMARY/MONTHLY 80012345 2026-10',
      'SALES/SUMMARY/WEEKLY 80012345 2026-11-15',
      'SALES/SUMMARY/YEARLY 80012345 2025',
    ]);
  });

  it('holds subscriptions, events, subscribers, finance and analytics', () => {
    const subscription = tsv(
      ['App Apple ID', 'Subscription Apple ID', 'Country', 'Active Standard Price Subscriptions'],
      ['1', '2', 'US', '7'],
    );
    const event = tsv(
      ['Event Date', 'Event', 'App Apple ID', 'Subscription Apple ID', 'Quantity'],
      ['2026-11-20', 'Renew', '1', '2', '3'],
    );
    const subscriber = tsv(
      [
        ...['Event Date', 'App Apple ID', 'Subscription Apple ID', 'Customer Price', 'Customer Currency'],
        ...['Developer Proceeds', 'Subscriber ID', 'Units'],
      ],
      ['2026-11-20', '1', '2', '4.99', 'USD', '3.49', '99', '1'],
    );
    const downloads = tsv(
      [
        ...['Date', 'App Name', 'App Apple Identifier', 'Download Type', 'App Version', 'Device'],
        ...['Platform Version', 'Source Type', 'Page Type', 'Pre-Order', 'Territory', 'Counts'],
      ],
      ['2026-11-18', 'Tide', '6448311069', 'x', '1', 'iPhone', 'iOS', 's', 'p', '', 'US', '5'],
    );
    const { found, leftOut } = folder({
      'Subscription_80012345_20261120_V1_4.txt.gz': subscription,
      'Subscription_Event_80012345_20261120_V1_4.txt.gz': event,
      'Subscriber_80012345_20261120.txt.gz': subscriber,
      '80012345_0326_ZZ.txt.gz': sampleFinancial({ vendor: '1', month: '2026-03' }),
      '80012345_0326_US.txt.gz': sampleFinancial({ vendor: '1', month: '2026-03', countries: ['US'] }),
      '80012345_0426_Z1.txt': sampleFinanceDetail({ vendor: '1', month: '2026-04' }),
      'b2d1.csv.gz': downloads,
    });
    assert.deepEqual(leftOut, []);
    assert.deepEqual(found, [
      'ANALYTICS/COMMERCE/App Downloads Standard/DAILY 6448311069 2026-11-19',
      'FINANCE_DETAIL/Z1 80012345 2026-04',
      'FINANCIAL/US 80012345 2026-03',
      'FINANCIAL/ZZ 80012345 2026-03',
      'SUBSCRIBER/DETAILED/DAILY 80012345 2026-11-20',
      'SUBSCRIPTION/SUMMARY/DAILY 80012345 2026-11-20',
      'SUBSCRIPTION_EVENT/SUMMARY/DAILY 80012345 2026-11-20',
    ]);
  });

  it('holds text, CSV of either kind, archives and UTF-16, each as Apple would send it', () => {
    const text = sales('2026-11-20');
    const csv = (mark: string) =>
      text
        .trim()
        .split('\n')
        .map((line) =>
          line
            .split('\t')
            .map((cell) => `"${cell.replaceAll('"', '""')}"`)
            .join(mark),
        )
        .join('\r\n');
    const { reports, leftOut } = folder({
      'S_D_1_80000001_20261120.txt': text,
      'S_D_1_80000002_20261120.csv': csv(','),
      'S_D_1_80000003_20261120.csv': csv(';'),
      'S_D_1_80000004_20261120.tsv': Buffer.from(`\uFEFF${text}`, 'utf16le'),
      'all.zip': zipSync({
        'S_D_1_80000005_20261120.txt': Buffer.from(text),
        'inner/S_D_1_80000006_20261120.txt.gz': gzipSync(text),
        '__MACOSX/._x': Buffer.from('x'),
      }),
    });
    assert.deepEqual(leftOut, []);
    assert.equal(reports.length, 6);
    for (const { gzip, path } of reports)
      assert.equal(gunzipSync(gzip).toString('utf8').trim(), text.trim(), path);
  });

  it('holds rows whose empty cells at the end were left out by a spreadsheet program', () => {
    const { reports, leftOut } = folder({
      'S_D_1_80000001_20261120.csv': sales('2026-11-20')
        .replace(/[\t ]+$/gm, '')
        .replaceAll('\t', ','),
    });
    assert.deepEqual(leftOut, []);
    const [header = '', ...rows] = gunzipSync(reports[0]?.gzip ?? '')
      .toString('utf8')
      .trimEnd()
      .split('\n');
    for (const row of rows.slice(0, -1)) assert.equal(row.split('\t').length, header.split('\t').length, row);
  });

  it('keeps a file of Apple’s byte for byte', () => {
    const gzip = gzipSync(sales('2026-11-20'), { level: 3 });
    const { reports } = folder({ 'S_D_1_80012345_20261120.txt.gz': gzip });
    assert.deepEqual(Buffer.from(reports[0]?.gzip ?? []), gzip);
  });

  it('tells what is left out by its reason, with what to do', () => {
    const { leftOut, text } = folder({
      'S_D_1_80012345_20261120.txt.gz': sales('2026-11-20'),
      'S_D_1_80012345_20261120 (1).txt.gz': sales('2026-11-20'),
      'again/S_D_1_80012345_20261120.txt.gz': sampleSales({ vendor: '2', day: '2026-11-20' }),
      'S_W_1_80012345_20261122.txt.gz': sales('2026-11-15', '2026-11-09', '2026-11-15'),
      'some-days.txt': sales('2026-11-15', '2026-11-13', '2026-11-15'),
      'broken.txt.gz': gzipSync(sales('2026-11-19')).subarray(0, 500),
      'latin.txt': Buffer.from(sales('2026-11-18').replace('Acme', 'Müller'), 'latin1'),
      'notes.txt': 'milk\n',
      'nothing.txt': '\n',
      '.DS_Store': 'x',
    });
    assert.deepEqual(leftOut.map((line) => line.replace(/ \(first: .*/, '')).sort(), [
      'S_D_1_80012345_20261120 (1).txt.gz: a copy of another file',
      'S_W_1_80012345_20261122.txt.gz: its name says 2026-11-22, its rows are of 2026-11-15',
      'again/S_D_1_80012345_20261120.txt.gz: the same report, vendor and date as another file, with other rows',
      'broken.txt.gz: its gzip is cut short or damaged',
      'latin.txt: it is neither UTF-8 nor UTF-16 text',
      'notes.txt: its first line is not the header of a report that this version knows',
      'nothing.txt: it is empty',
      'some-days.txt: its rows are of 2026-11-13 to 2026-11-15: no day, week (Monday to Sunday), month or year',
    ]);
    for (const { length } of [text.match(/× /g) ?? [], text.match(/to do: /g) ?? []]) assert.equal(length, 8);
  });
});

describe('The mornings on which files are served', () => {
  const days = (count: number, last = '2026-11-20') =>
    Array.from({ length: count }, (_, index) => ({
      kind: 'vendor' as const,
      report: 'SALES/SUMMARY/DAILY',
      vendor: '80012345',
      reportDate: Temporal.PlainDate.from(last).subtract({ days: index }).toString(),
      gzip: new Uint8Array(),
      path: '',
    }));

  it('are one for exactly 365 days', () => {
    assert.deepEqual(
      morningsOf(days(365)).map(({ reports }) => reports.length),
      [365],
    );
  });

  it('are as many as Apple’s retention asks for where files are older', () => {
    const mornings = morningsOf(days(1_000));
    assert.equal(mornings.length, 3);
    assert.equal(mornings.flatMap(({ reports }) => reports).length, 1_000);
    assert.deepEqual(
      mornings.map(({ now }) => now),
      mornings.map(({ now }) => now).toSorted((one, other) => one - other),
    );
  });
});
