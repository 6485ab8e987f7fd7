import * as z from 'zod';
import { REPORT_EVENT_TYPES } from '../../events/event-types.ts';

const versionSchema = z.object({
  sha256: z.string(),
  rows: z.number(),
  bytes: z.number(),
  storedAt: z.number(),
  rawKeys: z.array(z.string()).optional(),
});

export const pendingEventSchema = z.object({
  /** Derived from partition and content, so that consumers can drop repeats. */
  id: z.string(),
  detailType: z.enum(REPORT_EVENT_TYPES),
  detail: z.record(z.string(), z.unknown()),
});

/** An event that has been decided and may not have been sent yet. */
export type PendingEvent = z.output<typeof pendingEventSchema>;

export const PARTITION_STATES = [
  'due',
  'fetching',
  'stored',
  'empty',
  'expired',
  'notOffered',
  'waiting',
  'failed',
] as const;

/**
 * A partition's item in the table `Reports`: pk = series, sk = report date. All moments in milliseconds since
 * the epoch. Unknown attributes pass, so that an older function can read what a newer one wrote.
 */
export const ledgerItemSchema = z.object({
  pk: z.string(),
  sk: z.string(),
  state: z.enum(PARTITION_STATES),
  /** When the planner first expected it. */
  expectedAt: z.number().optional(),
  /** When it was told as overdue; gone once it is settled, so that a fall back is told again. */
  overdueToldAt: z.number().optional(),
  /** Grows with each claim; a worker with an older fence can no longer settle. */
  fence: z.number().default(0),
  leaseUntil: z.number().optional(),
  /** When the planner last put it on the queue; gone once it is claimed. */
  queuedAt: z.number().optional(),
  /** Tries since it was last settled. */
  tries: z.number().default(0),
  /** Not tried before this moment. */
  nextAttemptAt: z.number().optional(),
  /** Settled, but Apple is asked again from this moment on. */
  recheckAt: z.number().optional(),
  /** What it was settled as before it was claimed again. */
  settledAs: z.enum(['stored', 'empty', 'expired', 'notOffered']).optional(),
  /** When it was settled for the first time. */
  settledAt: z.number().optional(),
  /** The version in the table. */
  sha256: z.string().optional(),
  bytes: z.number().optional(),
  rows: z.number().optional(),
  rawKey: z.string().optional(),
  /** All raw files, where a report comes in several. */
  rawKeys: z.array(z.string()).optional(),
  tableKey: z.string().optional(),
  storedAt: z.number().optional(),
  /** Earlier versions, oldest first; their raw files stay. */
  versions: z.array(versionSchema).default([]),
  /** The last answer in words: why it waits or failed. */
  lastAnswer: z.string().optional(),
  /** Analytics: the ids of Apple's instances for this date, in the order in which they were found; the last one counts. */
  instances: z.array(z.string()).optional(),
  /** Analytics: the instance that was last fetched, with whatever result. */
  triedInstance: z.string().optional(),
  /** Analytics, item `next`: the processing date that is awaited. */
  awaitedDate: z.string().optional(),
  /** The version that was served, or asked for when nothing was; absent before 2026-11-26 and for finance reports. */
  version: z.string().optional(),
  /** Apple's ids of the last request: `requestId` and `X-Apple-Jingle-Correlation-Key`. */
  requestId: z.string().optional(),
  /** Daily sales: whether a row is the renewal of a subscription. */
  renewals: z.boolean().optional(),
  /** Daily sales: whether a row has proceeds other than zero. Absent before 2026-11-27. */
  proceeds: z.boolean().optional(),
  /** Columns that this version does not know: in the Parquet file, in Glue within the hour. */
  newColumns: z.array(z.string()).optional(),
  /** What a person should know of the stored file, such as other units in its totals than in its rows. */
  remarks: z.array(z.string()).optional(),
  /** When Apple last said "not available yet": the report appeared between then and `settledAt`. */
  notReadyAt: z.number().optional(),
  /** Analytics: since when Apple lists an instance whose segments it does not have. */
  goneSince: z.number().optional(),
  /** Reviews: object key of what was known after the last look of this day. */
  knownKey: z.string().optional(),
  /** Claims since it was last settled: more than one, and a worker has ended without a result. */
  claims: z.number().optional(),
  owed: z.array(pendingEventSchema).default([]),
  /** The id of the last owed event: tells at one glance whether others have come since. */
  owedMark: z.string().optional(),
});

export type LedgerItem = z.output<typeof ledgerItemSchema>;
