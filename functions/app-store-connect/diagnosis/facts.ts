import type { EpochMillis } from '../../platform/util/clock.ts';
import type { ApiKey } from '../api-key.ts';

/** Apple's answer, as far as a diagnosis looks at it. */
export type ResponseFacts = {
  status: number;
  /** Apple's hierarchical code, such as `FORBIDDEN.REQUIRED_AGREEMENTS_MISSING_OR_EXPIRED`; empty where there was none. */
  appleCode: string;
  detail: string;
  /** Whether the body was Apple's error envelope. What is not, some other server on the way has said. */
  isApples: boolean;
};

/** The token that was sent, in seconds since the epoch. */
export type TokenFacts = { issuedAt: number; expiresAt: number };

export type KeyFacts = Pick<ApiKey, 'keyId' | 'kind' | 'thumbprint'> & {
  issuerId?: string;
  role?: string;
  /** When Apple last accepted this very key. */
  lastAcceptedAt?: EpochMillis;
};

/** Another key that is at hand for comparison. */
export type OtherKey = {
  secretName: string;
  keyId: string;
  thumbprint: string;
  issuerId?: string;
  /** Whether it is a key of the same team of the settings. */
  sameTeam: boolean;
  /** Whether Apple accepts it; `undefined` when it was not asked. */
  accepted?: boolean;
};

/** What Apple said when the same key was tried in another way. */
export type TriedFacts = {
  /** A team key used as an individual one, or the reverse. */
  asOtherKind?: 'accepted' | 'refused';
  /** With the issuer of another key. */
  otherIssuer?: { issuerId: string; outcome: 'accepted' | 'refused' };
};

/** Why a secret gave no key. */
export type SecretFacts = {
  secretName: string;
  problem: 'missing' | 'not-permitted' | 'not-decryptable' | 'malformed' | 'unavailable';
  detail: string;
};

/** All that is known of a call that did not succeed. Whatever is absent is not known. */
export type DiagnosisFacts = {
  answer?: ResponseFacts;
  /** Where no whole answer came: the error's code or name, such as `ENOTFOUND` or `TimeoutError`. */
  network?: string;
  secret?: SecretFacts;
  key?: KeyFacts;
  token?: TokenFacts;
  /** Our clock when the answer came. */
  now?: EpochMillis;
  /** Apple's clock minus ours, by the answer's `Date`. */
  skewMillis?: number;
  /** The path that was asked, such as `/v1/salesReports`. */
  path?: string;
  /** The method, such as `GET`. */
  method?: string;
  otherKeys?: readonly OtherKey[];
  tried?: TriedFacts;
};
