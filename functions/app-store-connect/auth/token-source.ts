import type { Clock } from '../../platform/util/clock.ts';
import { HOUR_MILLIS } from '../../platform/util/time.ts';
import type { ApiKey } from '../diagnosis/api-key.ts';
import type { ApiRead } from '../protocol/api-request.ts';
import { AppStoreConnectError } from '../protocol/errors.ts';
import type { AppleClock } from './apple-clock.ts';
import type { KeyCircuitBreaker, KeyVersion, Probe, Refusal } from './key-circuit-breaker.ts';
import { type AcceptedKey, acceptedLately, acceptedNow, isSameUse } from './key-history.ts';
import type { KeyStore, StoredKey } from './stored-key.ts';
import { mintToken, type Token } from './token.ts';
import { scopeOf } from './token-scope.ts';

/** Tokens of one secret for one invocation, and the choice of the key that signs them. */
export type TokenSource = {
  /**
   * To be called before Apple is called.
   *
   * @param probe what an earlier attempt of the same request was given
   * @returns the turn to probe a half-open circuit, where this request has it
   * @throws AppStoreConnectError `KEY_REFUSED` while the key's circuit is open
   */
  requirePermission(probe?: Probe): Promise<Probe | undefined>;
  /** The key in use: the current one, or the one before the last rotation while that serves. */
  signer(): Promise<StoredKey>;
  /** What Apple last accepted under this secret, as far as anybody has noted it. */
  lastAccepted(): AcceptedKey | undefined;
  /** A token for this read; the same one for the same scope while it lives. */
  forRead(request: ApiRead, signer: StoredKey): Promise<Token>;
  /** A new token for a write. Call it only when the write is about to go out. */
  forWrite(signer: StoredKey): Promise<Token>;
  /** Forgets the tokens, so that the next one is fresh. */
  renewTokens(): void;
  /** Whether Apple accepted exactly this key within the last day: then a single refusal proves little. */
  wasAcceptedLately(): boolean;
  /** Reads the secret again. `true`: a version that Apple has not refused here is current, so there is a key to try. */
  rereadKey(refusedVersionId: string): Promise<boolean>;
  /** Falls back to the key before the last rotation. `true`: there is one that was not refused yet. */
  usePreviousKey(refusedVersionId: string): Promise<boolean>;
  /** The difference of the clocks that a response showed. `true`: later tokens are dated otherwise. */
  observeSkew(skewMillis: number): boolean;
  /** Apple accepted the key in use, whatever it answered otherwise. */
  accepted(): Promise<void>;
  /**
   * Apple refused every key there was: opens the circuit.
   *
   * @param refusedVersionId the version whose key was refused last
   */
  refused(error: AppStoreConnectError, refusedVersionId: string): Promise<void>;
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
  /** Shared with all who use this key; where absent, every call is allowed. */
  breaker?: KeyCircuitBreaker;
  /** What is known of the key's history from elsewhere, where there is no circuit breaker. */
  lastAccepted?: AcceptedKey | undefined;
  /** Told when the previous key has to serve. */
  onFallback?: (fallback: { secretName: string; refusedKeyId: string; keyId: string }) => void;
};

/** A token is not used in its last seconds, as it could expire on its way. */
const SPARE_MILLIS = 15_000;
/** How often an acceptance is written down for the other functions. */
const NOTED_EVERY_MILLIS = HOUR_MILLIS;

/** Makes a token source. Keep it for one invocation only: that is how long its tokens may live. */
export const createTokenSource = (options: TokenSourceOptions): TokenSource => new SecretTokens(options);

class SecretTokens implements TokenSource {
  readonly #options: TokenSourceOptions;
  /** Dates the tokens. */
  readonly #tokenClock: Clock;
  readonly #tokens = new Map<string, Token>();
  #current: StoredKey | undefined;
  /** The previous key, while it serves in place of the refused current one. */
  #fallback: StoredKey | undefined;
  #fallbackTried = false;
  /** Versions that Apple has refused and not accepted since. */
  readonly #refusedVersions = new Set<string>();
  /** This invocation is the one that probes an open circuit. */
  #halfOpen = false;
  #lastAccepted: AcceptedKey | undefined;

  constructor(options: TokenSourceOptions) {
    this.#options = options;
    this.#tokenClock = options.appleClock ?? options.clock;
    this.#lastAccepted = options.lastAccepted;
  }

