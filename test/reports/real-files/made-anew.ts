import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after } from 'node:test';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import {
  analyticsColumns,
  analyticsType,
} from '../../../functions/reports/analytics/names/analytics-catalogue.ts';
import { findEntry } from '../../../functions/reports/catalogue/catalogue.ts';
import { convertReport } from '../../../functions/reports/table/convert.ts';

/** Converts files in a folder that is removed when the tests of this test file are over. */
export async function openRealFiles() {
  const directory = mkdtempSync(join(tmpdir(), 'real-files-'));
  after(() => rmSync(directory, { recursive: true }));
  const gzipPath = join(directory, 'report.gz');
  const parquetPath = join(directory, 'data.parquet');
  const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
  await duckdb.run('SET enable_external_file_cache = false');
  const rowsOf = async (select: string) =>
    (await duckdb.runAndReadAll(`SELECT ${select} FROM '${parquetPath}'`)).getRowObjectsJson();

  /** Converts a file by the catalogue's columns of its report. */
  function convert(report: string, text: string | Uint8Array) {
    writeFileSync(gzipPath, gzipSync(text));
    const { columns, layout } = findEntry(report) ?? assert.fail(report);
    return convertReport({ gzipPath, parquetPath, columns, layout, sha256: 'cafe' });
  }

  /** Converts an analytics file by the columns that are known of its report. */
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
  return { rowsOf, convert, convertAnalytics };
}

/** Lines of fields as Apple's text. */
export const tsv = (...lines: string[][]): string =>
  `${lines.map((fields) => fields.join('\t')).join('\n')}\n`;

/** A Summary Sales file of the columns that must be there, and those in `more`. */
export function sales(...rows: Record<string, string>[]): string {
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
