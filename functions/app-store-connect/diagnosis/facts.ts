import type { EpochMillis } from '../../platform/util/clock.ts';
import type { ApiKey } from './api-key.ts';

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
  /** The day on which Apple made the key, where the secret says so. */
  createdAt?: string;
  /** What Apple last accepted under the same secret: this very key, the same key used otherwise, or another one. */
  lastAccepted?: AcceptedFacts;
};

/** A key that Apple accepted, how it was used, and when. */
export type AcceptedFacts = {
  keyId: string;
  thumbprint: string;
  kind: ApiKey['kind'];
  issuerId?: string | undefined;
  acceptedAt: EpochMillis;
};

/** Another key that is at hand for comparison. */
export type OtherKey = {
  secretName: string;
  keyId: string;
  thumbprint: string;
  issuerId?: string;
  /** Whether it is a key of the same team of the settings. */
  sameTeam: boolean;
  /** The team of the settings whose key it is. */
  team?: string;
  /** Whether Apple accepts it; `undefined` when it was not asked. */
  accepted?: boolean;
};

/** What Apple said when the same key was tried in another way. */
export type TriedFacts = {
  /** A team key used as an individual one, or the reverse. */
  asOtherKind?: 'accepted' | 'refused';
  /** With the issuer of another key; `team`: where that is a key of another team of the settings. */
  otherIssuer?: { issuerId: string; outcome: 'accepted' | 'refused'; team?: string };
};

/** Why a secret gave no key. */
export type SecretProblem =
  | 'missing'
  /** The secret is marked for deletion; until then it can be restored. */
  | 'deleted'
  /** AWS answers so for a secret that may not be read, and for a name that the role may not read if it existed. */
  | 'not-permitted'
  /** A policy denies it in so many words, so the secret is there. */
  | 'denied'
  | 'not-decryptable'
  | 'malformed'
  /** The caller's own AWS session: no region, no credentials, or they have expired. */
  | 'no-region'
  | 'no-credentials'
  | 'session-expired'
  | 'unavailable';

export type SecretFacts = { secretName: string; problem: SecretProblem; detail: string };

/** All that is known of a call that did not succeed. Whatever is absent is not known. */
export type DiagnosisFacts = {
  response?: ResponseFacts;
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
