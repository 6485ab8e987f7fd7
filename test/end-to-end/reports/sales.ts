import { readLedger } from '../../../local/demo/ledger-view.ts';
import { reportText } from '../../../local/simulator/samples/report-text.ts';
import { SALES_HEADERS, sampleSales } from '../../../local/simulator/samples/sample-sales.ts';
import type { World } from '../../../local/world/world.ts';

export const VENDOR = '85012345';

/** Settings of one team with so many days of daily sales. */
export const settingsFor = (backfillDays: number) => ({
  teams: [
    {
      name: 'acme',
      keys: { reports: 'app-store-connect/acme/reports' },
      vendors: [{ number: VENDOR, reports: ['SALES/SUMMARY/DAILY'], backfillDays }],
    },
  ],
});

/** 24 November 2026, 09:07 in California. */
export const MORNING = Date.parse('2026-11-24T17:07:00Z');
export const HOUR = 3_600_000;

/** `dayBefore(1)` is yesterday, the newest report of the morning. */
export const dayBefore = (days: number): string =>
  new Date(MORNING - days * 24 * HOUR).toISOString().slice(0, 10);

export const dailySales = (reportDate: string) => ({
  vendor: VENDOR,
  reportType: 'SALES',
  reportSubType: 'SUMMARY',
  frequency: 'DAILY' as const,
  version: '1_0',
  reportDate,
});

/** Puts the sample sales of some days. */
export function putSampleSales({ simulator }: World, days: readonly string[]): void {
  for (const day of days)
    simulator.reports.put({ ...dailySales(day), tsv: sampleSales({ vendor: VENDOR, day }) });
}

/** A small report; what is given replaces or adds columns, `undefined` leaves one out. */
export function salesTsv(changes: Record<string, string | undefined> = {}): string {
  const row: Record<string, string | undefined> = {
    SKU: 'com.acme.tide',
    Title: 'Tide 🌊',
    'Product Type Identifier': '1F',
    Units: '3',
    'Developer Proceeds': '.70',
    // Begin and End Date are blank: the report is put for many dates, and a date that is another's would be refused.
    'Customer Currency': 'USD',
    'Country Code': 'US',
    'Currency of Proceeds': 'USD',
    'Apple Identifier': '6448311069',
    'Customer Price': '.99',
    ...changes,
  };
  const headers = [...new Set([...SALES_HEADERS, ...Object.keys(changes)])].filter(
    (header) => !(header in changes && changes[header] === undefined),
  );
  const cells = Object.entries(row).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]));
  return reportText(headers, [Object.fromEntries(cells)]);
}

/** The ledger's item of a report date. */
export const itemOf = async ({ cloud }: World, reportDate: string) =>
  (await readLedger(cloud)).find(({ sk }) => sk === reportDate);

/** An SQS event with one message, as Lambda hands it to FetchReport. */
export const messageFor = (reportDate: string, changes: Record<string, string> = {}) => ({
  Records: [
    {
      messageId: `message-${reportDate}`,
      body: JSON.stringify({
        team: 'acme',
        vendor: VENDOR,
        report: 'SALES/SUMMARY/DAILY',
        reportDate,
        priority: 'today',
        ...changes,
      }),
    },
  ],
});
