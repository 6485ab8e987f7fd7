import type { AppleClock } from '../../app-store-connect/auth/apple-clock.ts';
import { fixedKey } from '../../app-store-connect/auth/fixed-key.ts';
import { type AcceptedKey, acceptedLately, acceptedNow } from '../../app-store-connect/auth/key-history.ts';
import type { StoredKey } from '../../app-store-connect/auth/stored-key.ts';
import { createTokenSource } from '../../app-store-connect/auth/token-source.ts';
import { createClient } from '../../app-store-connect/client/client.ts';
import type { ApiKey } from '../../app-store-connect/diagnosis/api-key.ts';
import type { ApiRead } from '../../app-store-connect/protocol/api-request.ts';
import { AppStoreConnectError } from '../../app-store-connect/protocol/errors.ts';
import type { RequestQuota } from '../../app-store-connect/rate-limit/request-quota.ts';
import type { Clock, Sleep } from '../../platform/util/clock.ts';
import type { KeyUse } from '../store/key-use.ts';
import { expectApples, NO_VENDOR, readsFor } from './probe-reads.ts';

/** What asking Apple with one key came to, with what Apple's support would ask for. */
export type Probe = {
  endpoint: string;
  /** Apple's clock minus ours. */
  skewSeconds?: number;
  /** HTTP status; absent where no response came. */
  status?: number;
  appleCode?: string;
  detail?: string;
  requestId?: string;
  correlationKey?: string;
} & (
  | { outcome: 'accepted' }
  /** Apple refused the key (401), the team (agreement) or the right (403). */
  | { outcome: 'refused'; error: AppStoreConnectError }
  /** Apple let the key in, but does not take the vendor number for its team. */
  | { outcome: 'vendor-refused'; error: AppStoreConnectError; vendor: string }
  /** Apple could not be asked (unavailable, no network, a proxy's answer, no requests left). Says nothing about the key. */
  | { outcome: 'unknown'; error: AppStoreConnectError }
);

export type ProbeOptions = {
  baseUrl: string;
  fetch: typeof fetch;
  quota: RequestQuota;
  clock: Clock;
  appleClock: AppleClock;
  scoped: boolean;
  /** Whether prices go before it (`today`), or it gets a turn though they fill the pace (`check`). Default `today`. */
  priority?: 'today' | 'check';
  remainingMillis: () => number;
  sleep: Sleep;
  /** A number in [0, 1), for jitter. */
  random: () => number;
};

/** Asks Apple for one thing with one key. `lastAccepted`: what Apple last accepted under its secret. */
export type AskApple = (key: StoredKey, read: ApiRead, lastAccepted?: AcceptedKey) => Promise<Probe>;

/** Makes probes: real calls with tokens scoped to exactly what is asked. */
export function createProbe(options: ProbeOptions): AskApple {
  return async (stored, read, lastAccepted) => {
    const facts: Omit<Probe, 'outcome' | 'error' | 'vendor'> = { endpoint: read.path };
    const client = createClient({
      ...options,
      tokens: createTokenSource({
        ...options,
        keys: fixedKey(stored),
        secretName: stored.key.keyId,
        lastAccepted,
      }),
      priority: options.priority ?? 'today',
      onResponse: ({ status, skewMillis, appleRequestId, correlationKey }) => {
        facts.status = status;
        if (skewMillis !== undefined) facts.skewSeconds = Math.round(skewMillis / 1000);
        if (appleRequestId !== undefined) facts.requestId = appleRequestId;
        if (correlationKey !== undefined) facts.correlationKey = correlationKey;
      },
    });
    try {
      await client.read(read, expectApples, { accept: 'application/a-gzip, application/json' });
      return { ...facts, outcome: 'accepted' };
    } catch (error) {
      if (!(error instanceof AppStoreConnectError)) throw error;
      const [first] = error.errors;
      return {
        ...facts,
        ...(error.requestId !== undefined && { requestId: error.requestId }),
        ...(first !== undefined && { appleCode: first.code, detail: first.detail }),
        ...outcomeOf(error, read),
      };
    }
  };
}

type Outcome =
  | { outcome: 'accepted' }
  | { outcome: 'refused' | 'unknown'; error: AppStoreConnectError }
  | { outcome: 'vendor-refused'; error: AppStoreConnectError; vendor: string };

