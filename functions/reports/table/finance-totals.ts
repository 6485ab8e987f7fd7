import { parseCell, tableErrorOf } from './cell.ts';
import { type CellValue, columnName, NUMBER } from './column-type.ts';
import type { Remark } from './remark.ts';
import { TableError } from './table-error.ts';

/** The columns that totals are about. */
export const TOTALLED_COLUMNS = [
  'country_of_sale',
  'partner_share_currency',
  'quantity',
  'extended_partner_share',
] as const;

/** Values of {@link TOTALLED_COLUMNS} in one row; numbers unscaled, as `NUMBER` has them. */
export type TotalledCells = readonly [
  country: CellValue,
  currency: CellValue,
  quantity: CellValue,
  amount: CellValue,
];

/** Unscaled sums. `sold` adds up the quantities above zero: the units without the returns. */
type Sum = { quantity: bigint; sold: bigint; amount: bigint };

const SCALE = NUMBER.kind === 'decimal' ? NUMBER.scale : 0;
const ONE = 10n ** BigInt(SCALE);

/**
 * What stands around the rows of a finance report, and is not a row: in detailed files, lines before the header
 * that name vendor and dates; after the rows totals (`Total_Rows`, `Total_Amount`, `Total_Units`) and in files of
 * several countries a table of quantities and amounts by country and currency.
 *
 * Rows and amounts must agree with the totals. `Total_Amount` is compared only in files of one currency, as a sum
 * over currencies means nothing. Units may differ where the amounts agree, since some files count sales without
 * returns: that is a remark.
 * Source: files as public programs read them; Apple documents the fields of the rows only.
 */
export class FinanceTotals {
  readonly #sums = new Map<string, Sum>();
  readonly #currencies = new Set<string>();
  readonly #stated = new Map<string, { line: number; value: bigint }>();
  readonly #table = new Map<string, { quantity: bigint; amount: bigint }>();
  #rows = 0;
  #begun = false;
  #inTable = false;

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
    else if (this.#inTable && fields.length === TOTALLED_COLUMNS.length) this.#stateRow(fields, line);
    else if (!this.#begun) return false;
    else
      throw new TableError('TOTALS_MALFORMED', `Line ${line} stands behind the totals and is none of them`);
    this.#begun = true;
    return true;
  }

  /** Counts one row. */
  add([country, currency, quantity, amount]: TotalledCells): void {
    const sum = sumOf(this.#sums, keyOf(String(country ?? ''), String(currency ?? '')));
    const units = typeof quantity === 'bigint' ? quantity : 0n;
    sum.quantity += units;
    if (units > 0n) sum.sold += units;
    if (typeof amount === 'bigint') sum.amount += amount;
    this.#currencies.add(String(currency ?? ''));
    this.#rows += 1;
  }

  /**
   * Compares the totals with the rows.
   *
   * @throws TableError `TOTALS_DIFFER`, saying which total and both values
   */
  check(): Remark[] {
    const sums = [...this.#sums.values()];
    const all = sums.reduce(
      (total, { quantity, sold, amount }) => ({
        quantity: total.quantity + quantity,
        sold: total.sold + sold,
        amount: total.amount + amount,
      }),
      { quantity: 0n, sold: 0n, amount: 0n },
    );
    const stated = (name: string) => this.#stated.get(name);
    const rows = stated('Total_Rows');
    if (rows !== undefined)
      refuseOther(`Line ${rows.line}: Total_Rows`, rows.value, BigInt(this.#rows) * ONE);
    const amount = this.#currencies.size > 1 ? undefined : stated('Total_Amount');
    if (amount !== undefined) refuseOther(`Line ${amount.line}: Total_Amount`, amount.value, all.amount);
    const amountsAgree = amount !== undefined || this.#inTable;
    const units = stated('Total_Units');
    return [
      ...(units === undefined
        ? []
        : unitsRemark(`Line ${units.line}: Total_Units`, units.value, all, amountsAgree)),
      ...(this.#inTable ? this.#checkTable() : []),
    ];
  }

  /** Compares the table of countries; the amounts first, as only they vouch for the units. */
  #checkTable(): Remark[] {
    const keys = [...new Set([...this.#table.keys(), ...this.#sums.keys()])];
    const pairs = keys.map((key) => ({
      where: `The totals of ${key}`,
      stated: this.#table.get(key) ?? { quantity: 0n, amount: 0n },
      sum: this.#sums.get(key) ?? { quantity: 0n, sold: 0n, amount: 0n },
    }));
    for (const { where, stated, sum } of pairs)
      refuseOther(`${where}: Extended Partner Share`, stated.amount, sum.amount);
    return pairs.flatMap(({ where, stated, sum }) =>
      unitsRemark(`${where}: Quantity`, stated.quantity, sum, true),
    );
  }

  #state(name: string, text: string, line: number): void {
    this.#inTable = false;
    this.#stated.set(name, { line, value: numberOf(text, name, line) });
  }

  #stateRow([country = '', currency = '', quantity = '', amount = '']: string[], line: number): void {
    const key = keyOf(country, currency);
    const before = this.#table.get(key) ?? { quantity: 0n, amount: 0n };
    this.#table.set(key, {
      quantity: before.quantity + numberOf(quantity, 'Quantity', line),
      amount: before.amount + numberOf(amount, 'Extended Partner Share', line),
    });
  }
}

/** Whether a line before the header is one of a detailed file's opening lines. */
export const isPreamble = (line: string): boolean =>
  /^(Vendor Name|Start Date|End Date)\t[^\t]*\t*$/.test(line.replace(/^\uFEFF/, ''));

const MARKS = new Set([...'TC\t '].map((mark) => mark.charCodeAt(0)));

const isTableHeader = (fields: readonly string[]): boolean =>
  fields.length === TOTALLED_COLUMNS.length &&
  fields.every((field, index) => columnName(field) === TOTALLED_COLUMNS[index]);

const keyOf = (country: string, currency: string): string => `${country.trim()} ${currency.trim()}`;

function sumOf(sums: Map<string, Sum>, key: string): Sum {
  const sum = sums.get(key) ?? { quantity: 0n, sold: 0n, amount: 0n };
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

function refuseOther(what: string, stated: bigint, actual: bigint): void {
  if (stated === actual) return;
  throw new TableError(
    'TOTALS_DIFFER',
    `${what} is ${decimalText(stated)}, but the rows add up to ${decimalText(actual)}`,
  );
}

/** Another number of units is a remark where it counts the sales alone, or where the amounts agree. */
function unitsRemark(what: string, stated: bigint, sum: Sum, amountsAgree: boolean): Remark[] {
  if (stated === sum.quantity) return [];
  const rows = `the rows add up to ${decimalText(sum.quantity)}`;
  if (stated === sum.sold) {
    const message = `${what} is ${decimalText(stated)} and counts sales without returns; with the returns ${rows}`;
    return [{ code: 'UNITS_DIFFER', message }];
  }
  if (!amountsAgree) refuseOther(what, stated, sum.quantity);
  const message = `${what} is ${decimalText(stated)}, but ${rows}; the amounts of money agree`;
  return [{ code: 'UNITS_DIFFER', message }];
}

function decimalText(value: bigint): string {
  const digits = String(value < 0n ? -value : value).padStart(SCALE + 1, '0');
  const fraction = digits.slice(-SCALE).replace(/0+$/, '');
  return `${value < 0n ? '-' : ''}${digits.slice(0, -SCALE)}${fraction === '' ? '' : `.${fraction}`}`;
}
