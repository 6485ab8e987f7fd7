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
  let [low, high] = [0, ladder.length - 1];
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    if ((ladder[middle] ?? 0) < target) low = middle + 1;
    else high = middle;
  }
  const [below, above] = [ladder[low - 1], ladder[low] ?? 0];
  return below !== undefined && target - below <= above - target ? low - 1 : low;
}

/** Whole minor units, rounded half up. The products on the way do not fit into a number. */
function converted(minor: number, from: Currency, to: Currency): number {
  const fine = (amount: number): bigint => BigInt(amount);
  const numerator = fine(minor) * fine(to.perDollar) * 10n ** BigInt(to.decimals);
  const denominator = fine(from.perDollar) * 10n ** BigInt(from.decimals);
  return Number((2n * numerator + denominator) / (2n * denominator));
}
