import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import {
  type ConditionalResult,
  conditionalUpdate,
  type RawItem,
} from '../../platform/aws/conditional-update.ts';
import type { EpochMillis } from '../../platform/util/clock.ts';
import { KEPT_SECONDS } from './permit.ts';

/** Where the pace of each key is kept. */
export type PaceTable = {
  documents: DynamoDBDocumentClient;
  table: string;
  keyOf: (keyId: string) => Record<string, string>;
};

/** Told of a key's item as soon as a write has shown it: what others have observed counts for the next write. */
export type SawItem = (keyId: string, item: RawItem | undefined) => void;

export type PaceMove = {
  now: EpochMillis;
  /** The pace as it was last seen; 0 where nobody has seen it. */
  pacedUntil: EpochMillis;
  /** How far it moves. */
  millis: number;
  /** Where it may stand at most before it moves, if it is ahead of the clock. */
  latest: EpochMillis;
  /** The burst that has to be open, if the permits are of one. */
  burstUntil?: EpochMillis;
};

/**
 * Moves the pace of a key on: from where it stands if that is ahead of the clock, else from now. One conditional write;
 * who loses it sees the item as it stands.
 */
export function movePace(store: PaceTable, keyId: string, move: PaceMove): Promise<ConditionalResult> {
  const { now, pacedUntil, millis, latest, burstUntil } = move;
  // DynamoDB refuses a range that ends before it begins; nothing lies in it.
  if (pacedUntil >= now && latest < now) return Promise.resolve({ won: false, item: { pacedUntil } });
  const burst =
    burstUntil === undefined ? undefined : { condition: '#burstUntil = :open', values: { open: burstUntil } };
  const moved =
    pacedUntil < now
      ? {
          set: { pacedUntil: now + millis },
          condition: '(attribute_not_exists(#pacedUntil) OR #pacedUntil < :now)',
          values: { now },
        }
      : {
          set: {},
          add: { pacedUntil: millis },
          condition: '#pacedUntil BETWEEN :now AND :latest',
          values: { now, latest },
        };
  return writePace(store, keyId, {
    ...moved,
    now,
    condition: burst === undefined ? moved.condition : `${burst.condition} AND ${moved.condition}`,
    values: { ...moved.values, ...burst?.values },
  });
}

/** Writes the item of a key's pace, where a condition holds. */
export function writePace(
  { documents, table, keyOf }: PaceTable,
  keyId: string,
  write: {
    now: EpochMillis;
    set: Record<string, number>;
    add?: Record<string, number>;
    condition: string;
    values: Record<string, number>;
  },
): Promise<ConditionalResult> {
  const { now, set, ...rest } = write;
  const expiresAt = Math.floor(now / 1000) + KEPT_SECONDS;
  return conditionalUpdate(documents, { table, key: keyOf(keyId), ...rest, set: { ...set, expiresAt } });
}
