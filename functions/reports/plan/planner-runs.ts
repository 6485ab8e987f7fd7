import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { conditionalUpdate, UNCONDITIONAL } from '../../platform/aws/conditional-update.ts';
import type { Clock, EpochMillis } from '../../platform/util/clock.ts';

/** Where a run ended for lack of time: the series that the next one begins with, and how many are still to come. */
export type UnfinishedRun = { next: string; left: number };

/** When the planner last came to its end: by this a status tells silence from calm. */
export type PlannerRuns = {
  /** Every series has been looked at. */
  note(): Promise<void>;
  /** Time is up: the next run goes on from there. */
  pause(at: UnfinishedRun): Promise<void>;
  /** Where the run before ended for lack of time; `undefined`: it came to its end. */
  unfinished(): Promise<UnfinishedRun | undefined>;
  /** `undefined`: it has never run. */
  last(): Promise<EpochMillis | undefined>;
};

const KEY = { pk: 'planner', sk: 'run' };
const runSchema = z.object({ ranAt: z.number() });
const unfinishedSchema = z.object({ next: z.string(), left: z.number() });

/** The planner's own item in the table `Reports`: pk = `planner`, sk = `run`. */
export function createPlannerRuns(options: {
  documents: DynamoDBDocumentClient;
  table: string;
  clock: Clock;
}): PlannerRuns {
  const { documents, table, clock } = options;
  const read = async () => (await documents.send(new GetCommand({ TableName: table, Key: KEY }))).Item;
  return {
    note: async () => {
      await documents.send(new PutCommand({ TableName: table, Item: { ...KEY, ranAt: clock.now() } }));
    },
    pause: async (at) => {
      await conditionalUpdate(documents, {
        table,
        key: KEY,
        set: at,
        condition: UNCONDITIONAL,
      });
    },
    unfinished: async () => unfinishedSchema.safeParse(await read()).data,
    last: async () => runSchema.safeParse(await read()).data?.ranAt,
  };
}
