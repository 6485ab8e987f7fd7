/**
 * Exponential back-off with full jitter: a random wait below a bound that doubles with each attempt.
 *
 * @param attempt 1 for the first try
 * @param random a number in [0, 1)
 * @returns milliseconds
 */
export function backoffMillis(attempt: number, random: () => number): number {
  const FIRST_BOUND_MILLIS = 500;
  const LAST_BOUND_MILLIS = 20_000;
  return Math.floor(random() * Math.min(FIRST_BOUND_MILLIS * 2 ** (attempt - 1), LAST_BOUND_MILLIS));
}
