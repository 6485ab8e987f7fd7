import Table from 'cli-table3';

/** The tables that a command writes into docs/benchmarks.md, each by itself. */
export const FIGURES_NAMES = [
  'conversion',
  'wide-files',
  'token-start',
  'minting',
  'cold-start',
  'sales',
  'prices',
  'killed-prices',
  'effect-quality',
  'effect-found',
  'effect-territories',
  'price-night',
  'backfill',
  'planner',
  'year-behind',
  'morning',
  'morning-queue',
  'limits',
  'first-backfill',
] as const;
export type FiguresName = (typeof FIGURES_NAMES)[number];

export type Column = { name: string; align: 'left' | 'right' };

/** A table of measured figures, for the terminal and for a page. */
export type Figures = {
  /** Names the part of docs/benchmarks.md that holds them. */
  name: FiguresName;
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

/** Some of the columns, by their names. */
export function selected(figures: Figures, names: readonly string[]): Figures {
  const places = names.map((name) => figures.columns.findIndex((column) => column.name === name));
  const missing = names.filter((_, index) => places[index] === -1);
  if (missing.length > 0) throw new Error(`${figures.caption} has no column ${missing.join(', ')}.`);
  const pick = <Cell>(row: readonly Cell[]): Cell[] => places.flatMap((place) => row[place] ?? []);
  return { ...figures, columns: pick(figures.columns), rows: figures.rows.map(pick) };
}

/**
 * Figures for a page: a heading, the table, and what must be known as a list.
 *
 * @param measured when and on which machine, as a sentence
 */
export function toMarkdown(figures: Figures, measured: string): string {
  const notes = [measured, ...figures.notes].map((note) => `- ${note}`);
  return [`### ${figures.caption}`, toMarkdownTable(figures), notes.join('\n')].join('\n\n');
}

export function toMarkdownTable({ columns, rows }: Figures): string {
  const line = (cells: readonly (string | number)[]): string =>
    `| ${cells.map((cell) => String(cell).replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    line(columns.map(({ name }) => name)),
    line(columns.map(({ align }) => (align === 'right' ? '---:' : '---'))),
    ...rows.map(line),
  ].join('\n');
}
