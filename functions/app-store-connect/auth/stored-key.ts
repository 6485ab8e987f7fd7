import type { EpochMillis } from '../../platform/util/clock.ts';
import type { ApiKey } from '../diagnosis/api-key.ts';

export type StoredKey = {
  key: ApiKey;
  /** Secrets Manager's version id: changes exactly when the secret's value does. */
  versionId: string;
  /** When this version was put; stands in for the key's own day where the secret does not say it. */
  versionCreatedAt: EpochMillis;
};

/** Where keys come from. */
export type KeyStore = {
  /** The current key; from memory while that is fresh. */
  current(secretName: string): Promise<StoredKey>;
  /** The current key, read again at once: what to do after a 401. */
  reread(secretName: string): Promise<StoredKey>;
  /** The key before the last rotation (`AWSPREVIOUS`); `undefined` where there is none that could be used. */
  previous(secretName: string): Promise<StoredKey | undefined>;
};

/** Which version of a secret: by staging label or by id; AWSCURRENT when neither is named. */
export type WhichVersion = { VersionStage?: string; VersionId?: string };
