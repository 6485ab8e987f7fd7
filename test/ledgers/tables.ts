import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { OPEN_INDEX, TEAM_INDEX } from '../../functions/prices/store/indexes.ts';
import type { TableShape } from '../../local/aws/services/tables.ts';

/** The client of the engine under test, from `before` on. */
export type OpenDocuments = () => DynamoDBDocumentClient;

/** The deployed tables; `infra/storage/storage-stack.ts` is what AWS gets. */
export const LEDGER_TABLES: readonly TableShape[] = [
  { name: 'Reports', sk: true },
  {
    name: 'Prices',
    indexes: [
      { name: OPEN_INDEX, text: 'openFor', number: 'movedAt' },
      { name: TEAM_INDEX, text: 'team', number: 'movedAt' },
    ],
  },
  { name: 'Keys', sk: true },
  { name: 'RateBudget' },
];

/** So many calls at once. */
export const atOnce = <Result>(count: number, call: (index: number) => Promise<Result>): Promise<Result[]> =>
  Promise.all(Array.from({ length: count }, (_, index) => call(index)));
