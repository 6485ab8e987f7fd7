import { CsvError } from 'csv-parse/sync';

/**
 * Why a text is no CSV, by the parser's code and line: its own message quotes the text, which may be a key that was
 * put in the wrong place.
 */
export function csvProblem(error: unknown): string {
  if (!(error instanceof CsvError)) return 'is not CSV';
  const why = error.code.replace(/^CSV_/, '').replaceAll('_', ' ').toLowerCase();
  const line = 'lines' in error && typeof error['lines'] === 'number' ? ` on line ${error['lines']}` : '';
  return `is not CSV: ${why}${line}`;
}
