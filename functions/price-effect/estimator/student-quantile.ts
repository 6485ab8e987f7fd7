/** How sure an interval is meant to be: 0.9 for the interval that is shown, 0.95 and 0.98 for words. */
export type Level = 0.9 | 0.95 | 0.98;

const DEGREES = [2, 2.5, 3, 4, 5, 6, 8, 10, 15, 30];
const QUANTILES: Readonly<Record<Level, readonly number[]>> = {
  0.9: [2.92, 2.558, 2.353, 2.132, 2.015, 1.943, 1.86, 1.812, 1.753, 1.697],
  0.95: [4.303, 3.575, 3.182, 2.776, 2.571, 2.447, 2.306, 2.228, 2.131, 2.042],
  0.98: [6.965, 5.353, 4.541, 3.747, 3.365, 3.143, 2.896, 2.764, 2.602, 2.457],
};

/**
 * The two-sided quantile of Student's t: the factor of the standard error at which an interval of this level ends.
 * Between the table's columns it is linear in 1/degrees, at most 1.1 % off; above 30 degrees it is that of 30.
 *
 * @param degrees - degrees of freedom, at least 2
 */
export function studentQuantile(level: Level, degrees: number): number {
  const quantiles = QUANTILES[level];
  const bounded = Math.min(Math.max(degrees, 2), 30);
  const upper = Math.max(
    1,
    DEGREES.findIndex((column) => column >= bounded),
  );
  const [from, to] = [DEGREES[upper - 1] ?? 2, DEGREES[upper] ?? 30];
  const [low, high] = [quantiles[upper - 1] ?? 0, quantiles[upper] ?? 0];
  const share = (1 / from - 1 / bounded) / (1 / from - 1 / to);
  return low + share * (high - low);
}