/** Apple's own words for a vendor number that is not one of the key's team. */
const INVALID_VENDOR = /^invalid vendor number/i;

function outcomeOf(error: AppStoreConnectError, { query = {} }: ApiRead): Outcome {
  // A refusal by another server on the way says nothing about the key.
  if (error.facts?.response?.isApples === false) return { outcome: 'unknown', error };
  if (error.refusesEverything || error.code === 'FORBIDDEN') return { outcome: 'refused', error };
  const vendor = query['filter[vendorNumber]'];
  if (
    typeof vendor === 'string' &&
    vendor !== NO_VENDOR &&
    error.code === 'INVALID_REQUEST' &&
    INVALID_VENDOR.test(error.detail ?? '')
  )
    return { outcome: 'vendor-refused', error, vendor };
  return error.isAboutRequest ? { outcome: 'accepted' } : { outcome: 'unknown', error };
}

/** Pauses before a refused key is asked with again: stray refusals come from single servers of Apple that lag behind. */
const REPEATS_MILLIS = [1_500, 1_500];

/** What is known of a key before it is asked with. */
export type KnownOfKey = {
  /** What Apple last accepted under its secret. */
  lastAccepted?: AcceptedKey | undefined;
  /** An earlier look found exactly this key refused: one more refusal is no news and needs no second word. */
  wasRefused: boolean;
};

/**
 * Asks for all of them, and stops at the first that is not accepted.
 *
 * A 401 that would be news is asked again twice, as Apple refuses valid tokens now and then; of a key that Apple accepted
 * lately the client has done so already. So a key that is known as dead costs one request.
 */
export async function probeAll(
  { ask, clock, sleep }: { ask: AskApple; clock: Clock; sleep: Sleep },
  stored: StoredKey,
  reads: readonly [ApiRead, ...ApiRead[]],
  { lastAccepted, wasRefused }: KnownOfKey,
): Promise<Probe> {
  const [first, ...others] = reads;
  // mutation: check-believes-one-401
  const isProved = wasRefused || acceptedLately(lastAccepted, stored.key, clock.now());
  let probe = await ask(stored, first, lastAccepted);
  for (const pause of isProved ? [] : REPEATS_MILLIS) {
    if (letIn(probe) !== false) break;
    await sleep(pause);
    probe = await ask(stored, first, lastAccepted);
  }
  for (const read of others) {
    if (probe.outcome !== 'accepted') return probe;
    probe = await ask(stored, read, acceptedNow(stored.key, clock.now()));
  }
  return probe;
}

/** The same key used in another way, to find out by asking what is wrong with its secret. */
export const asOtherKind = (stored: StoredKey, issuerId: string | undefined): StoredKey | undefined => {
  const {
    kind: _kind,
    issuerId: _issuer,
    ...rest
  }: Omit<ApiKey, 'kind'> & { kind: string; issuerId?: string } = stored.key;
  if (stored.key.kind === 'team') return { ...stored, key: { ...rest, kind: 'individual' } };
  return issuerId === undefined ? undefined : { ...stored, key: { ...rest, kind: 'team', issuerId } };
};

export const withIssuer = (stored: StoredKey, issuerId: string): StoredKey => {
  const { kind: _kind, ...rest } = stored.key;
  return { ...stored, key: { ...rest, kind: 'team', issuerId } };
};

/**
 * Whether Apple still lets a key in; `undefined` when Apple could not be asked.
 *
 * One 401 proves nothing, as Apple refuses valid tokens now and then (see `refusal-retries.ts`): each repeat signs a
 * fresh token, and only a key that is refused every time counts as refused.
 */
export async function stillAccepted(
  { ask, clock, sleep }: { ask: AskApple; clock: Clock; sleep: Sleep },
  keyUse: KeyUse,
  key: StoredKey,
): Promise<boolean | undefined> {
  const [read] = readsFor(keyUse, clock.now());
  let accepted = letIn(await ask(key, read));
  for (const pause of REPEATS_MILLIS) {
    if (accepted !== false) return accepted;
    await sleep(pause);
    accepted = letIn(await ask(key, read));
  }
  return accepted;
}

function letIn(probe: Probe): boolean | undefined {
  if (probe.outcome === 'unknown') return undefined;
  // A 403 is said to a key that Apple let in.
  return probe.outcome !== 'refused' || probe.error.code !== 'UNAUTHORIZED';
}
