import { OPEN_INDEX, TEAM_INDEX } from '../../functions/prices/store/indexes.ts';
import type { TableShape } from '../aws/services/tables.ts';

/** The names of the tables in a folder. */
export const TABLES = { reports: 'Reports', prices: 'Prices', keys: 'Keys', budget: 'RateBudget' } as const;

/** The tables of the storage stack; a test holds them against it. */
export const TABLE_SHAPES: readonly TableShape[] = [
  { name: TABLES.reports, sk: true },
  {
    name: TABLES.prices,
    indexes: [
      { name: OPEN_INDEX, text: 'openFor', number: 'movedAt' },
      { name: TEAM_INDEX, text: 'team', number: 'movedAt' },
    ],
  },
  { name: TABLES.keys, sk: true },
  { name: TABLES.budget },
];
