import { type DynamoDBDocumentClient, paginateQuery } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { conditionalUpdate, UNCONDITIONAL } from '../../platform/aws/conditional-update.ts';
import type { Clock } from '../../platform/util/clock.ts';
import type { Series } from '../catalogue/series.ts';

/** What is missing, as in a mark that was forgotten before it was made, says that everything is to be read. */
const markSchema = z.object({
  /** Grows when somebody makes settled dates due again: a mark that was made of what was read before is not written. */
  epoch: z.number().default(0),
  /** The settings that it was made under: the configured version, the version that is asked for, the backfill. */
  configured: z.string().default(''),
  asked: z.string().default(''),
  backfillDays: z.number().default(-2),
  /** Dates before this one are settled, and nothing is to be done for them before `recheckAt`. */
  openFrom: z.string().default(''),
  /** From this date on settled ones are to be compared with Apple again; the first of them at `recheckAt`. */
  recheckFrom: z.string().optional(),
  recheckAt: z.number().optional(),
  /** When every date is read again, whatever the mark says. */
  readAllAt: z.number().default(0),
  /** Nothing is to be done for the series before this moment. Absent: something is open. */
  quietUntil: z.number().optional(),
  /** Settled dates whose next comparison was due by then were put on the queue then. */
  looksQueuedAt: z.number().optional(),
  /** The newest known date, and when it was due. */
  newest: z.string().default(''),
  newestDueAt: z.number().default(0),
  /** The hours in which the series usually appears: see arrival.ts. */
  window: z
    .object({ from: z.number(), to: z.number(), learned: z.boolean() })
    .default({ from: 0, to: 0, learned: false }),
});

/** What need not be read of a series again: a high-water mark over its settled dates. */
export type SeriesMark = z.output<typeof markSchema>;

/** The marks of all series of a team, beside the ledger. Losing them costs reads and nothing else. */
export type SeriesMarks = {
  /** The marks of a team's series, by `<vendor>/<report>`. One that an older version wrote may be missing. */
  list(team: string): Promise<ReadonlyMap<string, SeriesMark>>;
  /** Writes a mark, unless settled dates were made due again since `mark.epoch` was read. */
  note(series: Series, mark: SeriesMark): Promise<void>;
  /** Settled dates have been made due again: everything is read by the planner's next run. After they were, not before. */
  forget(series: Series): Promise<void>;
};

export const markKey = ({ vendor, report }: Pick<Series, 'vendor' | 'report'>): string =>
  `${vendor}/${report}`;

/** The marks on the DynamoDB table `Reports`: pk = `<team>/all/MARKS`, sk = `<vendor>/<report>`. */
export function createSeriesMarks(options: {
  documents: DynamoDBDocumentClient;
  table: string;
  clock: Clock;
}): SeriesMarks {
  const { documents, table, clock } = options;
  const pkOf = (team: string): string => `${team}/all/MARKS`;
  return {
    list: async (team) => {
      const marks = new Map<string, SeriesMark>();
      const pages = paginateQuery(
        { client: documents },
        {
          TableName: table,
          KeyConditionExpression: '#pk = :pk',
          ExpressionAttributeNames: { '#pk': 'pk' },
          ExpressionAttributeValues: { ':pk': pkOf(team) },
        },
      );
      for await (const { Items = [] } of pages)
        for (const item of Items) {
          const mark = markSchema.safeParse(item);
          if (mark.success) marks.set(String(item['sk']), mark.data);
        }
      return marks;
    },
    note: async (series, { epoch, ...mark }) => {
      await conditionalUpdate(documents, {
        table,
        key: { pk: pkOf(series.team), sk: markKey(series) },
        set: {
          recheckFrom: undefined,
          recheckAt: undefined,
          quietUntil: undefined,
          looksQueuedAt: undefined,
          ...mark,
          ...(epoch === 0 && { epoch: 0 }),
        },
        condition: epoch === 0 ? 'attribute_not_exists(#epoch) OR #epoch = :epoch' : '#epoch = :epoch',
        values: { epoch },
      });
    },
    forget: async (series) => {
      await conditionalUpdate(documents, {
        table,
        key: { pk: pkOf(series.team), sk: markKey(series) },
        set: { readAllAt: 0, quietUntil: undefined, forgottenAt: clock.now() },
        add: { epoch: 1 },
        condition: UNCONDITIONAL,
      });
    },
  };
}
