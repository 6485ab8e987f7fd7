import type { ModelType } from '../models/model.ts';
import type { ColumnType } from '../reports/table/column-type.ts';

export const WAREHOUSES = [
  'athena',
  'snowflake',
  'bigquery',
  'redshift',
  'databricks',
  'duckdb',
  'clickhouse',
  'postgres',
] as const;
export type Warehouse = (typeof WAREHOUSES)[number];

/** How an engine writes what our SQL, which DuckDB and Trino read, writes otherwise. */
type Dialect = {
  types: Readonly<Record<ModelType, string>>;
  /** Whether rows of constants can stand in FROM. */
  hasValues: boolean;
  /** A day so many days later; `days` is a number or a column. */
  addDays(day: string, days: string): string;
  monthOf(day: string): string;
  /** A quote inside a text is written with a backslash: two quotes would be two texts beside each other. */
  backslashes?: boolean;
};

const COMMON: Readonly<Record<ModelType, string>> = {
  varchar: 'varchar',
  date: 'date',
  boolean: 'boolean',
  bigint: 'bigint',
  double: 'double',
  'decimal(38,2)': 'decimal(38,2)',
  'decimal(38,6)': 'decimal(38,6)',
};
const truncated = (day: string): string => `date_trunc('month', ${day})`;
const interval = (day: string, days: string): string => `${day} + ${days} * interval '1' day`;
const dateAdd = (day: string, days: string): string => `dateadd(day, ${days}, ${day})`;

const DIALECTS: Readonly<Record<Warehouse, Dialect>> = {
  athena: { types: COMMON, hasValues: true, addDays: interval, monthOf: truncated },
  duckdb: { types: COMMON, hasValues: true, addDays: interval, monthOf: truncated },
  snowflake: { types: COMMON, hasValues: true, addDays: dateAdd, monthOf: truncated },
  databricks: {
    types: { ...COMMON, varchar: 'string' },
    hasValues: true,
    addDays: (day, days) => `date_add(${day}, cast(${days} AS int))`,
    monthOf: truncated,
    backslashes: true,
  },
  postgres: {
    types: { ...COMMON, double: 'double precision' },
    hasValues: true,
    addDays: (day, days) => `${day} + ${days} * interval '1 day'`,
    monthOf: truncated,
  },
  redshift: {
    // A bare varchar is one of 256 bytes.
    types: { ...COMMON, varchar: 'varchar(65535)', double: 'double precision' },
    hasValues: false,
    addDays: dateAdd,
    monthOf: truncated,
  },
  bigquery: {
    // NUMERIC has 29 digits before the point at most, BIGNUMERIC 38.
    types: {
      varchar: 'STRING',
      date: 'DATE',
      boolean: 'BOOL',
      bigint: 'INT64',
      double: 'FLOAT64',
      'decimal(38,2)': 'BIGNUMERIC',
      'decimal(38,6)': 'BIGNUMERIC',
    },
    hasValues: false,
    addDays: (day, days) => `DATE_ADD(${day}, INTERVAL ${days} DAY)`,
    monthOf: (day) => `DATE_TRUNC(${day}, MONTH)`,
    backslashes: true,
  },
  clickhouse: {
    types: {
      varchar: 'Nullable(String)',
      date: 'Nullable(Date32)',
      boolean: 'Nullable(Bool)',
      bigint: 'Nullable(Int64)',
      double: 'Nullable(Float64)',
      'decimal(38,2)': 'Nullable(Decimal(38, 2))',
      'decimal(38,6)': 'Nullable(Decimal(38, 6))',
    },
    hasValues: false,
    addDays: (day, days) => `addDays(${day}, ${days})`,
    monthOf: (day) => `toStartOfMonth(${day})`,
  },
};

/** A table's column type, of reports and of our own tables. */
export function columnType({ types }: Dialect, type: ColumnType): string {
  if (type.kind === 'decimal') return types['decimal(38,6)'];
  return type.kind === 'date' ? types.date : types.varchar;
}

export const dialectOf = (warehouse: Warehouse): Dialect => DIALECTS[warehouse];

const TYPE = /\bAS (varchar|date|boolean|bigint|double|decimal\(38,2\)|decimal\(38,6\))(?=\))/g;
const ADD_DAYS = /([\w.]+) \+ (?:([\w.]+) \* )?interval '(\d+)' day/g;
const VALUES =
  /\(VALUES\s+((?:\((?:'(?:[^']|'')*'|\d+)(?:, (?:'(?:[^']|'')*'|\d+))*\)(?:,\s+)?)+)\s*\) AS (\w+) \(([^)]*)\)/g;
const TEXT = /'(?:[^']|'')*'/g;
const withBackslashes = (text: string): string => `'${text.slice(1, -1).replaceAll("''", "\\'")}'`;
const ROW = /\(((?:'(?:[^']|'')*'|\d+)(?:, (?:'(?:[^']|'')*'|\d+))*)\)/g;
const CELL = /'(?:[^']|'')*'|\d+/g;

/** Translates our SQL to an engine's dialect. It knows only the constructs that the models use; a test parses the results. */
export function translate(sql: string, warehouse: Warehouse): string {
  const dialect = DIALECTS[warehouse];
  if (dialect.types === COMMON && dialect.hasValues && dialect.addDays === interval) return sql;
  const days = sql.replace(ADD_DAYS, (_, day: string, times: string | undefined, count: string) =>
    dialect.addDays(day, times ?? count),
  );
  const months = replaceCalls(days, "date_trunc('month', ", dialect.monthOf);
  const values = dialect.hasValues
    ? months
    : months.replace(VALUES, (_, rows: string, name: string, columns: string) =>
        selects(rows, name, columns),
      );
  const texts = dialect.backslashes === true ? values.replace(TEXT, withBackslashes) : values;
  return texts.replace(TYPE, (_, type: string) => `AS ${typeIn(dialect, type)}`);
}

function typeIn({ types }: Dialect, type: string): string {
  for (const [name, written] of Object.entries(types)) if (name === type) return written;
  return type;
}

/** Constants as SELECTs: the first names the columns. */
function selects(rows: string, name: string, columns: string): string {
  const names = columns.split(',').map((name) => name.trim());
  const rowsOfCells = [...rows.matchAll(ROW)].map(([, cells = '']) => cells.match(CELL) ?? []);
  const lines = rowsOfCells.map(
    (cells, row) =>
      `SELECT ${cells.map((cell, column) => (row === 0 ? `${cell} AS ${names[column]}` : cell)).join(', ')}`,
  );
  return `(\n    ${lines.join('\n    UNION ALL ')}\n  ) AS ${name}`;
}

/** Replaces calls whose argument may hold parentheses. */
function replaceCalls(sql: string, begin: string, write: (argument: string) => string): string {
  let text = sql;
  for (let at = text.indexOf(begin); at >= 0; at = text.indexOf(begin, at + 1)) {
    let depth = 1;
    let end = at + begin.length;
    while (depth > 0 && end < text.length) {
      if (text[end] === '(') depth += 1;
      if (text[end] === ')') depth -= 1;
      end += 1;
    }
    const written = write(text.slice(at + begin.length, end - 1));
    text = text.slice(0, at) + written + text.slice(end);
  }
  return text;
}
