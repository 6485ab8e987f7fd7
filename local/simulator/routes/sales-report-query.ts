import { type SalesFrequency, salesFrequencies } from '../reports/report-calendar.ts';
import type { ReportSeries } from '../reports/report-store.ts';
import { reportSubTypes, reportTypes, type SalesReportCatalogue } from '../reports/sales-report-catalogue.ts';
import { invalidParameter, missingParameter } from '../rules/apple-error.ts';
import type { Behaviour } from '../rules/behaviour.ts';
import {
  readDateParameter,
  refuseOtherParameters,
  requiredParameter,
  singleParameter,
} from './report-parameters.ts';

export type SalesReportSeries = ReportSeries & { frequency: SalesFrequency };

export type SalesReportQuery = {
  series: SalesReportSeries;
  reportDate: string | undefined;
  /** A version that Apple served once; `undefined` for one that it serves today. */
  retired?: true;
};

const parameters = [
  'filter[vendorNumber]',
  'filter[reportType]',
  'filter[reportSubType]',
  'filter[frequency]',
  'filter[reportDate]',
  'filter[version]',
];

/** Reads the parameters of `GET /v1/salesReports`. Everything wrong with them is a 400 that names the parameter. */
export function readSalesReportQuery(
  query: URLSearchParams,
  catalogue: SalesReportCatalogue,
  retiredVersion: Behaviour['retiredReportVersion'] = 'refused',
): SalesReportQuery {
  refuseOtherParameters(query, parameters);
  const vendor = requiredParameter(query, 'filter[vendorNumber]');
  const reportType = oneOf(query, 'filter[reportType]', reportTypes);
  const reportSubType = oneOf(query, 'filter[reportSubType]', reportSubTypes);
  const frequency = oneOf(query, 'filter[frequency]', salesFrequencies);
  const versions = catalogue[`${reportType}/${reportSubType}/${frequency}`];
  if (versions === undefined) {
    throw invalidParameter(
      'filter[reportType]',
      `There is no ${frequency} report of type ${reportType} and subtype ${reportSubType}.`,
    );
  }
  const asked = singleParameter(query, 'filter[version]');
  const retired = retiredVersion === 'no-sales' && asked !== undefined && isEarlier(asked, versions);
  const version = retired ? asked : readVersion(query, versions);
  const series = { vendor, reportType, reportSubType, frequency, version };
  const date = singleParameter(query, 'filter[reportDate]');
  const reportDate = date === undefined ? undefined : readDateParameter(frequency, date);
  return { series, reportDate, ...(retired && { retired }) };
}

/** Whether a version came before all that are served today. */
const isEarlier = (asked: string, versions: readonly string[]): boolean =>
  /^\d+_\d+$/.test(asked) && versions.every((version) => asked < version);

/** Left out, version 1_0 is meant; a report whose newest version is another one must be asked for by version. */
function readVersion(query: URLSearchParams, versions: readonly string[]): string {
  const name = 'filter[version]';
  const newest = versions.at(-1) ?? '1_0';
  const asked = singleParameter(query, name) ?? (newest === '1_0' ? newest : undefined);
  const latest = `The latest version for this report is ${newest}.`;
  if (asked === undefined) throw missingParameter(name, `Please include the version parameter. ${latest}`);
  if (versions.includes(asked)) return asked;
  throw invalidParameter(name, `The version parameter you have specified is invalid. ${latest}`);
}

function oneOf<Value extends string>(query: URLSearchParams, name: string, values: readonly Value[]): Value {
  const text = requiredParameter(query, name);
  const found = values.find((value) => value === text);
  if (found === undefined)
    throw invalidParameter(name, `'${text}' is not a valid filter value for '${name}'.`);
  return found;
}
