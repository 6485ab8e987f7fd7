import type { ApiKey } from '../../app-store-connect/api-key.ts';
import type { AppleClock } from '../../app-store-connect/auth/apple-clock.ts';
import { fixedKey } from '../../app-store-connect/auth/fixed-key.ts';
import type { StoredKey } from '../../app-store-connect/auth/key-store.ts';
import { createTokenSource } from '../../app-store-connect/auth/token-source.ts';
import { createClient } from '../../app-store-connect/client/client.ts';
import type { ApiRead } from '../../app-store-connect/protocol/api-request.ts';
import { AppStoreConnectError } from '../../app-store-connect/protocol/errors.ts';
import type { RequestQuota } from '../../app-store-connect/rate-limit/request-quota.ts';
import type { Clock, Sleep } from '../../platform/util/clock.ts';
import { dayOf } from '../store/key-age.ts';
import type { KeyUse } from '../store/key-use.ts';

/** What asking Apple with one key came to. */
export type Probe = { endpoint: string; skewSeconds?: number } & (
  | { outcome: 'accepted' }
  /** Apple refused the key (401), the team (agreement) or the right (403). */
  | { outcome: 'refused'; error: AppStoreConnectError }
  /** Apple could not be asked: ill, no network, requests used up. Says nothing about the key. */
  | { outcome: 'unknown'; error: AppStoreConnectError }
);

export type ProbeOptions = {
  baseUrl: string;
  fetch: typeof fetch;
  quota: RequestQuota;
  clock: Clock;
  appleClock: AppleClock;
  scoped: boolean;
  remainingMillis: () => number;
  sleep: Sleep;
  /** A number in [0, 1), for jitter. */
  random: () => number;
};

/** Asks Apple for one thing with one key. */
export type AskApple = (key: StoredKey, read: ApiRead) => Promise<Probe>;

/** The answer's body is of no interest: that there is one is. */
const discard = async (answer: Response): Promise<void> => answer.body?.cancel();

/** Makes probes: real calls with tokens scoped to exactly what is asked. */
export function createProbe(options: ProbeOptions): AskApple {
  return async (stored, read) => {
    let skewSeconds: number | undefined;
    const client = createClient({
      ...options,
      tokens: createTokenSource({ ...options, keys: fixedKey(stored), secretName: stored.key.keyId }),
      priority: 'today',
      onResponse: ({ skewMillis }) => {
        if (skewMillis !== undefined) skewSeconds = Math.round(skewMillis / 1000);
      },
    });
    const facts = () => ({ endpoint: read.path, ...(skewSeconds !== undefined && { skewSeconds }) });
    try {
      await client.read(read, discard, { accept: 'application/a-gzip, application/json' });
      return { ...facts(), outcome: 'accepted' };
    } catch (error) {
      if (!(error instanceof AppStoreConnectError)) throw error;
      return { ...facts(), ...judge(error) };
    }
  };
}

function judge(
  error: AppStoreConnectError,
): { outcome: 'accepted' } | { outcome: 'refused' | 'unknown'; error: AppStoreConnectError } {
  if (error.refusesEverything || error.code === 'FORBIDDEN') return { outcome: 'refused', error };
  // Apple looked at the request itself: no report, no such vendor. So the key may ask.
  const answered = ['NOT_FOUND', 'GONE', 'INVALID_REQUEST', 'CONFLICT', 'NOT_ACCEPTABLE'].includes(
    error.code,
  );
  return answered ? { outcome: 'accepted' } : { outcome: 'unknown', error };
}

/** What Apple is asked to see whether a key may do its job, one read an endpoint that the job needs. */
export function readsFor({ job, settings }: KeyUse, now: number): readonly [ApiRead, ...ApiRead[]] {
  if (job === 'prices') return [APPS];
  const [vendor] = settings.vendors;
  // A report of two days ago is there, or Apple says that nothing was sold: both prove the right.
  const sales: ApiRead = {
    path: '/v1/salesReports',
    query: {
      'filter[frequency]': 'DAILY',
      'filter[reportDate]': dayOf(now - 2 * 24 * 3_600_000),
      'filter[reportSubType]': 'SUMMARY',
      'filter[reportType]': 'SALES',
      'filter[vendorNumber]': vendor?.number ?? '80000000',
      'filter[version]': '1_0',
    },
  };
  const withFinance = settings.vendors.find(({ reports }) =>
    reports.some((name) => name.startsWith('FINANC')),
  );
  if (withFinance === undefined) return [sales];
  const finance: ApiRead = {
    path: '/v1/financeReports',
    query: {
      'filter[regionCode]': 'ZZ',
      'filter[reportDate]': dayOf(now - 90 * 24 * 3_600_000).slice(0, 7),
      'filter[reportType]': 'FINANCIAL',
      'filter[vendorNumber]': withFinance.number,
    },
  };
  return [sales, finance];
}

/** A read that prices need and reports do not. */
export const APPS: ApiRead = { path: '/v1/apps', query: { limit: '1' } };

/** Asks for all of them, and stops at the first that is not accepted: a dead key costs one call. */
export async function probeAll(
  ask: AskApple,
  key: StoredKey,
  reads: readonly [ApiRead, ...ApiRead[]],
): Promise<Probe> {
  const [first, ...others] = reads;
  let probe = await ask(key, first);
  for (const read of others) {
    if (probe.outcome !== 'accepted') return probe;
    probe = await ask(key, read);
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

/** Whether Apple still lets a key in; `undefined` when Apple could not be asked. */
export async function stillAccepted(
  ask: AskApple,
  keyUse: KeyUse,
  key: StoredKey,
  now: number,
): Promise<boolean | undefined> {
  const [read] = readsFor(keyUse, now);
  const probe = await ask(key, read);
  if (probe.outcome === 'unknown') return undefined;
  // A 403 is said to a key that Apple let in.
  return probe.outcome === 'accepted' || probe.error.code !== 'UNAUTHORIZED';
}
