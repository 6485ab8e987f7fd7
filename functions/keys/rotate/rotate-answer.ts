import type { Diagnosis } from '../../app-store-connect/diagnosis/diagnosis.ts';
import type { Problem } from '../../platform/errors.ts';

/** The messages of problems as one text. */
export const messagesOf = (problems: readonly Problem[]): string =>
  problems.map(({ message }) => message).join(' ');

/** What a person who asked for a rotation gets. */
export type RotateAnswer =
  /** The new key is in use. `revoke`: the key that is to be revoked now. */
  | { status: 'promoted'; keyId: string; revoke?: string }
  /** The new key is no good, or another has come into use: it is not in use. */
  | { status: 'rejected'; keyId: string; reason: string; diagnoses: readonly Diagnosis[] }
  /** Apple accepts the key, but no read can prove its right: nothing was changed; ask again with `confirmedRole`. */
  | { status: 'unproved'; keyId: string; reason: string; diagnoses: readonly Diagnosis[] }
  /** Apple could not be asked: nothing was changed; ask again later. */
  | { status: 'waiting'; keyId: string; reason: string; diagnoses: readonly Diagnosis[] };
