import type { Column } from '../reports/table/column-type.ts';
import { column, type Model, type ModelType } from './model.ts';

const typeOf = ({ type }: Column): ModelType =>
  type.kind === 'date' ? 'date' : type.kind === 'decimal' ? 'decimal(38,6)' : 'varchar';

/** The column that names the day of a row: Apple calls it `Date`, in the subscription reports `Event Date`. */
const dayOf = (columns: readonly Column[]): string =>
  columns.find(({ name }) => name === 'event_date' || name === 'date')?.name ?? 'date';

/**
 * An analytics table without the batches that newer ones replaced. Apple sends a day several times, each time whole; the
 * newest processing date of a day counts. It is chosen per day and not per row: a row that the newer batch lacks is gone.
 * Source: Apple's page "Data completeness and corrections".
 */
export function latestModel(table: string, columns: readonly Column[]): Model {
  const day = dayOf(columns);
  const own = columns.map((known) => column(known.name, typeOf(known), `Apple's column ${known.header}.`));
  return {
    name: `${table}_latest`,
    grain: 'as the table, the newest batch of each day alone',
    description: `${table} without replaced batches: it can be added up, but for unique counts.`,
    reads: [table],
    columns: [
      column('team', 'varchar', 'Team of the settings.'),
      column('app', 'varchar', 'Apple ID of the app.'),
      column('processing_date', 'date', 'The batch that a row comes from.'),
      ...own,
    ],
    // mutation: model-analytics-latest
    select: `  SELECT r.team, r.app, r.report_date AS processing_date,
    ${own.map(({ name }) => `r.${name}`).join(', ')}
  FROM ${table} AS r
  JOIN (
    SELECT team, app, ${day} AS batch_day, max(report_date) AS newest FROM ${table} GROUP BY team, app, ${day}
  ) AS newest ON newest.team = r.team AND newest.app = r.app AND newest.batch_day = r.${day}
    AND newest.newest = r.report_date`,
  };
}
