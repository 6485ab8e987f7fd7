import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { z } from 'zod';
import { conditionalUpdate } from '../../platform/aws/conditional-update.ts';
import type { Clock, EpochMillis } from '../../platform/util/clock.ts';

/** A secret's version: the key that a gate is about. A new version is a new key, and its gate is open. */
export type GatedKey = { secretName: string; versionId: string };

/** Why a key's gate is shut, in the words that those who wait are told. */
export type Refusal = { cause: string; reason: string };

/** What a caller hears before it calls Apple. `retried`: the gate was shut, and this caller is the one to try again. */
export type Admission =
  | { admitted: true; retried: boolean }
  | { admitted: false; until: EpochMillis; refusal: Refusal };

/**
 * Keeps a key that Apple refuses from being asked with again and again: all functions share its gate. While it is
 * shut nobody calls Apple; when its time is up exactly one caller may, and opens it or shuts it again.
 */
export type KeyGate = {
  enter(key: GatedKey): Promise<Admission>;
  /** Apple refused the key. */
  shut(key: GatedKey, refusal: Refusal): Promise<void>;
  /** Apple accepted the key. */
  open(key: GatedKey): Promise<void>;
};

/** How long nobody asks after a refusal. A little less than the planner's hour, so that its next run meets it open. */
export const SHUT_MILLIS = 55 * 60_000;
/** How long the one who tries again has for it before somebody else may. */
export const TRIAL_MILLIS = 5 * 60_000;
/** An open gate is believed this long without looking. */
const BELIEVED_OPEN_MILLIS = 5_000;
const KEPT_SECONDS = 7 * 24 * 3600;

const itemSchema = z.object({
  versionId: z.string(),
  shutUntil: z.number(),
  cause: z.string(),
  reason: z.string(),
});

/** Gates in the table `RateBudget`, which all functions of a key share anyway (pk = `gate#<secret name>`). */
export function createKeyGate(options: {
  documents: DynamoDBDocumentClient;
  table: string;
  clock: Clock;
}): KeyGate {
  const { documents, table, clock } = options;
  const seenOpen = new Map<string, EpochMillis>();
  const itemKey = (secretName: string) => ({ pk: `gate#${secretName}` });
  const mark = ({ secretName, versionId }: GatedKey) => `${secretName} ${versionId}`;

  return {
    enter: async (key) => {
      const now = clock.now();
      if (now - (seenOpen.get(mark(key)) ?? Number.NEGATIVE_INFINITY) < BELIEVED_OPEN_MILLIS)
        return { admitted: true, retried: false };
      const { Item } = await documents.send(
        new GetCommand({ TableName: table, Key: itemKey(key.secretName), ConsistentRead: true }),
      );
      const item = itemSchema.safeParse(Item).data;
      if (item === undefined || item.versionId !== key.versionId) {
        seenOpen.set(mark(key), now);
        return { admitted: true, retried: false };
      }
      const refusal = { cause: item.cause, reason: item.reason };
      if (item.shutUntil > now) return { admitted: false, until: item.shutUntil, refusal };
      const { won } = await conditionalUpdate(documents, {
        table,
        key: itemKey(key.secretName),
        set: { shutUntil: now + TRIAL_MILLIS },
        condition: '#versionId = :trialVersion AND #shutUntil = :seenUntil',
        values: { trialVersion: key.versionId, seenUntil: item.shutUntil },
      });
      return won
        ? { admitted: true, retried: true }
        : { admitted: false, until: now + TRIAL_MILLIS, refusal };
    },
    shut: async (key, { cause, reason }) => {
      seenOpen.delete(mark(key));
      const now = clock.now();
      await conditionalUpdate(documents, {
        table,
        key: itemKey(key.secretName),
        set: {
          versionId: key.versionId,
          shutUntil: now + SHUT_MILLIS,
          cause,
          reason,
          expiresAt: Math.floor(now / 1000) + KEPT_SECONDS,
        },
        // The same item whoever shuts it: no condition that could fail.
        condition: 'attribute_exists(#pk) OR attribute_not_exists(#pk)',
      });
    },
    open: async (key) => {
      await conditionalUpdate(documents, {
        table,
        key: itemKey(key.secretName),
        set: { versionId: undefined, shutUntil: undefined, cause: undefined, reason: undefined },
        condition: '#versionId = :openVersion',
        values: { openVersion: key.versionId },
      });
      seenOpen.set(mark(key), clock.now());
    },
  };
}
