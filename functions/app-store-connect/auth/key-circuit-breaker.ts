import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { conditionalUpdate } from '../../platform/aws/conditional-update.ts';
import type { Clock, EpochMillis } from '../../platform/util/clock.ts';

/** A version of a secret: the key that a circuit is about. A new version is a new key, and its circuit is closed. */
export type KeyVersion = { secretName: string; versionId: string };

/** Why a key's circuit is open, in words for those who wait. */
export type Refusal = { cause: string; reason: string };

/** `halfOpen`: the circuit was open and its cool-down is over; this caller is the one that probes. */
export type CallPermission =
  | { kind: 'allowed'; halfOpen: boolean }
  | { kind: 'denied'; retryAt: EpochMillis; refusal: Refusal };

/**
 * A circuit breaker per key, shared by all functions: a key that Apple refuses is not asked with again and again.
 *
 * Closed circuit: all calls are allowed. Open circuit: all calls are denied. After the cool-down one caller probes
 * (half-open); its result closes or re-opens the circuit.
 */
export type KeyCircuitBreaker = {
  /** To be called before Apple is called with the key. */
  allowRequest(key: KeyVersion): Promise<CallPermission>;
  /** Apple refused the key: opens the circuit. */
  recordFailure(key: KeyVersion, refusal: Refusal): Promise<void>;
  /** Apple accepted the key: closes the circuit. */
  recordSuccess(key: KeyVersion): Promise<void>;
};

/** Cool-down after a refusal. Slightly under one hour, so that the next hourly planner run may probe. */
export const COOL_DOWN_MILLIS = 55 * 60_000;
/** A probe that reports nothing within this time counts as lost, and another caller may probe. */
export const PROBE_MILLIS = 5 * 60_000;
/** A closed circuit is believed this long without reading it again. */
const BELIEVED_CLOSED_MILLIS = 5_000;
const KEPT_SECONDS = 7 * 24 * 3600;

/** The attribute names are older than the term: a "shut" gate is an open circuit. */
const itemSchema = z.object({
  versionId: z.string(),
  shutUntil: z.number(),
  cause: z.string(),
  reason: z.string(),
});

/** Circuits in the table `RateBudget`, which all functions of a key share anyway (pk = `gate#<secret name>`). */
export function createKeyCircuitBreaker(options: {
  documents: DynamoDBDocumentClient;
  table: string;
  clock: Clock;
}): KeyCircuitBreaker {
  const { documents, table, clock } = options;
  const seenClosed = new Map<string, EpochMillis>();
  const itemKey = (secretName: string) => ({ pk: `gate#${secretName}` });
  const mark = ({ secretName, versionId }: KeyVersion) => `${secretName} ${versionId}`;

  return {
    allowRequest: async (key) => {
      const now = clock.now();
      if (now - (seenClosed.get(mark(key)) ?? Number.NEGATIVE_INFINITY) < BELIEVED_CLOSED_MILLIS)
        return { kind: 'allowed', halfOpen: false };
      const { Item } = await documents.send(
        new GetCommand({ TableName: table, Key: itemKey(key.secretName), ConsistentRead: true }),
      );
      const item = itemSchema.safeParse(Item).data;
      if (item === undefined || item.versionId !== key.versionId) {
        seenClosed.set(mark(key), now);
        return { kind: 'allowed', halfOpen: false };
      }
      const refusal = { cause: item.cause, reason: item.reason };
      if (item.shutUntil > now) return { kind: 'denied', retryAt: item.shutUntil, refusal };
      const { won } = await conditionalUpdate(documents, {
        table,
        key: itemKey(key.secretName),
        set: { shutUntil: now + PROBE_MILLIS },
        condition: '#versionId = :trialVersion AND #shutUntil = :seenUntil',
        values: { trialVersion: key.versionId, seenUntil: item.shutUntil },
      });
      return won
        ? { kind: 'allowed', halfOpen: true }
        : { kind: 'denied', retryAt: now + PROBE_MILLIS, refusal };
    },
    recordFailure: async (key, { cause, reason }) => {
      seenClosed.delete(mark(key));
      const now = clock.now();
      await conditionalUpdate(documents, {
        table,
        key: itemKey(key.secretName),
        set: {
          versionId: key.versionId,
          shutUntil: now + COOL_DOWN_MILLIS,
          cause,
          reason,
          expiresAt: Math.floor(now / 1000) + KEPT_SECONDS,
        },
        // The same item whoever opens the circuit: no condition that could fail.
        condition: 'attribute_exists(#pk) OR attribute_not_exists(#pk)',
      });
    },
    recordSuccess: async (key) => {
      await conditionalUpdate(documents, {
        table,
        key: itemKey(key.secretName),
        set: { versionId: undefined, shutUntil: undefined, cause: undefined, reason: undefined },
        condition: '#versionId = :openVersion',
        values: { openVersion: key.versionId },
      });
      seenClosed.set(mark(key), clock.now());
    },
  };
}
