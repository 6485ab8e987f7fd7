/**
 * Reads decimal text as a whole number of units of 10^-scale; digits beyond the scale are dropped.
 *
 * @example fixedPoint('-1.5', 6) // -1_500_000n
 */
export function fixedPoint(decimal: string, scale: number): bigint {
  const [whole = '', fraction = ''] = decimal.replace(/^[+-]/, '').split('.');
  const value = BigInt(`${whole || '0'}${fraction.slice(0, scale).padEnd(scale, '0')}`);
  return decimal.startsWith('-') ? -value : value;
}
