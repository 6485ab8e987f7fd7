/** A decimal number as text, such as `49.99`: how Apple writes amounts. Never a binary float. */
export type DecimalText = string;

type Scaled = { units: bigint; scale: number };

const DECIMAL = /^(-?)(\d+)(?:\.(\d+))?$/;

/** Whether text is a plain, not negative decimal number: no sign, no exponent, no separators. */
export const isAmount = (text: string): boolean => /^\d{1,15}(\.\d{1,6})?$/.test(text);

/** -1, 0 or 1. Throws RangeError for text that is no decimal number. */
export function compareDecimals(a: DecimalText, b: DecimalText): number {
  const [left, right] = aligned(parse(a), parse(b));
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The shortest text of the same number: `49.90` becomes `49.9`. */
export function canonicalDecimal(text: DecimalText): DecimalText {
  return format(parse(text));
}

/** Digits after the point that the number needs: 0 for `100.00`. */
export const decimalsNeeded = (text: DecimalText): number =>
  canonicalDecimal(text).split('.')[1]?.length ?? 0;

export function multiplyDecimals(a: DecimalText, b: DecimalText): DecimalText {
  const [left, right] = [parse(a), parse(b)];
  return format({ units: left.units * right.units, scale: left.scale + right.scale });
}

export function addDecimals(a: DecimalText, b: DecimalText): DecimalText {
  const scale = Math.max(parse(a).scale, parse(b).scale);
  const [left, right] = aligned(parse(a), parse(b));
  return format({ units: left + right, scale });
}

/**
 * Sums by currency: money of different currencies is never added. What has no amount, or is of several currencies, is
 * left out.
 */
export function sumByCurrency(
  amounts: readonly { currency: string | null; amount: DecimalText | null }[],
): Record<string, DecimalText> {
  const sums: Record<string, DecimalText> = {};
  for (const { currency, amount } of amounts)
    if (currency !== null && amount !== null) sums[currency] = addDecimals(sums[currency] ?? '0', amount);
  return sums;
}

/** The distance of two numbers, never negative. */
export function distanceOf(a: DecimalText, b: DecimalText): DecimalText {
  const scale = Math.max(parse(a).scale, parse(b).scale);
  const [left, right] = aligned(parse(a), parse(b));
  return format({ units: left > right ? left - right : right - left, scale });
}

/**
 * The change from one amount to another in percent, rounded half away from zero to one decimal: `-12.5`.
 *
 * @returns `undefined` from zero, where no percentage says anything
 */
export function percentChange(from: DecimalText, to: DecimalText): DecimalText | undefined {
  const [before, after] = aligned(parse(from), parse(to));
  if (before === 0n) return undefined;
  const thousandths = (after - before) * 1000n;
  const half = thousandths < 0n ? -before / 2n : before / 2n;
  return format({ units: (thousandths + half) / before, scale: 1 });
}

/** Whether an amount rises by more than so many percent, exactly. From zero every rise is more. */
export function risesByMoreThan(from: DecimalText, to: DecimalText, percent: number): boolean {
  return exceeds(from, to, percent, 1n);
}

/** Whether an amount falls by more than so many percent, exactly. */
export function fallsByMoreThan(from: DecimalText, to: DecimalText, percent: number): boolean {
  return exceeds(from, to, percent, -1n);
}

function exceeds(from: DecimalText, to: DecimalText, percent: number, direction: bigint): boolean {
  const [before, after] = aligned(parse(from), parse(to));
  // Not String(): 1e-7 has no decimal text of its own. Six decimals are more than any limit needs.
  const limit = parse(percent.toFixed(6));
  const scale = 10n ** BigInt(limit.scale);
  return (after - before) * direction * 100n * scale > before * limit.units;
}

function parse(text: string): Scaled {
  const match = DECIMAL.exec(text);
  if (match === null) throw new RangeError(`"${text}" is not a decimal number`);
  const [, sign, whole = '', fraction = ''] = match;
  const units = BigInt(whole + fraction);
  return { units: sign === '-' ? -units : units, scale: fraction.length };
}

function aligned(a: Scaled, b: Scaled): [bigint, bigint] {
  const scale = Math.max(a.scale, b.scale);
  return [a.units * 10n ** BigInt(scale - a.scale), b.units * 10n ** BigInt(scale - b.scale)];
}

function format({ units, scale }: Scaled): DecimalText {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const fraction = digits.slice(digits.length - scale).replace(/0+$/, '');
  const whole = digits.slice(0, digits.length - scale);
  const text = scale === 0 || fraction === '' ? whole : `${whole}.${fraction}`;
  return units < 0n && text !== '0' ? `-${text}` : text;
}
