import { parseCell, tableErrorOf } from './cell.ts';
import { type CellValue, type Column, type ColumnType, columnName } from './column-type.ts';
import { TableError } from './table-error.ts';

/** Totals are compared at this scale, which no column exceeds. */
const SCALE = 6;
const NUMBER: ColumnType = { kind: 'decimal', precision: 18, scale: SCALE };

/** The columns that totals are about. */
const COLUMNS = ['country_of_sale', 'partner_share_currency', 'quantity', 'extended_partner_share'] as const;

type Sum = { quantity: bigint; amount: bigint };

/**
 * What stands around the rows of a finance report, and is not a row: in detailed files, lines before the header
 * that name vendor and dates; after the rows totals (`Total_Rows`, `Total_Amount`, `Total_Units`) and in files of
 * several countries a table of quantities and amounts by country and currency. The totals are checked against the
 * rows.
 *
 * `Total_Amount` is compared only in files of one currency, as a sum over currencies means nothing.
 * Source: files as public programs read them; Apple documents the fields of the rows only.
 */
export class FinanceTotals {
  readonly #positions: readonly number[];
  readonly #scales: readonly number[];
  readonly #sums = new Map<string, Sum>();
  readonly #currencies = new Set<string>();
  readonly #stated = new Map<string, { line: number; value: bigint }>();
  readonly #table = new Map<string, Sum>();
  #rows = 0;
  #begun = false;
  #inTable = false;

  /** @param columns of the table, in the order in which {@link add} gets their values */
  constructor(columns: readonly Column[]) {
    this.#positions = COLUMNS.map((name) => columns.findIndex((column) => column.name === name));
    this.#scales = this.#positions.map((position) => {
      const type = columns[position]?.type;
      return type?.kind === 'decimal' ? type.scale : 0;
    });
  }

  /**
   * Takes a line that is no row.
   *
   * @returns whether it was one
   * @throws TableError `TOTALS_MALFORMED` for a line behind the totals that is none of them
   */
  take(bytes: Buffer, start: number, end: number, line: number): boolean {
    // Rows start with a date: a look at the first byte spares reading every line twice.
    if (!this.#begun && !MARKS.has(bytes[start] ?? 0)) return false;
    const fields = bytes.toString('utf8', start, end).replace(/\s+$/, '').split('\t');
    const [first = ''] = fields;
    if (fields.length === 1 && first === '') return true;
    const total = /^(Total_\w+)(?::\s*(.*))?$/.exec(first);
    if (total !== null) this.#state(total[1] ?? '', total[2] ?? fields[1] ?? '', line);
    else if (isTableHeader(fields)) this.#inTable = true;
    else if (this.#inTable && fields.length === COLUMNS.length) this.#stateRow(fields, line);
    else if (!this.#begun) return false;
    else
      throw new TableError('TOTALS_MALFORMED', `Line ${line} stands behind the totals and is none of them`);
    this.#begun = true;
    return true;
  }

  /** Counts the rows of a row group: one array of values a column. */
  add(values: readonly CellValue[][], rows: number): void {
    const [countries, currencies, quantities, amounts] = this.#positions.map((at) => values[at] ?? []);
    for (let row = 0; row < rows; row += 1) {
      const currency = String(currencies?.[row] ?? '');
      const sum = sumOf(this.#sums, keyOf(String(countries?.[row] ?? ''), currency));
      sum.quantity += this.#scaled(quantities?.[row], 2);
      sum.amount += this.#scaled(amounts?.[row], 3);
      this.#currencies.add(currency);
    }
    this.#rows += rows;
  }

  /**
   * Compares the totals with the rows.
   *
   * @throws TableError `TOTALS_DIFFER`, saying which total and both values
   */
  check(): void {
    const sums = [...this.#sums.values()];
    const actual: Record<string, bigint | undefined> = {
      Total_Rows: BigInt(this.#rows) * 10n ** BigInt(SCALE),
      Total_Units: sums.reduce((total, { quantity }) => total + quantity, 0n),
      Total_Amount:
        this.#currencies.size > 1 ? undefined : sums.reduce((total, { amount }) => total + amount, 0n),
    };
    for (const [name, { line, value }] of this.#stated) compare(`Line ${line}: ${name}`, value, actual[name]);
    if (!this.#inTable) return;
    for (const key of new Set([...this.#table.keys(), ...this.#sums.keys()])) {
      const stated = this.#table.get(key);
      const sum = this.#sums.get(key) ?? { quantity: 0n, amount: 0n };
      const where = `The totals of ${key}`;
      compare(`${where}: Quantity`, stated?.quantity ?? 0n, sum.quantity);
      compare(`${where}: Extended Partner Share`, stated?.amount ?? 0n, sum.amount);
    }
  }

  #state(name: string, text: string, line: number): void {
    this.#inTable = false;
    this.#stated.set(name, { line, value: numberOf(text, name, line) });
  }

  #stateRow([country = '', currency = '', quantity = '', amount = '']: string[], line: number): void {
    const sum = sumOf(this.#table, keyOf(country, currency));
    sum.quantity += numberOf(quantity, 'Quantity', line);
    sum.amount += numberOf(amount, 'Extended Partner Share', line);
  }

  #scaled(value: CellValue | undefined, column: number): bigint {
    return typeof value === 'bigint' ? value * 10n ** BigInt(SCALE - (this.#scales[column] ?? 0)) : 0n;
  }
}

/** Whether a line before the header is one of a detailed file's opening lines. */
export const isPreamble = (line: string): boolean =>
  /^(Vendor Name|Start Date|End Date)\t[^\t]*\t*$/.test(line.replace(/^\uFEFF/, ''));

const MARKS = new Set([...'TC\t '].map((mark) => mark.charCodeAt(0)));

const isTableHeader = (fields: readonly string[]): boolean =>
  fields.length === COLUMNS.length && fields.every((field, index) => columnName(field) === COLUMNS[index]);

const keyOf = (country: string, currency: string): string => `${country.trim()} ${currency.trim()}`;

function sumOf(sums: Map<string, Sum>, key: string): Sum {
  const sum = sums.get(key) ?? { quantity: 0n, amount: 0n };
  sums.set(key, sum);
  return sum;
}

/** A total may be written with thousands commas: as it only confirms a sum, nothing is guessed. */
function numberOf(text: string, header: string, line: number): bigint {
  try {
    const value = parseCell(text.replaceAll(',', ''), NUMBER);
    return typeof value === 'bigint' ? value : 0n;
  } catch (error) {
    throw tableErrorOf(error, { line, header, text });
  }
}

function compare(what: string, stated: bigint, actual: bigint | undefined): void {
  if (actual === undefined || stated === actual) return;
  throw new TableError(
    'TOTALS_DIFFER',
    `${what} is ${written(stated)}, but the rows add up to ${written(actual)}`,
  );
}

function written(value: bigint): string {
  const digits = String(value < 0n ? -value : value).padStart(SCALE + 1, '0');
  const fraction = digits.slice(-SCALE).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -SCALE)}${fraction === '' ? '' : `.${fraction}`}`;
}
