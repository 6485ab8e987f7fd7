import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Clock, EpochMillis } from '../../platform/util/clock.ts';

/** When the planner last came to its end: by this a status tells silence from calm. */
export type PlannerRuns = {
  note(): Promise<void>;
  /** `undefined`: it has never run. */
  last(): Promise<EpochMillis | undefined>;
};

const KEY = { pk: 'planner', sk: 'run' };
const runSchema = z.object({ ranAt: z.number() });

/** The planner's own item in the table `Reports`: pk = `planner`, sk = `run`. */
export function createPlannerRuns(options: {
  documents: DynamoDBDocumentClient;
  table: string;
  clock: Clock;
}): PlannerRuns {
  const { documents, table, clock } = options;
  return {
    note: async () => {
      await documents.send(new PutCommand({ TableName: table, Item: { ...KEY, ranAt: clock.now() } }));
    },
    last: async () => {
      const { Item } = await documents.send(new GetCommand({ TableName: table, Key: KEY }));
      return runSchema.safeParse(Item).data?.ranAt;
    },
  };
}
