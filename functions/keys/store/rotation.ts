import * as z from 'zod';
import { KEY_JOBS } from './key-use.ts';

/**
 * A rotation to a new key: the item `pk = key#<team>#<job>`, `sk = rotation#<new key ID>` of the table `Keys`.
 *
 * `promoting`: tested and written down, the labels are being moved. `promoted`: the new key is current; the old one
 * is to be revoked. `closed`: Apple refuses the old key. `rejected`: the new key was no good, nothing was changed.
 */
export const rotationSchema = z.object({
  team: z.string(),
  job: z.enum(KEY_JOBS),
  /** The new key. */
  keyId: z.string(),
  versionId: z.string(),
  thumbprint: z.string().optional(),
  /** The key it replaces; absent where the old secret gave no key, or holds the same one. */
  oldKeyId: z.string().optional(),
  oldVersionId: z.string().optional(),
  /** The old key is said to be revoked already: jobs do not fall back to it. */
  revoked: z.boolean(),
  requestedBy: z.string(),
  state: z.enum(['promoting', 'promoted', 'closed', 'rejected']),
  startedAt: z.number(),
  promotedAt: z.number().optional(),
  closedAt: z.number().optional(),
  /** The first of the checks that Apple refused the old key in without a break; a later one closes the rotation. */
  oldKeyRefusedSince: z.number().optional(),
  /** The role that the person confirmed for a key whose right no read can prove. */
  confirmedRole: z.string().optional(),
  /** Why it was rejected. */
  reason: z.string().optional(),
});

export type Rotation = z.output<typeof rotationSchema>;
/** A field that is given as `undefined` is removed. */
export type RotationChange = Partial<Pick<Rotation, 'promotedAt' | 'closedAt' | 'revoked' | 'reason'>> & {
  oldKeyRefusedSince?: number | undefined;
} & Pick<Rotation, 'state'>;

/** The label under which a new key waits for its test. */
export const CANDIDATE = 'CANDIDATE';

/**
 * The label that keeps the old key's version readable until Apple refuses it, also through a further rotation.
 * AWSPREVIOUS would not: it moves on with each.
 */
export const retiringLabel = (oldKeyId: string): string => `${RETIRING}${oldKeyId}`;
export const RETIRING = 'RETIRING-';

/**
 * Old keys of one secret that keep a label, at most. Secrets Manager allows 20 labels per secret; AWSCURRENT,
 * AWSPREVIOUS, CANDIDATE and those of other tools need room, too.
 */
export const MAXIMUM_RETIRING = 12;

/** Source: "Secrets Manager quotas", staging labels attached across all versions of a secret. */
export const MAXIMUM_LABELS = 20;

/** Where a rotation's record lies in the bucket: written once, under a name that a repeat chooses again. */
export const auditKey = ({ team, job, keyId }: Rotation, step: '1-promoted' | '2-closed'): string =>
  `audit/keys/${team}/${job}/${keyId}/${step}.json`;
