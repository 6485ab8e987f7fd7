import type { Probe } from '../auth/key-circuit-breaker.ts';
import { AppStoreConnectError } from '../protocol/errors.ts';
import type { ClientOptions, ResponseSummary } from './client-options.ts';
import { SPARE_MILLIS } from './quota-turns.ts';
import { RefusalRetries } from './refusal-retries.ts';

/** With less time than this a request is not sent once more. */
const SHORTEST_EXCHANGE_MILLIS = 20_000;

/** Sends a request until Apple accepts it or nothing is left to try: no other key, token or clock, or no time. */
export async function sendWithRetries<T>(
  options: ClientOptions,
  sendOnce: (attempt: Attempt) => Promise<T>,
  shared: {
    deadline: number;
    forbidden: Set<string>;
    admission: Admission;
    onResponse?: Attempt['onResponse'];
  },
): Promise<T> {
  const { tokens, clock, sleep, remainingMillis } = options;
  const retries = new RefusalRetries(tokens, shared.forbidden);
  for (;;) {
    const attempt: Attempt = {
      versionId: '',
      clockCorrected: false,
      acceptedLately: false,
      admission: shared.admission,
      onResponse: shared.onResponse,
    };
    try {
      return await sendOnce(attempt);
    } catch (error) {
      if (!(error instanceof AppStoreConnectError)) throw error;
      const pauseMillis = await retries.next(error, attempt);
      // mutation: report-refused-key
      if (pauseMillis === undefined && error.refusesEverything)
        await tokens.refused(error, attempt.versionId);
      if (pauseMillis === undefined) throw error;
      const isTimeLeft =
        clock.now() + pauseMillis + SHORTEST_EXCHANGE_MILLIS < shared.deadline &&
        pauseMillis + 2 * SPARE_MILLIS < remainingMillis();
      if (!isTimeLeft) throw error;
      if (pauseMillis > 0) await sleep(pauseMillis);
    }
  }
}

/** What all sendings of one request share: the turn to probe a half-open circuit, where the request has it. */
export type Admission = { probe: Probe | undefined };

/** One sending of a request: what its retries have to know of it. */
export type Attempt = {
  /** The secret's version whose key signed it; empty while none has. */
  versionId: string;
  /** Its response has shown that its token was dated wrongly. */
  clockCorrected: boolean;
  /** Before it was sent, Apple had accepted the key within a day. */
  acceptedLately: boolean;
  admission: Admission;
  onResponse: ((summary: ResponseSummary) => void) | undefined;
};
