import type { TokenSource } from '../auth/token-source.ts';
import type { AppStoreConnectError } from '../protocol/errors.ts';

/**
 * How long to wait before a refused request is sent once more. Stray refusals of valid tokens come from single
 * servers of Apple that lag behind; a repeat after a moment works.
 */
const REPEAT_PAUSE_MILLIS = 1_500;
/** Secrets that are replaced while a request runs: more often is another fault. */
const MAXIMUM_REREADS = 3;

/**
 * What is left to try for one request that Apple refused (401 or 403), in this order: corrected times; the secret read
 * again; where Apple accepted the key lately, the same token after a pause and then a fresh one, as valid tokens are
 * refused now and then; the key before the last rotation.
 *
 * A 403 of a key that Apple accepted lately is repeated once. A refusal is a definite answer, nothing has taken
 * effect; so this holds for writes, too.
 *
 * Source of the stray refusals: microsoft/asconnect#8, codemagic-ci-cd/cli-tools#178.
 */
export class RefusalRetries {
  readonly #tokens: TokenSource;
  readonly #forbidden: Set<string>;
  #clockTried = false;
  #sameTokenTried = false;
  #freshTokenTried = false;
  #forbiddenRepeated = false;
  #rereads = 0;

  /** @param forbidden endpoints of this invocation whose 403 a repeat has confirmed; it is added to */
  constructor(tokens: TokenSource, forbidden: Set<string>) {
    this.#tokens = tokens;
    this.#forbidden = forbidden;
  }

  /**
   * @param refused `versionId`: the version whose key signed the request. `clockCorrected`: this response has shown
   *   that the token was dated wrongly. `acceptedLately`: before this request Apple had accepted the key within a day
   * @returns how many milliseconds to wait before the request is sent again; `undefined` when nothing is left to try
   */
  async next(
    error: AppStoreConnectError,
    refused: { versionId: string; clockCorrected: boolean; acceptedLately: boolean },
  ): Promise<number | undefined> {
    if (error.code === 'FORBIDDEN') return this.#repeatForbidden(error, refused.acceptedLately);
    if (error.code !== 'UNAUTHORIZED') return undefined;
    if (refused.clockCorrected && !this.#clockTried) {
      this.#clockTried = true;
      return 0;
    }
    if (this.#rereads < MAXIMUM_REREADS && (await this.#tokens.rereadKey(refused.versionId))) {
      this.#rereads += 1;
      return 0;
    }
    if (refused.acceptedLately && this.#tokens.wasAcceptedLately()) {
      if (!this.#sameTokenTried) {
        this.#sameTokenTried = true;
        return REPEAT_PAUSE_MILLIS;
      }
      if (!this.#freshTokenTried) {
        this.#freshTokenTried = true;
        this.#tokens.renewTokens();
        return REPEAT_PAUSE_MILLIS;
      }
    }
    return (await this.#tokens.usePreviousKey(refused.versionId)) ? 0 : undefined;
  }

  #repeatForbidden(error: AppStoreConnectError, acceptedLately: boolean): number | undefined {
    const endpoint = `${error.facts?.method} ${error.facts?.path}`;
    const isCertain = error.diagnosis?.confidence === 'certain';
    if (this.#forbiddenRepeated) this.#forbidden.add(endpoint);
    if (this.#forbiddenRepeated || isCertain || !acceptedLately || this.#forbidden.has(endpoint))
      return undefined;
    this.#forbiddenRepeated = true;
    return REPEAT_PAUSE_MILLIS;
  }
}
