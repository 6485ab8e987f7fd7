import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { Stack } from 'aws-cdk-lib';
import { Annotations, Match } from 'aws-cdk-lib/assertions';
import { findEntry } from '../../../functions/reports/catalogue/catalogue.ts';
import { tableObjectKey } from '../../../functions/reports/catalogue/series.ts';
import { convertReport } from '../../../functions/reports/table/convert.ts';
import { OWN_TABLES, PRICE_LIST } from '../../../functions/tables/own-table.ts';
import { SAVED_QUERIES } from '../../../infra/reports/saved-queries.ts';
import { appOf, SETTINGS, templateOf } from '../templates.ts';

/** Tables of our own that every deployment has. */
const ALWAYS = OWN_TABLES.filter((table) => table !== PRICE_LIST).length;

const REPORTS = [
  'SALES/SUMMARY/DAILY',
  'SALES/SUMMARY/WEEKLY',
  'SALES/SUMMARY/MONTHLY',
  'SALES/SUMMARY/YEARLY',
  'SUBSCRIPTION/SUMMARY/DAILY',
  'SUBSCRIPTION_EVENT/SUMMARY/DAILY',
  'SUBSCRIBER/DETAILED/DAILY',
  'PRE_ORDER/SUMMARY/MONTHLY',
  'SUBSCRIPTION_OFFER_CODE_REDEMPTION/SUMMARY/DAILY',
  'WIN_BACK_ELIGIBILITY/SUMMARY/DAILY',
  'FINANCIAL/ZZ',
  'FINANCIAL/JP',
  'FINANCE_DETAIL/Z1',
];
const [first] = SETTINGS.teams;
const settings = { teams: [{ ...first, vendors: [{ number: '85012345', reports: REPORTS }] }] };
const jobs = templateOf(appOf({ appStoreConnect: settings }), 'app-store-connect-jobs');

const tables = Object.values(jobs.findResources('AWS::Glue::Table')).map(
  ({ Properties }) => Properties.TableInput,
);
const tableOf = (report: string) =>
  tables.find(({ Name }) => Name === report.toLowerCase().replaceAll('/', '_'));

/** Glue's types in DuckDB's words. */
const DUCKDB_TYPES: Record<string, string> = {
  string: 'VARCHAR',
  date: 'DATE',
  'decimal(38,6)': 'DECIMAL(38,6)',
};

it('Every column of every table has a comment', () => {
  const columns = tables.flatMap(({ Name, StorageDescriptor: { Columns } }) =>
    Columns.map((column: { Name: string; Comment?: string }) => ({ table: Name, ...column })),
  );
  assert.ok(columns.length > 100);
  assert.deepEqual(
    columns.filter(({ Comment = '' }) => Comment.trim() === ''),
    [],
  );
});

it('Synthesis says of a deprecated report that Apple has deprecated it, and of no other', () => {
  const reports = ['SALES/SUMMARY/DAILY', 'INSTALLS/SUMMARY/MONTHLY'];
  const teams = [{ ...first, vendors: [{ number: '85012345', reports }] }];
  const stack = appOf({ appStoreConnect: { teams } }).node.findChild('app-store-connect-jobs');
  assert.ok(Stack.isStack(stack));
  const warnings = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('deprecated'));
  assert.equal(warnings.length, 1);
  assert.match(String(warnings[0]?.entry.data), /^INSTALLS\/SUMMARY\/MONTHLY: Apple has deprecated INSTALLS/);
});

