import type { Clock } from '../platform/clock.ts';
import type { ApiKey } from './api-key.ts';
import type { ApiRead } from './api-request.ts';
import type { KeyStore } from './key-store.ts';
import { scopeOf } from './scope.ts';
import { mintToken, type Token } from './token.ts';

/** Tokens of one key for one invocation. */
export type TokenSource = {
  /** The key in use, for diagnosis and the request budget. */
  key(): Promise<ApiKey>;
  /** A token for this read; the same one for the same scope while it lives. */
  forRead(request: ApiRead): Promise<Token>;
  /** A new token for a write. Call it only when the write is about to go out. */
  forWrite(): Promise<Token>;
  /** After a 401: reads the secret again. `true` when it holds another key now. */
  keyChanged(): Promise<boolean>;
};

export type TokenSourceOptions = {
  keys: KeyStore;
  secretName: string;
  clock: Clock;
  /** Milliseconds that this invocation may still run: no token outlives it. */
  remainingMillis: () => number;
  /** `false` turns scoping off (`SCOPED_TOKENS=off`), should Apple ever change its comparison. */
  scoped: boolean;
};

/** A token is not used in its last seconds, as it could expire on its way. */
const SPARE_MILLIS = 15_000;

/** Makes a token source. Keep it for one invocation only: that is how long its cache may live. */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const { keys, secretName, clock, remainingMillis, scoped } = options;
  const cache = new Map<string, Token>();
  let usedVersion: string | undefined;

  const key = async (): Promise<ApiKey> => {
    const stored = await keys.current(secretName);
    usedVersion = stored.versionId;
    return stored.key;
  };

  return {
    key,
    forRead: async (request) => {
      const signing = await key();
      const cacheKey = `${usedVersion} ${scoped ? scopeOf(request) : ''}`;
      const cached = cache.get(cacheKey);
      if (cached !== undefined && cached.expiresAt - SPARE_MILLIS > clock.now()) return cached;
      const purpose = { kind: 'read', request, lifetimeMillis: remainingMillis(), scoped } as const;
      const token = await mintToken(signing, purpose, clock);
      cache.set(cacheKey, token);
      return token;
    },
    forWrite: async () => mintToken(await key(), { kind: 'write' }, clock),
    keyChanged: async () => {
      const before = usedVersion;
      const { versionId } = await keys.reread(secretName);
      return versionId !== before;
    },
  };
}
