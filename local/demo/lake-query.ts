import { DuckDBInstance } from '@duckdb/node-api';

/** What the tables say of one report. Amounts as decimal text, exact. */
export type PartitionSums = {
  /** The key of the table's file: vendors may have files of the same bytes. */
  tableKey: string;
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

/**
 * @param directory a copy of the lake
 * @param table of sales; queries see it as the table `sales`
 */
export async function openLake(directory: string, table = 'sales_summary_daily'): Promise<LakeQuery> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const files = `${directory}/tables/${table}/*/*/*/data.parquet`.replaceAll("'", "''");
  await connection.run(
    `CREATE VIEW sales AS SELECT * FROM read_parquet('${files}', hive_partitioning = true, union_by_name = true, filename = true)`,
  );
  const rows = async (sql: string) => (await connection.runAndReadAll(sql)).getRowObjectsJson();
  return {
    rows,
    salesByPartition: async () => {
      const partitions = await rows(
        `SELECT filename AS file, report_sha256 AS sha256, count(*)::INTEGER AS rows,
                sum(units)::VARCHAR AS units
         FROM sales GROUP BY ALL ORDER BY ALL`,
      );
      const proceeds = await rows(
        `SELECT filename AS file, report_sha256 AS sha256, coalesce(currency_of_proceeds, '') AS currency,
                sum(units * developer_proceeds)::VARCHAR AS amount
         FROM sales GROUP BY 1, 2, 3 ORDER BY 1, 2, count(*) DESC, 3`,
      );
      return partitions.map(({ file, sha256, rows: count, units }) => ({
        tableKey: String(file).slice(directory.length + 1),
        sha256: String(sha256),
        rows: Number(count),
        units: withoutZeros(String(units)),
        proceeds: proceeds
          .filter((row) => row['file'] === file && row['sha256'] === sha256)
          .map(({ currency, amount }) => ({ currency: String(currency), amount: String(amount) })),
      }));
    },
  };
}

/** `12.500000` → `12.5`, `1200.000000` → `1200` */
const withoutZeros = (decimal: string): string =>
  decimal.replace(/\.?0+$/, (zeros) => (decimal.includes('.') ? '' : zeros));
