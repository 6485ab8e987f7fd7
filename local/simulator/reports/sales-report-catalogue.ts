import type { Frequency } from './report-calendar.ts';

/**
 * Which reports exist, and in which versions (newest last): the table "Allowed values based on sales report type" of
 * Apple's page "Download Sales and Trends Reports", and 1_4 of the subscription family, which live answers name as the
 * latest since June 2026. Whether 1_3 is still taken beside it nobody has told: `reportVersions` can add it. Anything
 * else is an error.
 */
export type SalesReportCatalogue = Readonly<Record<string, readonly string[]>>;

export const salesReportCatalogue: SalesReportCatalogue = {
  'SALES/SUMMARY/DAILY': ['1_0'],
  'SALES/SUMMARY/WEEKLY': ['1_0'],
  'SALES/SUMMARY/MONTHLY': ['1_0'],
  'SALES/SUMMARY/YEARLY': ['1_0'],
  'PRE_ORDER/SUMMARY/DAILY': ['1_0'],
  'PRE_ORDER/SUMMARY/WEEKLY': ['1_0'],
  'PRE_ORDER/SUMMARY/MONTHLY': ['1_0'],
  'PRE_ORDER/SUMMARY/YEARLY': ['1_0'],
  'NEWSSTAND/DETAILED/DAILY': ['1_0'],
  'NEWSSTAND/DETAILED/WEEKLY': ['1_0'],
  'SUBSCRIPTION/SUMMARY/DAILY': ['1_4'],
  'SUBSCRIPTION_EVENT/SUMMARY/DAILY': ['1_4'],
  'SUBSCRIBER/DETAILED/DAILY': ['1_4'],
  'SUBSCRIPTION_OFFER_CODE_REDEMPTION/SUMMARY/DAILY': ['1_0'],
  'WIN_BACK_ELIGIBILITY/SUMMARY/DAILY': ['1_0'],
  'INSTALLS/SUMMARY/MONTHLY': ['1_2'],
  'INSTALLS/DETAILED/MONTHLY': ['1_2'],
  'INSTALLS/SUMMARY_CHANNEL/YEARLY': ['1_0', '1_1'],
  'INSTALLS/SUMMARY_INSTALL_TYPE/YEARLY': ['1_0', '1_1'],
  'INSTALLS/SUMMARY_TERRITORY/YEARLY': ['1_0', '1_1'],
  'INSTALLS/DETAILED/YEARLY': ['1_0', '1_1'],
  'FIRST_ANNUAL/DETAILED/DAILY': ['1_0'],
  'FIRST_ANNUAL/SUMMARY/YEARLY': ['1_0'],
};

export const reportTypes = [
  'SALES',
  'PRE_ORDER',
  'NEWSSTAND',
  'SUBSCRIPTION',
  'SUBSCRIPTION_EVENT',
  'SUBSCRIBER',
  'SUBSCRIPTION_OFFER_CODE_REDEMPTION',
  'INSTALLS',
  'FIRST_ANNUAL',
  'WIN_BACK_ELIGIBILITY',
] as const;

export const reportSubTypes = [
  'SUMMARY',
  'DETAILED',
  'SUMMARY_INSTALL_TYPE',
  'SUMMARY_TERRITORY',
  'SUMMARY_CHANNEL',
] as const;

/**
 * The name of the downloaded file (help page "Report file names"): `S_D_1_<vendor>_<yyyymmdd>.txt.gz` for sales, the
 * type in words with vendor, date and version for the others, as a recorded answer of Apple's had it
 * (`Subscription_Event_12345678_20230301_V1_3.txt.gz`).
 */
export function salesReportFileName(report: {
  vendor: string;
  reportType: string;
  frequency: Frequency;
  version: string;
  reportDate: string;
}): string {
  const date = report.reportDate.replaceAll('-', '');
  if (report.reportType === 'SALES') return `S_${report.frequency[0]}_1_${report.vendor}_${date}.txt.gz`;
  const words = report.reportType.split('_').map((word) => word.slice(0, 1) + word.slice(1).toLowerCase());
  return `${words.join('_')}_${report.vendor}_${date}_V${report.version}.txt.gz`;
}