  async requirePermission(probe?: Probe): Promise<Probe | undefined> {
    const { breaker, keys, secretName, clock } = this.#options;
    await this.signer();
    // While the fallback serves, Apple is not asked with the current key.
    if (breaker === undefined || this.#fallback !== undefined) return undefined;
    const before = await this.#currentVersion();
    let permission = await breaker.allowRequest(before, probe);
    if (permission.kind === 'denied') {
      // Perhaps a new key has come: it has its own circuit.
      this.#current = await keys.reread(secretName);
      // mutation: gate-of-new-key
      if (this.#current.versionId !== before.versionId)
        permission = await breaker.allowRequest(await this.#currentVersion());
    }
    if (permission.kind === 'denied')
      throw keyRefused(secretName, permission.refusal, permission.retryAt - clock.now());
    this.#halfOpen = permission.probe !== undefined;
    this.#learn(permission.lastAccepted);
    return permission.probe;
  }

  async signer(): Promise<StoredKey> {
    if (this.#fallback !== undefined) return this.#fallback;
    this.#current = await this.#options.keys.current(this.#options.secretName);
    return this.#current;
  }

  lastAccepted(): AcceptedKey | undefined {
    return this.#lastAccepted;
  }

  async forRead(request: ApiRead, { key, versionId }: StoredKey): Promise<Token> {
    const { scoped, remainingMillis } = this.#options;
    const cacheKey = `${versionId} ${scoped ? scopeOf(request) : ''}`;
    const cached = this.#tokens.get(cacheKey);
    if (cached !== undefined && cached.expiresAt - SPARE_MILLIS > this.#tokenClock.now()) return cached;
    const purpose = { kind: 'read', request, lifetimeMillis: remainingMillis(), scoped } as const;
    const token = await mintToken(key, purpose, this.#tokenClock);
    this.#tokens.set(cacheKey, token);
    return token;
  }

  async forWrite({ key }: StoredKey): Promise<Token> {
    // mutation: token-per-write
    return mintToken(key, { kind: 'write' }, this.#tokenClock);
  }

  renewTokens(): void {
    this.#tokens.clear();
  }

  wasAcceptedLately(): boolean {
    if (this.#current === undefined || this.#fallback !== undefined) return false;
    return acceptedLately(this.#lastAccepted, this.#current.key, this.#options.clock.now());
  }

  async rereadKey(refusedVersionId: string): Promise<boolean> {
    this.#refusedVersions.add(refusedVersionId);
    this.#current = await this.#options.keys.reread(this.#options.secretName);
    // Several requests read the secret again at once: what one of them has found is new to all that were refused before.
    // mutation: new-key-tried
    if (this.#wasRefused(this.#current)) return false;
    this.#fallback = undefined;
    return true;
  }

  async usePreviousKey(refusedVersionId: string): Promise<boolean> {
    const { keys, secretName, onFallback } = this.#options;
    this.#refusedVersions.add(refusedVersionId);
    // Another request of this invocation has switched to it already.
    if (this.#fallback !== undefined) return !this.#wasRefused(this.#fallback);
    // A half-open probe is one request: the previous key was tried when the circuit opened.
    if (this.#fallbackTried || this.#halfOpen || this.#current === undefined) return false;
    this.#fallbackTried = true;
    const previous = await keys.previous(secretName);
    // Where a new key has come meanwhile, the previous one may be the one that was refused before it.
    // mutation: refused-fallback
    if (previous === undefined || this.#wasRefused(previous)) return false;
    if (isSameKey(previous.key, this.#current.key)) return false;
    this.#fallback = previous;
    onFallback?.({ secretName, refusedKeyId: this.#current.key.keyId, keyId: previous.key.keyId });
    return true;
  }

  observeSkew(skewMillis: number): boolean {
    const corrected = this.#options.appleClock?.observe(skewMillis) ?? false;
    if (corrected) this.renewTokens();
    return corrected;
  }

  async accepted(): Promise<void> {
    const { breaker, clock } = this.#options;
    const current = this.#current;
    if (current === undefined || this.#fallback !== undefined) return;
    this.#refusedVersions.delete(current.versionId);
    const [now, noted, wasHalfOpen] = [clock.now(), this.#lastAccepted, this.#halfOpen];
    this.#halfOpen = false;
    this.#learn(acceptedNow(current.key, now));
    if (breaker === undefined) return;
    const version = await this.#currentVersion();
    if (wasHalfOpen) await breaker.recordSuccess(version);
    const isNoted =
      noted !== undefined &&
      isSameUse(noted, current.key) &&
      now - noted.acceptedAt < NOTED_EVERY_MILLIS &&
      !wasHalfOpen;
    if (!isNoted) await breaker.noteAccepted(version, acceptedNow(current.key, now));
  }

  async refused(error: AppStoreConnectError, refusedVersionId: string): Promise<void> {
    const { diagnosis } = error;
    const current = await this.#currentVersion();
    // A new key that another request has read meanwhile was not asked with: its circuit stays closed.
    // mutation: circuit-of-new-key
    const isOfCurrent = error.code !== 'UNAUTHORIZED' || this.#wasRefused(current);
    const version = isOfCurrent ? current : { ...current, versionId: refusedVersionId };
    await this.#options.breaker?.recordFailure(version, {
      cause: diagnosis?.cause ?? 'not-a-key-fault',
      ...(diagnosis !== undefined && { confidence: diagnosis.confidence }),
      reason: error.message,
    });
  }

  /** The circuit is that of the current version, also while the previous one serves. */
  async #currentVersion(): Promise<KeyVersion> {
    const { keys, secretName } = this.#options;
    const { versionId } = this.#current ?? (await keys.current(secretName));
    return { secretName, versionId };
  }

  #wasRefused({ versionId }: Pick<KeyVersion, 'versionId'>): boolean {
    return this.#refusedVersions.has(versionId);
  }

  #learn(accepted: AcceptedKey | undefined): void {
    if ((accepted?.acceptedAt ?? 0) > (this.#lastAccepted?.acceptedAt ?? 0)) this.#lastAccepted = accepted;
  }
}

const isSameKey = (a: ApiKey, b: ApiKey): boolean => isSameUse(acceptedNow(a, 0), b);

/** What the cause is worth: a possibility is not told as a fact. */
const causeText = ({ cause, confidence }: Refusal): string => {
  if (confidence === 'possible') return `the cause is not known for certain, perhaps ${cause}`;
  return confidence === 'likely' ? `most likely ${cause}` : cause;
};

const keyRefused = (secretName: string, refusal: Refusal, retryAfterMillis: number): AppStoreConnectError =>
  new AppStoreConnectError({
    code: 'KEY_REFUSED',
    message: `Apple refuses the key in ${secretName} (${causeText(refusal)}). Nothing was requested; the work waits until Apple accepts the key. ${refusal.reason}`,
    retryAfterMillis: Math.max(0, retryAfterMillis),
  });
