/** A column's type, as DuckDB and Trino both write it. */
export type ModelType =
  | 'date'
  | 'varchar'
  | 'boolean'
  | 'bigint'
  | 'double'
  | 'decimal(38,2)'
  | 'decimal(38,6)';

export type ModelColumn = { name: string; type: ModelType; comment: string };

/**
 * A view over the tables of the lake. Its text is SQL that DuckDB and Trino (Athena) both understand: no `max_by`, no
 * `QUALIFY`, no `GROUP BY ALL`, no regular expressions.
 */
export type Model = {
  name: string;
  /** What one row is, in words. */
  grain: string;
  description: string;
  /** Tables and models that its text reads; a deployment that lacks one of them does not have the view. */
  reads: readonly string[];
  columns: readonly ModelColumn[];
  /** A SELECT with one expression per column, by the column's name. */
  select: string;
};

/** The view's text: every column has the type that is documented, whatever the expressions yield. */
export function modelSql({ columns, select }: Model): string {
  const casts = columns.map(({ name, type }) => `cast(${name} AS ${type}) AS ${name}`);
  return `SELECT\n  ${casts.join(',\n  ')}\nFROM (\n${select}\n) AS model`;
}

export const column = (name: string, type: ModelType, comment: string): ModelColumn => ({
  name,
  type,
  comment,
});

/** Apple writes "nothing" as one blank, and pads SKUs. */
export const clean = (expression: string): string => `nullif(trim(${expression}), '')`;

/** Rows of constant text as a table expression; quotes are doubled. */
export const constantRows = (rows: readonly (readonly string[])[]): string =>
  rows.map((row) => `(${row.map((cell) => `'${cell.replaceAll("'", "''")}'`).join(', ')})`).join(',\n    ');

const COMMON = {
  team: column('team', 'varchar', 'Team of the settings.'),
  vendor: column('vendor', 'varchar', 'Vendor number.'),
  report_date: column('report_date', 'date', 'Day of the report, Pacific time.'),
  app_id: column('app_id', 'varchar', "Apple ID of the app. NULL where the app's own row was never seen."),
  /** Of a subscription's report, which names the app itself. */
  reported_app_id: column('app_id', 'varchar', 'Apple ID of the app, as the report names it.'),
  country_code: column('country_code', 'varchar', 'Storefront, two letters.'),
};

/** Columns that several models have. */
export const common = (...names: (keyof typeof COMMON)[]): ModelColumn[] => names.map((name) => COMMON[name]);
