import { type Currency, currencyOf } from './currencies.ts';

/** From, to (excluded) and step of the dollar's round amounts, in cents: about 800 points up to 10 000 dollars. */
const steps: readonly (readonly [from: number, to: number, step: number])[] = [
  [30, 1000, 10],
  [1000, 5000, 50],
  [5000, 20_000, 100],
  [20_000, 50_000, 500],
  [50_000, 100_000, 1000],
  [100_000, 1_000_000 + 2500, 2500],
];

const roundAmounts: readonly number[] = steps.flatMap(([from, to, step]) =>
  Array.from({ length: Math.ceil((to - from) / step) }, (_, index) => from + index * step),
);

const ladders = new Map<string, readonly number[]>();

/** Every price that a currency can have, in minor units, cheapest first. */
export function priceLadder(currencyCode: string): readonly number[] {
  const known = ladders.get(currencyCode);
  if (known !== undefined) return known;
  const currency = currencyOf(currencyCode);
  const ladder = roundAmounts.map((cents) => localAmount(cents, currency));
  ladders.set(currencyCode, ladder);
  return ladder;
}

function localAmount(cents: number, { decimals, scale, ending }: Currency): number {
  const round = decimals === 0 ? (cents * scale) / 100 : cents * scale;
  if (ending === 'round') return round;
  return round - (ending === '9' ? 100 : 1);
}

/** The step of another currency's ladder that comes closest at the made-up rate; the lower one of two. */
export function closestStep(minor: number, from: string, to: string): number {
  const target = converted(minor, currencyOf(from), currencyOf(to));
  const ladder = priceLadder(to);
  const above = ladder.findIndex((amount) => BigInt(amount) >= target);
  if (above < 0) return ladder.length - 1;
  if (above === 0) return 0;
  const up = BigInt(ladder[above] ?? 0) - target;
  const down = target - BigInt(ladder[above - 1] ?? 0);
  return down <= up ? above - 1 : above;
}

/** Whole minor units, rounded half up. */
function converted(minor: number, from: Currency, to: Currency): bigint {
  const fine = (amount: number): bigint => BigInt(amount);
  const numerator = fine(minor) * fine(to.perDollar) * 10n ** BigInt(to.decimals);
  const denominator = fine(from.perDollar) * 10n ** BigInt(from.decimals);
  return (2n * numerator + denominator) / (2n * denominator);
}
