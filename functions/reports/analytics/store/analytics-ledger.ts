import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import type { AccessType } from '../../../app-store-connect/resources/analytics-reports.ts';
import { conditionalUpdate, UNCONDITIONAL } from '../../../platform/aws/conditional-update.ts';
import { acquireLease, type Lease, releaseLease } from '../../../platform/aws/lease.ts';
import { JobError } from '../../../platform/errors.ts';
import type { Clock, EpochMillis } from '../../../platform/util/clock.ts';
import {
  type AnalyticsPartition,
  type AnalyticsSeries,
  EARLIEST_REPORT_DATE,
  seriesKey,
} from '../../catalogue/series.ts';
import { LEASE_MILLIS, type ReportLedger } from '../../partition/ledger.ts';
import type { LedgerItem } from '../../partition/ledger-item.ts';
import {
  type AppItem,
  type AppRef,
  appItemSchema,
  appPartition,
  type RequestRecord,
} from './app-ledger-item.ts';

/** A worker's right to look after an app's requests, and the item as it was when the right was won. */
export type AppClaim = { app: AppRef; lease: Lease; item: AppItem };

/** What settles a claimed app; `undefined` removes an attribute. */
export type AppSettlement = Pick<AppItem, 'state' | 'nextCheckAt' | 'lastAnswer' | 'requests' | 'owed'>;

/** What a series is waiting for: its item `next`. It has no fence, as only the holder of the app's lease writes it. */
export type Awaited = {
  state: 'waiting' | 'failed' | 'stored';
  /** Processing date, `YYYY-MM-DD`. */
  awaitedDate: string;
  lastAnswer: string;
  /** When Apple was seen without it. */
  notReadyAt?: EpochMillis;
};

export type SeriesState = { partitions: LedgerItem[]; next: LedgerItem | undefined };

/** The record of apps and their instances, beside the partitions in the same table. */
export type AnalyticsLedger = {
  app(app: AppRef): Promise<AppItem | undefined>;
  /** Wins the right to look after an app's requests, unless another worker has it or nothing is due. */
  claimApp(app: AppRef): Promise<AppClaim | undefined>;
  /** Writes a request's record and what the item owes down under the claim's fence. Throws JobError `OVERTAKEN`. */
  noteRequest(claim: AppClaim, accessType: AccessType, record: RequestRecord): Promise<void>;
  /** `false`: another worker has overtaken this one, nothing was written. */
  settleApp(claim: AppClaim, settlement: AppSettlement): Promise<boolean>;
  series(series: AnalyticsSeries): Promise<SeriesState>;
  /**
   * Notes the instances that Apple has for a date. One that is new makes the partition due (again).
   *
   * @param notReadyAt when Apple was last seen without one for the date
   */
  noteInstances(
    partition: AnalyticsPartition,
    instances: readonly string[],
    notReadyAt?: EpochMillis,
  ): Promise<void>;
  awaitNext(series: AnalyticsSeries, known: LedgerItem | undefined, awaited: Awaited): Promise<void>;
};

/** The sort key of what a series waits for. Above every date. */
export const NEXT = 'next';

const CLAIMABLE =
  '(attribute_not_exists(#nextCheckAt) OR #nextCheckAt <= :now OR #state IN (:failed, :checking))';

/** @param ledger of the partitions, on the same table */
export function createAnalyticsLedger(options: {
  documents: DynamoDBDocumentClient;
  table: string;
  clock: Clock;
  ledger: Pick<ReportLedger, 'list'>;
}): AnalyticsLedger {
  const { documents, table, clock, ledger } = options;
  const appKey = (app: AppRef) => ({ pk: seriesKey(appPartition(app)), sk: appPartition(app).reportDate });

  return {
    app: async (app) => {
      const read = new GetCommand({ TableName: table, Key: appKey(app), ConsistentRead: true });
      const { Item } = await documents.send(read);
      return Item === undefined ? undefined : appItemSchema.parse(Item);
    },

    claimApp: async (app) => {
      const now = clock.now();
      const lease = acquireLease(now, LEASE_MILLIS);
      const { won, item } = await conditionalUpdate(documents, {
        table,
        key: appKey(app),
        set: { ...lease.set, state: 'checking', queuedAt: undefined },
        add: lease.add,
        condition: `${lease.condition} AND ${CLAIMABLE}`,
        values: { ...lease.values, now, failed: 'failed', checking: 'checking' },
      });
      if (!won) return undefined;
      const claimed = appItemSchema.parse(item);
      return { app, item: claimed, lease: { fence: claimed.fence, until: now + LEASE_MILLIS } };
    },

    noteRequest: async ({ app, lease, item }, accessType, record) => {
      const { condition, values } = releaseLease(lease);
      const requests = { ...item.requests, [accessType]: record };
      const { won } = await conditionalUpdate(documents, {
        table,
        key: appKey(app),
        // A restart that the claim's item owes is no longer in the record: both are written at once.
        set: { requests, owed: item.owed, owedMark: item.owed.at(-1)?.id },
        condition,
        values,
      });
      if (!won) throw overtaken(app);
      item.requests = requests;
    },

    settleApp: async ({ app, lease }, settlement) => {
      const ending = releaseLease(lease);
      const { won } = await conditionalUpdate(documents, {
        table,
        key: appKey(app),
        set: { ...settlement, owedMark: settlement.owed.at(-1)?.id, ...ending.set },
        condition: ending.condition,
        values: ending.values,
      });
      return won;
    },

    series: async (series) => {
      const items = await ledger.list(series, EARLIEST_REPORT_DATE, NEXT);
      return {
        partitions: items.filter(({ sk }) => sk !== NEXT),
        next: items.find(({ sk }) => sk === NEXT),
      };
    },

    noteInstances: async (partition, instances, notReadyAt) => {
      const key = { pk: seriesKey(partition), sk: partition.reportDate };
      const { won } = await conditionalUpdate(documents, {
        table,
        key,
        set: { instances, state: 'due', expectedAt: clock.now(), notReadyAt },
        condition: 'attribute_not_exists(#pk)',
      });
      // Known already: the planner sees that the last instance is not the one that was fetched.
      if (!won)
        await conditionalUpdate(documents, {
          table,
          key,
          set: { instances },
          condition: 'attribute_exists(#pk)',
        });
    },

    awaitNext: async (series, known, awaited) => {
      await conditionalUpdate(documents, {
        table,
        key: { pk: seriesKey(series), sk: NEXT },
        set: { ...awaited, ...renewed(known, awaited, clock.now()) },
        // Whatever it was: a series waits for one thing.
        condition: UNCONDITIONAL,
      });
    },
  };
}

/** Another date is awaited anew: it may be told as overdue again. */
const renewed = (known: LedgerItem | undefined, { awaitedDate }: Awaited, now: EpochMillis) =>
  known?.awaitedDate === awaitedDate ? {} : { expectedAt: now, overdueToldAt: undefined };

const overtaken = ({ team, app }: AppRef): JobError =>
  new JobError({
    code: 'OVERTAKEN',
    message: `Another worker has taken over the requests of app ${app} of team ${team}; this one sends nothing`,
    retryable: true,
  });
