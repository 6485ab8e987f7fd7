import * as z from 'zod';
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
