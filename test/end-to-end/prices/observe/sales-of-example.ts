import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';
import { dayNumber, dayOf } from '../../../../functions/price-effect/history/day-number.ts';
import { SALES_SUMMARY_COLUMNS } from '../../../../functions/reports/catalogue/report-columns.ts';
import { seriesKey, tableObjectKey } from '../../../../functions/reports/catalogue/series.ts';
import { convertReport } from '../../../../functions/reports/table/convert.ts';
import { TERRITORIES, unitsOf } from '../../../price-effect/effect-world.ts';

const REPORT = 'SALES/SUMMARY/DAILY';
/** The worked example has so many days before the change. */
const DAYS_BEFORE = 180;

const HEADERS = [
  ...['SKU', 'Title', 'Product Type Identifier', 'Units', 'Developer Proceeds', 'Begin Date', 'End Date'],
  ...['Customer Currency', 'Country Code', 'Currency of Proceeds'],
  ...['Apple Identifier', 'Customer Price', 'Subscription'],
];

export type ExampleSales = {
  s3: S3Client;
  documents: DynamoDBDocumentClient;
  bucket: string;
  reportsTable: string;
  vendor: string;
  /** The product that is sold. */
  product: string;
  /** From which day on the new price holds. */
  changeDay: string;
};

export const firstDayBefore = (changeDay: string): string => dayOf(dayNumber(changeDay) - DAYS_BEFORE);

/** New subscribers of a day, as the worked example sells: fewer where the price rose. */
function salesOf(day: string, { changeDay, product }: ExampleSales): string {
  const index = dayNumber(day) - dayNumber(firstDayBefore(changeDay));
  const rows = TERRITORIES.map(([territory, country, currency], place) => {
    const price = ['USA', 'DEU'].includes(territory) && day >= changeDay ? '59.99' : '49.99';
    return [
      ...['pro.yearly', 'Pro', 'IAY', String(unitsOf(place, index)), '35.00', '', ''],
      ...[currency, country, currency, product, price, 'New'],
    ].join('\t');
  });
  return `${HEADERS.join('\t')}\n${rows.join('\n')}\n`;
}

/** Puts the reports of some days, the last included, into lake and ledger, as FetchReport leaves them. */
export async function storeSales(sales: ExampleSales, from: string, to: string): Promise<void> {
  const { s3, documents, bucket, reportsTable, vendor } = sales;
  const directory = mkdtempSync(join(tmpdir(), 'effect-'));
  const [gzipPath, parquetPath] = [join(directory, 'r.gz'), join(directory, 'r.parquet')];
  for (let number = dayNumber(from); number <= dayNumber(to); number += 1) {
    const day = dayOf(number);
    const partition = { team: 'acme', vendor, report: REPORT, reportDate: day };
    writeFileSync(gzipPath, gzipSync(salesOf(day, sales)));
    await convertReport({ gzipPath, parquetPath, sha256: 'aa', columns: SALES_SUMMARY_COLUMNS });
    const tableKey = tableObjectKey(partition);
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: tableKey, Body: readFileSync(parquetPath) }));
    await documents.send(
      new PutCommand({
        TableName: reportsTable,
        Item: { pk: seriesKey(partition), sk: day, state: 'stored', sha256: `sha ${day}`, tableKey },
      }),
    );
  }
  rmSync(directory, { recursive: true });
}
