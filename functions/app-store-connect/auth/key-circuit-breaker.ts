import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { conditionalUpdate, UNCONDITIONAL } from '../../platform/aws/conditional-update.ts';
import type { Clock, EpochMillis } from '../../platform/util/clock.ts';
import { MINUTE_MILLIS } from '../../platform/util/time.ts';
import { CONFIDENCES, type Confidence } from '../diagnosis/diagnosis.ts';
import { type AcceptedKey, acceptedKeySchema } from './key-history.ts';

/** A version of a secret: the key that a circuit is about. A new version is a new key, and its circuit is closed. */
export type KeyVersion = { secretName: string; versionId: string };

/**
 * Why a key's circuit is open, in words for those who wait. `confidence` says how far `cause` is proved; absent in
 * items of earlier versions.
 */
export type Refusal = { cause: string; confidence?: Confidence | undefined; reason: string };

/** The turn to probe a half-open circuit, named by the time until which it is this caller's. */
export type Probe = { until: EpochMillis };

/**
 * `probe`: the circuit was open and its cool-down is over; this caller is the one that probes. `lastAccepted`: what
 * Apple last accepted under this secret, as far as anybody has noted it.
 */
export type CallPermission =
  | { kind: 'allowed'; probe?: Probe | undefined; lastAccepted?: AcceptedKey | undefined }
  | { kind: 'denied'; retryAt: EpochMillis; refusal: Refusal };

/**
 * A circuit breaker per key, shared by all functions: a key that Apple refuses is not asked with again and again.
 *
 * Closed circuit: all calls are allowed. Open circuit: all calls are denied. After the cool-down one caller probes
 * (half-open); its result closes or re-opens the circuit.
 */
export type KeyCircuitBreaker = {
  /**
   * To be called before Apple is called with the key.
   *
   * @param probe what an earlier attempt of the same request was given: a probe that Apple refused or did not answer
   *   may be repeated, since its turn keeps everybody else out but not itself
   */
  allowRequest(key: KeyVersion, probe?: Probe): Promise<CallPermission>;
  /** Apple refused the key: opens the circuit. */
  recordFailure(key: KeyVersion, refusal: Refusal): Promise<void>;
  /** Apple accepted the key: closes the circuit, if it is this version's. */
  recordSuccess(key: KeyVersion): Promise<void>;
  /** Notes what Apple has accepted, for later diagnoses. Says nothing about the circuit. */
  noteAccepted(key: KeyVersion, accepted: AcceptedKey): Promise<void>;
};

/** Cool-down after a refusal. Slightly under one hour, so that the next hourly planner run may probe. */
export const COOL_DOWN_MILLIS = 55 * MINUTE_MILLIS;
/** A probe that reports nothing within this time counts as lost, and another caller may probe. */
export const PROBE_MILLIS = 5 * MINUTE_MILLIS;
/** A closed circuit is believed this long without reading it again. */
const BELIEVED_CLOSED_MILLIS = 5_000;
/** Items of secrets that are no longer used disappear. */
const KEPT_SECONDS = 90 * 24 * 3600;

/** The attribute names are older than the term: a "shut" gate is an open circuit. */
const itemSchema = z.object({
  versionId: z.string(),
  shutUntil: z.number(),
  cause: z.string(),
  confidence: z.enum(CONFIDENCES).optional(),
  reason: z.string(),
});
const historySchema = z.object({ lastAccepted: acceptedKeySchema });

/** Circuits in the table `RateBudget`, which all functions of a key share anyway (pk = `gate#<secret name>`). */
export function createKeyCircuitBreaker(options: {
  documents: DynamoDBDocumentClient;
  table: string;
  clock: Clock;
}): KeyCircuitBreaker {
  const { documents, table, clock } = options;
  const seenClosed = new Map<string, { at: EpochMillis; lastAccepted: AcceptedKey | undefined }>();
  const itemKey = (secretName: string) => ({ pk: `gate#${secretName}` });
  const mark = ({ secretName, versionId }: KeyVersion) => `${secretName} ${versionId}`;

  return {
    allowRequest: async (key, probe) => {
      const now = clock.now();
      const seen = seenClosed.get(mark(key));
      if (seen !== undefined && now - seen.at < BELIEVED_CLOSED_MILLIS)
        return { kind: 'allowed', lastAccepted: seen.lastAccepted };
      const { Item } = await documents.send(
        new GetCommand({ TableName: table, Key: itemKey(key.secretName), ConsistentRead: true }),
      );
      const lastAccepted = historySchema.safeParse(Item).data?.lastAccepted;
      const item = itemSchema.safeParse(Item).data;
      if (item === undefined || item.versionId !== key.versionId) {
        seenClosed.set(mark(key), { at: now, lastAccepted });
        return { kind: 'allowed', lastAccepted };
      }
      const { shutUntil, cause, confidence, reason } = item;
      const refusal = { cause, confidence, reason };
      if (shutUntil > now)
        return shutUntil === probe?.until
          ? { kind: 'allowed', probe, lastAccepted }
          : { kind: 'denied', retryAt: shutUntil, refusal };
      const turn = { until: now + PROBE_MILLIS };
      const { won } = await conditionalUpdate(documents, {
        table,
        key: itemKey(key.secretName),
        set: { shutUntil: turn.until },
        condition: '#versionId = :trialVersion AND #shutUntil = :seenUntil',
        values: { trialVersion: key.versionId, seenUntil: shutUntil },
      });
      return won
        ? { kind: 'allowed', probe: turn, lastAccepted }
        : { kind: 'denied', retryAt: turn.until, refusal };
    },
    recordFailure: async (key, { cause, confidence, reason }) => {
      seenClosed.delete(mark(key));
      const now = clock.now();
      await conditionalUpdate(documents, {
        table,
        key: itemKey(key.secretName),
        set: {
          versionId: key.versionId,
          shutUntil: now + COOL_DOWN_MILLIS,
          cause,
          confidence,
          reason,
          expiresAt: Math.floor(now / 1000) + KEPT_SECONDS,
        },
        // The same item whoever opens the circuit: no condition that could fail.
        condition: UNCONDITIONAL,
      });
    },
    recordSuccess: async (key) => {
      await conditionalUpdate(documents, {
        table,
        key: itemKey(key.secretName),
        set: {
          versionId: undefined,
          shutUntil: undefined,
          cause: undefined,
          confidence: undefined,
          reason: undefined,
        },
        condition: '#versionId = :openVersion',
        values: { openVersion: key.versionId },
      });
      seenClosed.delete(mark(key));
    },
    noteAccepted: async (key, lastAccepted) => {
      const now = clock.now();
      await conditionalUpdate(documents, {
        table,
        key: itemKey(key.secretName),
        set: { lastAccepted, expiresAt: Math.floor(now / 1000) + KEPT_SECONDS },
        condition: UNCONDITIONAL,
      });
      const seen = seenClosed.get(mark(key));
      if (seen !== undefined) seenClosed.set(mark(key), { ...seen, lastAccepted });
    },
  };
}
