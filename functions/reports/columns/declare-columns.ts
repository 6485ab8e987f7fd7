import type { Log } from '../../platform/logging/log.ts';
import { MetricName, type RecordMetric } from '../../platform/logging/metrics.ts';
import type { AddedColumn, AddedColumns } from './added-columns.ts';
import type { DeclaredTables } from './glue-tables.ts';

/** More columns than this no file has; a table that reaches it is left as it is. */
const MAXIMUM_COLUMNS = 1_000;

export type DeclareColumnsDependencies = {
  columns: Pick<AddedColumns, 'list'>;
  tables: DeclaredTables;
  log: Log;
  metric: RecordMetric;
};

/**
 * Declares in Glue every column that Apple has sent and the deployed template lacks, so that Athena shows it. A
 * deployment writes its tables as its template has them; the next run adds the columns again.
 *
 * @returns how many columns were added, by table
 * @throws the last error, after every table has been tried
 */
export async function declareColumns(deps: DeclareColumnsDependencies): Promise<Record<string, number>> {
  const added: Record<string, number> = {};
  let failure: unknown;
  for (const [table, columns] of byTable(await deps.columns.list())) {
    try {
      const declared = await deps.tables.columnsOf(table);
      // No table: nobody subscribes the report any more, so nobody looks at it in Athena either.
      if (declared === undefined) continue;
      const missing = columns
        .filter(({ name }) => !declared.has(name))
        .slice(0, Math.max(0, MAXIMUM_COLUMNS - declared.size));
      if (missing.length === 0) continue;
      await deps.tables.addColumns(table, missing);
      added[table] = missing.length;
      deps.log.info('Declared columns that Apple has added', {
        table,
        columns: missing.map(({ name }) => name),
      });
      deps.metric(MetricName.columnsDeclared, missing.length, { table });
    } catch (error) {
      failure = error;
      deps.log.error('The columns of a table could not be declared; the next run tries again', {
        table,
        error,
      });
    }
  }
  if (failure !== undefined) throw failure;
  return added;
}

function byTable(columns: readonly AddedColumn[]): Map<string, AddedColumn[]> {
  const tables = new Map<string, AddedColumn[]>();
  for (const column of columns) tables.set(column.table, [...(tables.get(column.table) ?? []), column]);
  return tables;
}
