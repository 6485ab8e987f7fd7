/** Asks tables on this machine in DuckDB's SQL. Exact decimals come as text. */
export type TablesQuery = (sql: string) => Promise<Record<string, unknown>[]>;

/** @param tables the Parquet files of each table */
export async function openTables(tables: ReadonlyMap<string, readonly string[]>): Promise<TablesQuery> {
  // Loaded here: it is large, and few commands need it.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  for (const [table, files] of tables) {
    const list = files.map((file) => `'${file.replaceAll("'", "''")}'`).join(', ');
    await connection.run(
      `CREATE VIEW ${table} AS SELECT * FROM read_parquet([${list}], hive_partitioning = true, union_by_name = true)`,
    );
  }
  return async (sql) => (await connection.runAndReadAll(sql)).getRowObjectsJson();
}
