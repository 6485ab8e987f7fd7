import Table from 'cli-table3';

export type Column = { name: string; align: 'left' | 'right' };

/** A table of measured figures, for the terminal and for a page. */
export type Figures = {
  caption: string;
  columns: readonly Column[];
  rows: readonly (readonly (string | number)[])[];
  /** What a reader must know to judge them: a sentence each. */
  notes: readonly string[];
};

export const left = (name: string): Column => ({ name, align: 'left' });
export const right = (name: string): Column => ({ name, align: 'right' });

/** Prints figures to the terminal. */
export function print({ caption, columns, rows, notes }: Figures): void {
  const table = new Table({
    head: columns.map(({ name }) => name),
    style: { head: [], border: [], compact: true },
    colAligns: columns.map(({ align }) => align),
  });
  table.push(...rows.map((row) => [...row]));
  console.log([caption, table.toString(), ...notes].join('\n'));
}

/** The same as a Markdown table; `notes` follow as a list. */
export function toMarkdown({ caption, columns, rows, notes }: Figures): string {
  const line = (cells: readonly (string | number)[]): string =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    `### ${caption}`,
    '',
    line(columns.map(({ name }) => name)),
    line(columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...rows.map(line),
    ...(notes.length === 0 ? [] : ['', ...notes.map((note) => `- ${note}`)]),
  ].join('\n');
}
