import type { Clock } from '../../platform/util/clock.ts';
import type { ApiKey } from '../api-key.ts';
import type { ApiRead } from '../protocol/api-request.ts';
import { AppStoreConnectError } from '../protocol/errors.ts';
import type { AppleClock } from './apple-clock.ts';
import type { KeyCircuitBreaker } from './key-circuit-breaker.ts';
import type { KeyStore, StoredKey } from './key-store.ts';
import { mintToken, type Token } from './token.ts';
import { scopeOf } from './token-scope.ts';

/** Tokens of one secret for one invocation, and what becomes of a key that is refused. */
export type TokenSource = {
  /** The key in use, for diagnosis and the request budget. */
  key(): Promise<ApiKey>;
  /**
   * To be called before Apple is.
   *
   * @throws AppStoreConnectError `KEY_REFUSED` while the key's circuit is open
   */
  enter(): Promise<void>;
  /** A token for this read; the same one for the same scope while it lives. */
  forRead(request: ApiRead): Promise<Token>;
  /** A new token for a write. Call it only when the write is about to go out. */
  forWrite(): Promise<Token>;
  /** After a 401: reads the secret again, then falls back to the previous key. `true`: there is another key to try. */
  nextKey(): Promise<boolean>;
  /** The difference of the clocks that an answer showed. `true`: later tokens are dated otherwise. */
  observeSkew(skewMillis: number): boolean;
  /** Apple accepted the key in use, whatever it answered otherwise. */
  accepted(): Promise<void>;
  /** Apple refused every key there is, or the rights of the one in use: opens the circuit. */
  refused(error: AppStoreConnectError): Promise<void>;
};

export type TokenSourceOptions = {
  keys: KeyStore;
  secretName: string;
  clock: Clock;
  /** Milliseconds that this invocation may still run: no token outlives it. */
  remainingMillis: () => number;
  /** `false` turns scoping off (`SCOPED_TOKENS=off`), should Apple ever change its comparison. */
  scoped: boolean;
  /** Dates the tokens; the machine's own clock where absent. */
  appleClock?: AppleClock;
  /** Shared with all who use this key; where absent, every call is admitted. */
  breaker?: KeyCircuitBreaker;
  /** Told when the previous key has to serve. */
  onFallback?: (fallback: { secretName: string; refusedKeyId: string; keyId: string }) => void;
};

/** A token is not used in its last seconds, as it could expire on its way. */
const SPARE_MILLIS = 15_000;

/** Makes a token source. Keep it for one invocation only: that is how long its cache may live. */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { keys, secretName, clock, remainingMillis, scoped, appleClock, breaker } = options;
  const dated = appleClock ?? clock;
  const cache = new Map<string, Token>();
  let current: StoredKey | undefined;
  let fallback: StoredKey | undefined;
  let fallbackTried = false;
  let halfOpen = false;

  const inUse = async (): Promise<StoredKey> => {
    if (fallback !== undefined) return fallback;
    current = await keys.current(secretName);
    return current;
  };
  const key = async (): Promise<ApiKey> => (await inUse()).key;
  /** The circuit is that of the current version, also while the previous one serves. */
  const currentVersion = async () => ({
    secretName,
    versionId: (current ?? (await keys.current(secretName))).versionId,
  });

  return {
    key,
    enter: async () => {
      await inUse();
      // Once the fallback serves, the current key is not asked with any more.
      if (breaker === undefined || fallback !== undefined) return;
      const before = await currentVersion();
      let permission = await breaker.allowRequest(before);
      if (permission.kind === 'denied') {
        // Perhaps a new key has come: it has its own circuit.
        current = await keys.reread(secretName);
        // mutation: gate-of-new-key
        if (current.versionId !== before.versionId)
          permission = await breaker.allowRequest(await currentVersion());
      }
      if (permission.kind === 'denied')
        throw keyRefused(secretName, permission.refusal, permission.retryAt - clock.now());
      halfOpen = permission.halfOpen;
    },
    forRead: async (request) => {
      const { key: signing, versionId } = await inUse();
      const cacheKey = `${versionId} ${scoped ? scopeOf(request) : ''}`;
      const cached = cache.get(cacheKey);
      if (cached !== undefined && cached.expiresAt - SPARE_MILLIS > dated.now()) return cached;
      const purpose = { kind: 'read', request, lifetimeMillis: remainingMillis(), scoped } as const;
      const token = await mintToken(signing, purpose, dated);
      cache.set(cacheKey, token);
      return token;
    },
    // mutation: token-per-write
    forWrite: async () => mintToken(await key(), { kind: 'write' }, dated),
    nextKey: async () => {
      const before = current?.versionId;
      current = await keys.reread(secretName);
      if (current.versionId !== before) {
        fallback = undefined;
        return true;
      }
      // A half-open probe is one call: the previous key was tried when the circuit opened.
      if (fallbackTried || halfOpen) return false;
      fallbackTried = true;
      const previous = await keys.previous(secretName);
      if (previous === undefined || isSameKey(previous.key, current.key)) return false;
      fallback = previous;
      options.onFallback?.({ secretName, refusedKeyId: current.key.keyId, keyId: previous.key.keyId });
      return true;
    },
    observeSkew: (skewMillis) => {
      const corrected = appleClock?.observe(skewMillis) ?? false;
      if (corrected) cache.clear();
      return corrected;
    },
    accepted: async () => {
      if (halfOpen && fallback === undefined) await breaker?.recordSuccess(await currentVersion());
      halfOpen = false;
    },
    refused: async (error) => {
      const { diagnosis } = error;
      await breaker?.recordFailure(await currentVersion(), {
        cause: diagnosis?.cause ?? 'not-a-key-fault',
        reason: error.message,
      });
    },
  };
}

const isSameKey = (a: ApiKey, b: ApiKey): boolean =>
  a.keyId === b.keyId && a.thumbprint === b.thumbprint && a.kind === b.kind && issuerOf(a) === issuerOf(b);

const issuerOf = (key: ApiKey): string | undefined => (key.kind === 'team' ? key.issuerId : undefined);

const keyRefused = (
  secretName: string,
  refusal: { cause: string; reason: string },
  retryAfterMillis: number,
): AppStoreConnectError =>
  new AppStoreConnectError({
    code: 'KEY_REFUSED',
    message: `Apple refuses the key in ${secretName} (${refusal.cause}); nothing was asked, the work waits until the key is well. ${refusal.reason}`,
    retryAfterMillis: Math.max(0, retryAfterMillis),
  });
