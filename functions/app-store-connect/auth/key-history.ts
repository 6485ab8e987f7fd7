import * as z from 'zod';
import { DAY_MILLIS, HOUR_MILLIS } from '../../platform/util/time.ts';
import type { ApiKey } from '../diagnosis/api-key.ts';

/**
 * What Apple last accepted under a secret: the key, and the kind and issuer it was used with. Whoever edits a secret
 * changes one of the four, which tells an edited secret from a revoked key. Holds nothing of the private key.
 */
export const acceptedKeySchema = z.object({
  keyId: z.string(),
  thumbprint: z.string(),
  kind: z.enum(['team', 'individual']),
  issuerId: z.string().optional(),
  /** Milliseconds since the epoch. */
  acceptedAt: z.number(),
});

export type AcceptedKey = z.output<typeof acceptedKeySchema>;

/** The record of a key that Apple accepts at this moment. */
export const acceptedNow = (key: ApiKey, now: number): AcceptedKey => ({
  keyId: key.keyId,
  thumbprint: key.thumbprint,
  kind: key.kind,
  ...(key.kind === 'team' && { issuerId: key.issuerId }),
  acceptedAt: now,
});

/** Whether the record is of exactly this key, used in exactly this way. */
export const isSameUse = (accepted: Omit<AcceptedKey, 'acceptedAt'>, key: ApiKey): boolean =>
  accepted.keyId === key.keyId &&
  accepted.thumbprint === key.thumbprint &&
  accepted.kind === key.kind &&
  accepted.issuerId === (key.kind === 'team' ? key.issuerId : undefined);

/**
 * How old an acceptance may be to speak against a single refusal: the daily check of keys is to know of the one before it,
 * also where it starts later than that, or the clocks were set back between them.
 */
const LATELY_MILLIS = DAY_MILLIS + 2 * HOUR_MILLIS;

/** Whether Apple accepted exactly this key within the last 26 hours: then a single refusal proves little. */
export const acceptedLately = (accepted: AcceptedKey | undefined, key: ApiKey, now: number): boolean =>
  accepted !== undefined && isSameUse(accepted, key) && now - accepted.acceptedAt < LATELY_MILLIS;
