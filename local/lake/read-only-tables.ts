import type { DuckDBPreparedStatement } from '@duckdb/node-api';
import { JobError } from '../../functions/platform/errors.ts';
import { boundFunctions } from './bounded-functions.ts';
import { createViews } from './open-tables.ts';
import { refusedFunctions } from './refused-functions.ts';

/** Rows of an answer, and whether there would have been more. */
export type LimitedRows = { rows: Record<string, unknown>[]; more: boolean };

/** Tables that can be asked and nothing else. */
export type ReadOnlyTables = {
  /** Tables and views, each with its columns and their types. */
  describe(): Promise<{ name: string; columns: Record<string, string> }[]>;
  /** @throws JobError `QUERY_REFUSED` for what is no single SELECT; `QUERY_FAILED` with DuckDB's own words */
  ask(sql: string, mostRows: number): Promise<LimitedRows>;
  close(): void;
};

const MEMORY_LIMIT = '1GB';
const PATIENCE_MILLIS = 30_000;

/**
 * Opens tables for somebody who is not trusted, such as an agent. No file can be read or written but the tables' own, no
 * extension loaded, no network used, no setting changed; one SELECT at a time, with bounded memory, time and rows. Functions
 * that make tables of anything else are refused by name, and those that make a large value of small ones are bounded.
 *
 * @param tables the Parquet files of each table
 */
export async function openReadOnlyTables(
  tables: ReadonlyMap<string, readonly string[]>,
): Promise<ReadOnlyTables> {
  // Loaded here: it is large, and few commands need it.
  const { DuckDBInstance, StatementType } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:', {
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  const names = await createViews(connection, tables);
  await boundFunctions(connection);
  const files = [...tables.values()].flat().map((file) => `'${file.replaceAll("'", "''")}'`);
  for (const setting of [
    `SET memory_limit = '${MEMORY_LIMIT}'`,
    `SET temp_directory = ''`,
    `SET allowed_paths = [${files.join(', ')}]`,
    'SET enable_external_access = false',
    'SET lock_configuration = true',
  ])
    await connection.run(setting);

  /** Refuses before DuckDB binds the query: some functions take effect with that already. */
  const prepare = async (sql: string): Promise<DuckDBPreparedStatement> => {
    const calls = await refusedFunctions(connection, sql);
    if (calls === undefined) throw refused('Only SELECT is possible here; nothing can be written or set.');
    if (calls.unbounded.length > 0) throw refused(`${calls.unbounded.join('; ')}.`);
    if (calls.tables.length > 0)
      throw refused(
        `${calls.tables.join(', ')}: only the tables can be read here, and no function that reads files or changes DuckDB. See describe_tables.`,
      );
    const statements = await connection.extractStatements(sql);
    if (statements.count !== 1) throw refused('Ask one query at a time.');
    const statement = await statements.prepare(0);
    if (statement.statementType !== StatementType.SELECT)
      throw refused('Only SELECT is possible here; nothing can be written or set.');
    return statement;
  };
  const ask = async (sql: string, mostRows: number): Promise<LimitedRows> => {
    const timer = setTimeout(() => connection.interrupt(), PATIENCE_MILLIS);
    try {
      const statement = await prepare(sql);
      const reader = await statement.streamAndReadUntil(mostRows + 1);
      const rows = reader.getRowObjectsJson();
      return { rows: rows.slice(0, mostRows), more: rows.length > mostRows };
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    describe: async () => {
      const { rows } = await ask(
        'SELECT table_name, column_name, data_type FROM information_schema.columns ORDER BY table_name, ordinal_position',
        100_000,
      );
      return [...Map.groupBy(rows, (row) => String(row['table_name']))]
        .filter(([name]) => names.has(name))
        .map(([name, columns]) => ({
          name,
          columns: Object.fromEntries(
            columns.map((column) => [String(column['column_name']), String(column['data_type'])]),
          ),
        }));
    },
    ask: async (sql, mostRows) => {
      try {
        return await ask(sql, mostRows);
      } catch (error) {
        if (error instanceof JobError) throw error;
        const message = error instanceof Error ? error.message : String(error);
        throw new JobError({
          code: 'QUERY_FAILED',
          message: message.split('\n\n')[0] ?? message,
          retryable: false,
          cause: error,
        });
      }
    },
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

const refused = (message: string): JobError =>
  new JobError({ code: 'QUERY_REFUSED', message, retryable: false });
