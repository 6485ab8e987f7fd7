/**
 * Where a spreadsheet takes text for a formula: signs at the beginning of a cell, their full-width forms too, behind blanks
 * and signs that are not seen. A program that separates columns by semicolon or tab, as Excel does in much of Europe, begins
 * a cell within ours, and a line break begins one in each program that does not take our quotes for quotes.
 */
const FORMULA =
  /(?<=^|[;\t\r\n])(?=(?:(?![\t\r\n])[\s\p{C}\p{Default_Ignorable_Code_Point}])*[=+\-@＝＋－＠])/gu;
const NUMBER = /^-?\d+(\.\d+)?$/;

/** A cell by RFC 4180. Text of others never becomes a formula. */
function cell(value: string | number | null): string {
  const text = value === null ? '' : String(value);
  const safe = NUMBER.test(text) ? text : text.replace(FORMULA, "'").replace(/^(?=[\t\r\n])/, "'");
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Lines of cells as CSV, each ended as RFC 4180 wants; `null` is an empty cell. */
export const csvText = (lines: readonly (readonly (string | number | null)[])[]): string =>
  `${lines.map((line) => line.map(cell).join(',')).join('\r\n')}\r\n`;
