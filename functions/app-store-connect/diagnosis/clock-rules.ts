import { diagnosisOf, type Rule } from './diagnosis.ts';
import type { DiagnosisFacts } from './facts.ts';

/** Apple refuses `exp - iat` above this. Source: "Generating Tokens for API Requests". */
const MAXIMUM_LIFETIME_SECONDS = 20 * 60;
/** Beyond this a clock is worth naming even where the token's own times are not known. */
const SUSPECT_MILLIS = 30_000;

const SYNCHRONIZE =
  'Synchronize the clock by NTP (Linux: timedatectl set-ntp true; macOS: sudo sntp -sS time.apple.com). The key is not at fault: do not make a new one.';

const isUnauthorized = ({ response }: DiagnosisFacts): boolean => response?.status === 401;

const seconds = (millis: number): number => Math.round(Math.abs(millis) / 1000);

/** `iat` lay in Apple's future: refused without a reason. */
const clockAhead: Rule = (facts) => {
  const { skewMillis = 0, token, now } = facts;
  if (!isUnauthorized(facts) || skewMillis > -SUSPECT_MILLIS) return undefined;
  const proven = token !== undefined && now !== undefined && token.issuedAt * 1000 > now + skewMillis;
  // A token whose times are known and fit Apple's was refused for another reason, however wrong the clock is.
  if (token !== undefined && !proven) return undefined;
  return diagnosisOf(
    'clock-ahead',
    proven ? 'certain' : 'likely',
    `This machine's clock is ${seconds(skewMillis)} s ahead of Apple's, so the token was dated in Apple's future. ${SYNCHRONIZE}`,
  );
};

/** The token had ended by Apple's clock when it arrived. */
const clockBehind: Rule = (facts) => {
  const { skewMillis = 0, token, now } = facts;
  if (!isUnauthorized(facts) || skewMillis < SUSPECT_MILLIS) return undefined;
  const proven = token !== undefined && now !== undefined && token.expiresAt * 1000 <= now + skewMillis;
  if (token !== undefined && !proven) return undefined;
  return diagnosisOf(
    'clock-behind',
    proven ? 'certain' : 'likely',
    `This machine's clock is ${seconds(skewMillis)} s behind Apple's, so the token had ended when it arrived. ${SYNCHRONIZE}`,
  );
};

const lifetimeTooLong: Rule = (facts) => {
  const { token } = facts;
  if (!isUnauthorized(facts) || token === undefined) return undefined;
  const lifetime = token.expiresAt - token.issuedAt;
  if (lifetime <= MAXIMUM_LIFETIME_SECONDS) return undefined;
  return diagnosisOf(
    'lifetime-too-long',
    'certain',
    `The token's lifetime (exp - iat) is ${lifetime} s and Apple takes ${MAXIMUM_LIFETIME_SECONDS} s at most. Whoever makes the token has to make it shorter; the key is not at fault.`,
  );
};

export const clockRules: readonly Rule[] = [clockAhead, clockBehind, lifetimeTooLong];
