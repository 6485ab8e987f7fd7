import * as z from 'zod';
import { pendingEventSchema } from '../../partition/ledger-item.ts';

/** What is known of one of an app's two requests at Apple. Moments in milliseconds since the epoch. */
const requestRecordSchema = z.object({
  /** The request in use, once Apple has shown or confirmed it. */
  requestId: z.string().optional(),
  /** Since when it is known to us. */
  since: z.number().optional(),
  /** A POST went out, or was about to, and its result is not known yet. */
  sentAt: z.number().optional(),
  /** What Apple listed before that POST: a further one is what became of it. */
  listed: z.array(z.string()).optional(),
  /** POSTs whose result was never seen. */
  sends: z.number().default(0),
  /** Apple refused a POST: none is sent before this moment, and why. */
  askAgainAt: z.number().optional(),
  refusal: z.string().optional(),
  /** The request that stopped or vanished and that the next one replaces. */
  replaces: z.string().optional(),
});

export type RequestRecord = z.output<typeof requestRecordSchema>;

const requestsSchema = z.object({
  ONGOING: requestRecordSchema.optional(),
  ONE_TIME_SNAPSHOT: requestRecordSchema.optional(),
});

/**
 * An app's item in the table `Reports`: pk = `<team>/<app>/ANALYTICS`, sk = `requests`. Its fence decides who may
 * send a request to Apple.
 */
export const appItemSchema = z.object({
  pk: z.string(),
  sk: z.string(),
  state: z.enum(['checking', 'checked', 'waiting', 'failed']),
  fence: z.number().default(0),
  leaseUntil: z.number().optional(),
  queuedAt: z.number().optional(),
  /** Apple is not asked for new instances before this moment. */
  nextCheckAt: z.number().optional(),
  /** Why it waits or failed. */
  lastAnswer: z.string().optional(),
  requests: requestsSchema.default({}),
  owed: z.array(pendingEventSchema).default([]),
  owedMark: z.string().optional(),
});

export type AppItem = z.output<typeof appItemSchema>;

/** An app of a team. */
export type AppRef = { team: string; app: string };

/** The item's key, in the form of a partition, so that what keeps partitions keeps it, too. */
export const appPartition = ({ team, app }: AppRef) => ({
  team,
  app,
  report: 'ANALYTICS',
  reportDate: 'requests',
});
