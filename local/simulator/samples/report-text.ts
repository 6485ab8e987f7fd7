/** A cell without a value holds one space in real files. */
export const BLANK = ' ';

/** `2026-11-23` → `11/23/2026`: days as sales and finance reports write them. */
export const american = (day: string): string => day.replace(/^(\d{4})-(\d{2})-(\d{2})$/, '$2/$3/$1');

/** The text of a report. A row names what it has; the other cells are blank. */
export function reportText(
  headers: readonly string[],
  rows: readonly Readonly<Record<string, string | number>>[],
): string {
  const lines = rows.map((row) => headers.map((header) => String(row[header] ?? BLANK)).join('\t'));
  return `${[headers.join('\t'), ...lines].join('\n')}\n`;
}
