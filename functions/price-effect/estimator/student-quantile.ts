/** How sure an interval is meant to be: 0.9 for the interval that is shown, 0.95 and more for words. */
export type Level = number;

const LEAST_DEGREES = 2;
/** More degrees hardly change an interval, and the fake dates overlap: their number promises more than they hold. */
const MAXIMUM_DEGREES = 30;
const STEPS = 4000;

/**
 * The two-sided quantile of Student's t: the factor of the standard error at which an interval of this level ends.
 * With t = √n · tan(θ) the density is that of cos(θ)^(n − 1), so its area is added up until it reaches the level.
 * At most 0.01 % off; below 2 degrees it is that of 2, above 30 that of 30.
 *
 * @param level - between 0 and 1, such as 0.95
 * @param degrees - degrees of freedom
 */
export function studentQuantile(level: Level, degrees: number): number {
  const known = KNOWN.get(`${level} ${degrees}`);
  if (known !== undefined) return known;
  const bounded = Math.min(Math.max(degrees, LEAST_DEGREES), MAXIMUM_DEGREES);
  const quantile = Math.sqrt(bounded) * Math.tan(angleOf(level, bounded));
  if (KNOWN.size >= MAXIMUM_KNOWN) KNOWN.clear();
  KNOWN.set(`${level} ${degrees}`, quantile);
  return quantile;
}

/** A look asks for the same few quantiles again and again. */
const KNOWN = new Map<string, number>();
const MAXIMUM_KNOWN = 1000;

/** The angle within which a share `level` of the distribution lies, by the midpoint rule. */
function angleOf(level: Level, degrees: number): number {
  const width = Math.PI / 2 / STEPS;
  const heights = Array.from({ length: STEPS }, (_, step) => Math.cos((step + 0.5) * width) ** (degrees - 1));
  let left = level * heights.reduce((sum, height) => sum + height, 0);
  for (const [step, height] of heights.entries()) {
    if (height >= left) return (step + left / height) * width;
    left -= height;
  }
  return Math.PI / 2;
}
