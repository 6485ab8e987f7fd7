import { type Frequency, ReportDateError, readReportDate } from '../reports/report-calendar.ts';
import { illegalParameter, invalidParameter, missingParameter } from '../rules/apple-error.ts';

/** Parameters of report downloads: each is given once at most, and no other than these. */
export function refuseOtherParameters(query: URLSearchParams, known: readonly string[]): void {
  for (const name of query.keys()) if (!known.includes(name)) throw illegalParameter(name);
}

export function requiredParameter(query: URLSearchParams, name: string): string {
  const text = singleParameter(query, name);
  if (text === undefined || text === '') throw missingParameter(name);
  return text;
}

/** @returns `undefined` where it was not given */
export function singleParameter(query: URLSearchParams, name: string): string | undefined {
  const [text, second] = query.getAll(name);
  if (second !== undefined) throw invalidParameter(name, `The parameter '${name}' can be given once only.`);
  return text;
}

/** A report date in the form of its frequency. */
export function readDateParameter(frequency: Frequency, text: string): string {
  try {
    readReportDate(frequency, text);
    return text;
  } catch (cause) {
    if (cause instanceof ReportDateError) throw invalidParameter('filter[reportDate]', cause.message);
    throw cause;
  }
}
