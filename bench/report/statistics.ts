/** The middle one; of an even number the upper of both. NaN where there is none. */
export const median = (values: readonly number[]): number =>
  values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;

/** NaN where the whole is nothing. */
export const percentOf = (part: number, whole: number): number =>
  whole === 0 ? Number.NaN : (100 * part) / whole;

/** With one decimal; `-` for NaN. */
export const formatPercent = (value: number): string => (Number.isNaN(value) ? '-' : value.toFixed(1));
