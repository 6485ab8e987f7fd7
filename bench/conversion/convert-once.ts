// One conversion in a process of its own, so that its peak memory is its own: prints seconds and megabytes.
import { SALES_SUMMARY_COLUMNS } from '../../functions/reports/catalogue/report-columns.ts';
import { convertReport } from '../../functions/reports/table/convert.ts';

const [, , engine, gzipPath = '', parquetPath = ''] = process.argv;
const started = performance.now();
// `any`: a file of unknown columns, all of them text.
const columns = engine === 'any' ? [] : SALES_SUMMARY_COLUMNS;
if (engine === 'ours' || engine === 'any')
  await convertReport({ gzipPath, parquetPath, columns, sha256: 'bench' });
else await convertWithDuckDb();
const seconds = (performance.now() - started) / 1000;
console.log(JSON.stringify({ seconds, megabytes: process.resourceUsage().maxRSS / 1024 }));

/**
 * The same conversion by DuckDB on one thread, with row groups as it likes them. Its decimals are DECIMAL(18, 2): it
 * reads wider ones from text ten times slower.
 */
async function convertWithDuckDb(): Promise<void> {
  // Loaded here, so that the other engine does not carry it.
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '1' })).connect();
  const types = SALES_SUMMARY_COLUMNS.map(({ header, type }) => {
    const sql = { string: 'VARCHAR', date: 'DATE', decimal: 'DECIMAL(18,2)' }[type.kind];
    return `'${header}': '${sql}'`;
  }).join(', ');
  await connection.run(
    `COPY (SELECT *, 'bench' AS report_sha256 FROM read_csv('${gzipPath}', delim = '\t', header = true, quote = '', escape = '',
       compression = 'gzip', dateformat = '%m/%d/%Y', columns = {${types}}))
     TO '${parquetPath}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 50000)`,
  );
}
