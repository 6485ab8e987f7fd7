import { parse } from 'csv-parse/sync';
import { accepted, type Checked, rejected } from '../validation/checked.ts';
import { csvProblem } from './csv-problem.ts';

/** A row and the line of the file on which it ends, from 1. */
export type CsvRow = { cells: readonly string[]; line: number };
export type CsvTable = { header: readonly string[]; rows: readonly CsvRow[] };

/**
 * Reads a table of prices as spreadsheets write it. Excel separates by semicolons wherever the comma is the decimal
 * sign; there `6,99` is 6.99.
 */
export function readCsv(text: string): Checked<CsvTable> {
  const clean = text.replace(/^\uFEFF/, '');
  const semicolons = /^[^,\n\r]*;/.test(clean);
  const rows: CsvRow[] = [];
  try {
    parse(clean, {
      delimiter: semicolons ? ';' : ',',
      skip_empty_lines: true,
      trim: true,
      relax_column_count: true,
      onRecord: (cells: string[], { lines }) => {
        rows.push({ cells: semicolons && rows.length > 0 ? cells.map(withPoint) : cells, line: lines });
        return cells;
      },
    });
  } catch (error) {
    return rejected('(file)', csvProblem(error));
  }
  const [first, ...body] = rows;
  return accepted({ header: first?.cells ?? [], rows: body });
}

/** A decimal comma as a point. With a point in it, or in groups, it is left as it is and refused as no amount. */
const withPoint = (cell: string): string => (/^\d+,\d{1,6}$/.test(cell) ? cell.replace(',', '.') : cell);
