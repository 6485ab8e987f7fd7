import { latestModel } from '../models/analytics-latest.ts';
import type { Model } from '../models/model.ts';
import { columnsAreKnown, KNOWN_ANALYTICS_REPORTS } from '../reports/analytics/names/analytics-catalogue.ts';
import { ANALYTICS_GRANULARITIES, analyticsTableName } from '../reports/analytics/names/analytics-name.ts';
import type { Column } from '../reports/table/column-type.ts';

/** The tables of every analytics report whose columns are known, with these: for whom the settings are not at hand. */
const KNOWN_TABLES: ReadonlyMap<string, readonly Column[]> = new Map(
  KNOWN_ANALYTICS_REPORTS.filter(({ name }) => columnsAreKnown(name)).flatMap(({ name, category, columns }) =>
    ANALYTICS_GRANULARITIES.flatMap((granularity) =>
      [false, true].map(
        (snapshot) => [analyticsTableName({ category, name, granularity, snapshot }), columns] as const,
      ),
    ),
  ),
);

/** The columns of an analytics table; `undefined` for other tables and where they are not known. */
export const analyticsTableColumns = (table: string): readonly Column[] | undefined =>
  KNOWN_TABLES.get(table);

/** The view `X_latest` for each analytics table `X` among these. */
export const latestModelsOver = (tables: Iterable<string>): Model[] =>
  [...tables].flatMap((table) => {
    const columns = KNOWN_TABLES.get(table);
    return columns === undefined ? [] : [latestModel(table, columns)];
  });
