import { DuckDBInstance } from '@duckdb/node-api';

/** What the tables say of one report date. Amounts as decimal text, exact. */
export type PartitionSums = {
  reportDate: string;
  sha256: string;
  rows: number;
  units: string;
  /** Proceeds per currency, that with most rows first. Currencies are never added together or compared. */
  proceeds: { currency: string; amount: string }[];
};

/** Reads the Parquet files of a lake copy with DuckDB: an engine that shares no code with the writer. */
export type LakeQuery = {
  salesByPartition(): Promise<PartitionSums[]>;
  rows(sql: string): Promise<Record<string, unknown>[]>;
};

/** @param directory a copy of the lake; queries see its sales as the table `sales` */
export async function openLake(directory: string): Promise<LakeQuery> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const files = `${directory}/tables/sales_summary_daily/*/*/*/data.parquet`.replaceAll("'", "''");
  await connection.run(
    `CREATE VIEW sales AS SELECT * FROM read_parquet('${files}', hive_partitioning = true, union_by_name = true)`,
  );
  const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJson();
  return {
    rows,
    salesByPartition: async () => {
      const partitions = await rows(
        `SELECT report_date::VARCHAR AS date, max(report_sha256) AS sha256, count(*)::INTEGER AS rows,
                sum(units)::VARCHAR AS units
         FROM sales GROUP BY 1 ORDER BY 1`,
      );
      const proceeds = await rows(
        `SELECT report_date::VARCHAR AS date, coalesce(currency_of_proceeds, '') AS currency,
                sum(units * developer_proceeds)::VARCHAR AS amount
         FROM sales GROUP BY 1, 2 ORDER BY 1, count(*) DESC, 2`,
      );
      return partitions.map(({ date, sha256, rows: count, units }) => ({
        reportDate: String(date),
        sha256: String(sha256),
        rows: Number(count),
        units: String(units),
        proceeds: proceeds
          .filter((row) => row['date'] === date)
          .map(({ currency, amount }) => ({ currency: String(currency), amount: String(amount) })),
      }));
    },
  };
}