describe('A table of the lake', () => {
  const lake = mkdtempSync(join(tmpdir(), 'lake-'));
  const today = new Date().toISOString().slice(0, 10);
  let rowsOf: (sql: string) => Promise<Record<string, unknown>[]>;

  before(async () => {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    rowsOf = async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson();
    for (const report of REPORTS) {
      const { columns } = findEntry(report) ?? assert.fail(report);
      const parquetPath = join(
        lake,
        tableObjectKey({ team: 'acme', vendor: '85012345', report, reportDate: today }),
      );
      mkdirSync(dirname(parquetPath), { recursive: true });
      const gzipPath = join(lake, 'report.gz');
      const value = (kind: string, header: string) =>
        header === 'Product Type Identifier'
          ? '1F'
          : kind === 'decimal'
            ? '2'
            : kind === 'date'
              ? '11/23/2026'
              : 'x';
      const line = columns.map(({ type, header }) => value(type.kind, header)).join('\t');
      writeFileSync(gzipPath, gzipSync(`${columns.map(({ header }) => header).join('\t')}\n${line}\n`));
      await convertReport({ gzipPath, parquetPath, columns, sha256: 'x' });
      const table = String(tableOf(report).Name);
      await connection.run(
        `CREATE VIEW ${table} AS SELECT * FROM read_parquet('${lake}/tables/${table}/*/*/*/data.parquet', hive_partitioning = true, hive_types_autocast = false)`,
      );
    }
  });

  for (const report of REPORTS) {
    it(`${report} has the columns and types of its Parquet files, and the partitions of its keys`, async () => {
      const { StorageDescriptor, PartitionKeys } = tableOf(report);
      const declared = [...StorageDescriptor.Columns, ...PartitionKeys].map(({ Name, Type }) => [
        Name,
        DUCKDB_TYPES[Type],
      ]);
      const read = (await rowsOf(`DESCRIBE ${tableOf(report).Name}`)).map((row) => [
        row['column_name'],
        row['column_type'],
      ]);
      const byName = (a: unknown[], b: unknown[]) => String(a[0]).localeCompare(String(b[0]));
      assert.deepEqual(read.slice(0, -3), declared.slice(0, -3));
      assert.deepEqual(read.slice(-3).sort(byName), declared.slice(-3).sort(byName));
    });
  }

  it('knows its partitions by projection, without a crawler', () => {
    const { Parameters } = tableOf('SALES/SUMMARY/WEEKLY');
    assert.equal(Parameters['projection.enabled'], 'true');
    assert.equal(Parameters['projection.team.values'], 'acme');
    assert.equal(Parameters['projection.report_date.interval'], '7');
    const [start] = String(Parameters['projection.report_date.range']).split(',');
    assert.equal(new Date(`${start}T12:00:00Z`).getUTCDay(), 0, 'a week is named by its Sunday');
    assert.match(
      JSON.stringify(Parameters['storage.location.template']),
      /tables\/sales_summary_weekly\/team=\$\{team\}\/vendor=\$\{vendor\}\/report_date=\$\{report_date\}\//,
    );
  });

  it('of a finance report enumerates fiscal months, whose year begins before the calendar’s', () => {
    const { Parameters } = tableOf('FINANCIAL/ZZ');
    assert.deepEqual(
      ['format', 'range', 'interval.unit'].map((key) => Parameters[`projection.report_date.${key}`]),
      ['yyyy-MM', '2015-01,NOW+3MONTHS', 'MONTHS'],
    );
    assert.match(
      JSON.stringify(Parameters['storage.location.template']),
      /tables\/financial_zz\/team=\$\{team\}\/vendor=\$\{vendor\}\/report_date=\$\{report_date\}\//,
    );
  });

  it('is one for all vendors, also where they ask for different versions', () => {
    const vendors = [
      { number: '85012345', reports: ['SUBSCRIPTION/SUMMARY/DAILY'] },
      {
        number: '85012346',
        reports: ['SUBSCRIPTION/SUMMARY/DAILY', 'FIRST_ANNUAL/SUMMARY/YEARLY'],
        reportVersions: { 'SUBSCRIPTION/SUMMARY/DAILY': '1_4' },
      },
    ];
    const two = templateOf(
      appOf({ appStoreConnect: { teams: [{ ...first, vendors }] } }),
      'app-store-connect-jobs',
    );
    two.resourcePropertiesCountIs(
      'AWS::Glue::Table',
      { TableInput: { TableType: 'EXTERNAL_TABLE' } },
      2 + ALWAYS,
    );
    two.hasResourceProperties('AWS::Glue::Table', {
      TableInput: {
        Name: 'subscription_summary_daily',
        Parameters: { 'projection.vendor.values': '85012345,85012346' },
      },
    });
  });

  it('keeps the history of a renamed team, a removed vendor and the last subscriber of a report', () => {
    const retired = [
      {
        team: 'old-name',
        vendors: [{ number: '85012349', reports: ['SALES/SUMMARY/DAILY', 'SALES/SUMMARY/YEARLY'] }],
      },
    ];
    const kept = templateOf(
      appOf({ appStoreConnect: { teams: [first], retired } }),
      'app-store-connect-jobs',
    );
    kept.hasResourceProperties('AWS::Glue::Table', {
      TableInput: {
        Name: 'sales_summary_daily',
        Parameters: {
          'projection.team.values': Match.stringLikeRegexp('old-name'),
          'projection.vendor.values': Match.stringLikeRegexp('85012349'),
        },
      },
    });
    kept.hasResourceProperties('AWS::Glue::Table', { TableInput: { Name: 'sales_summary_yearly' } });
    assert.doesNotMatch(
      JSON.stringify(kept.findResources('AWS::IAM::Policy')),
      /secret:retired/,
      'a retired team gives no permission',
    );
    assert.throws(
      () =>
        appOf({
          appStoreConnect: {
            teams: [first],
            retired: [{ team: 'old', vendors: [{ number: '85012349', reports: ['SALES/SUMMARY/NEVER'] }] }],
          },
        }),
      /retired\[0\]\.vendors\[0\]\.reports\[0\]/,
    );
  });

  for (const { title, sql } of SAVED_QUERIES) {
    it(`answers "${title}", an amount never without its currency`, async () => {
      assert.equal((await rowsOf(sql)).length, 1);
      if (sql.includes('proceeds')) assert.match(sql, /GROUP BY .*currency/);
    });
  }
});

describe('Athena', () => {
  it('reads at most ten gigabytes a query', () => {
    jobs.hasResourceProperties('AWS::Athena::WorkGroup', {
      WorkGroupConfiguration: {
        EnforceWorkGroupConfiguration: true,
        BytesScannedCutoffPerQuery: 10 * 2 ** 30,
      },
    });
  });

  it('has only queries over reports that are subscribed', () => {
    const few = templateOf(appOf(), 'app-store-connect-jobs');
    few.resourcePropertiesCountIs(
      'AWS::Glue::Table',
      { TableInput: { TableType: 'EXTERNAL_TABLE' } },
      1 + ALWAYS,
    );
    few.resourceCountIs('AWS::Athena::NamedQuery', 2);
    jobs.resourceCountIs('AWS::Athena::NamedQuery', 3);
  });
});
