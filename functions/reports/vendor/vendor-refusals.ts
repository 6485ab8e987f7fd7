import { type DynamoDBDocumentClient, QueryCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { conditionalUpdate } from '../../platform/aws/conditional-update.ts';
import type { Clock, EpochMillis } from '../../platform/util/clock.ts';
import { DAY_MILLIS } from '../../platform/util/time.ts';
import type { Partition, ReportName } from '../catalogue/series.ts';

const refusalSchema = z.object({
  /** A report's name, or {@link WHOLE_VENDOR}. */
  sk: z.string(),
  /** `refused`: a person is needed. `unclear`: daily sales decide, within the hour. `notOffered`: no such data. */
  kind: z.enum(['refused', 'unclear', 'notOffered']),
  reason: z.string(),
  /** The partition that Apple was asked for. */
  report: z.string(),
  reportDate: z.string(),
  /** Apple is asked again from this moment on. */
  nextAttemptAt: z.number(),
});

/** Apple refused a vendor, or one report of it. While it stands, the other partitions wait behind it, unasked. */
export type VendorRefusal = z.output<typeof refusalSchema>;

/** The scope of a refusal that concerns all reports of a vendor. */
export const WHOLE_VENDOR = 'vendor';

/** The vendors and reports that Apple refuses. */
export type VendorRefusals = {
  list(vendor: VendorRef): Promise<VendorRefusal[]>;
  note(vendor: VendorRef, refusal: VendorRefusal): Promise<void>;
  /** Apple has answered, or a person has asked: nothing waits behind these any more. */
  clear(vendor: VendorRef, refusals: readonly Pick<VendorRefusal, 'sk'>[]): Promise<void>;
};

export type VendorRef = Pick<Partition, 'team' | 'vendor'>;

/** The refusal behind which a report's partitions wait, whether or not it is time to ask again. */
export const refusalOf = (
  refusals: readonly VendorRefusal[],
  report: ReportName,
): VendorRefusal | undefined =>
  refusals.find(({ sk }) => sk === WHOLE_VENDOR) ?? refusals.find(({ sk }) => sk === report);

/** Whether Apple is not to be asked yet. */
export const stands = ({ nextAttemptAt }: VendorRefusal, now: EpochMillis): boolean => now < nextAttemptAt;

/** Nobody asks about a refusal any more that is older than this: its partition has left the settings or the ledger. */
const FORGOTTEN_AFTER_MILLIS = DAY_MILLIS;

/** Whether the planner leaves the other partitions alone: the refused one decides, when its time has come. */
export const holdsUp = ({ kind, nextAttemptAt }: VendorRefusal, now: EpochMillis): boolean =>
  kind !== 'notOffered' && now < nextAttemptAt + FORGOTTEN_AFTER_MILLIS;

/** The refusals on the DynamoDB table `Reports`: pk = `<team>/<vendor>/REFUSED`, sk = scope. */
export function createVendorRefusals(options: {
  documents: DynamoDBDocumentClient;
  table: string;
  clock: Clock;
}): VendorRefusals {
  const { documents, table, clock } = options;
  const pkOf = ({ team, vendor }: VendorRef): string => `${team}/${vendor}/REFUSED`;
  return {
    list: async (vendor) => {
      const { Items = [] } = await documents.send(
        new QueryCommand({
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: '#pk = :pk',
          ExpressionAttributeNames: { '#pk': 'pk' },
          ExpressionAttributeValues: { ':pk': pkOf(vendor) },
        }),
      );
      // A cleared one has lost everything but its key.
      return Items.flatMap((item) => refusalSchema.safeParse(item).data ?? []);
    },
    note: async (vendor, { sk, ...refusal }) => {
      await conditionalUpdate(documents, {
        table,
        key: { pk: pkOf(vendor), sk },
        set: refusal,
        condition: 'attribute_not_exists(#nextAttemptAt) OR #nextAttemptAt < :next',
        values: { next: refusal.nextAttemptAt },
      });
    },
    clear: async (vendor, refusals) => {
      for (const { sk } of refusals) {
        await conditionalUpdate(documents, {
          table,
          key: { pk: pkOf(vendor), sk },
          set: {
            clearedAt: clock.now(),
            kind: undefined,
            reason: undefined,
            report: undefined,
            reportDate: undefined,
            nextAttemptAt: undefined,
          },
          condition: 'attribute_exists(#pk)',
        });
      }
    },
  };
}
