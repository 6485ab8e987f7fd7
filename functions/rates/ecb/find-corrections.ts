import type { Rate } from '../store/rate.ts';

/** A published rate that is not the stored one. `before` is undefined where the day was stored without this currency. */
export type Correction = Rate & { before: string | undefined };

/** The table's numbers have six decimals, the file's as many as it needs. */
const withoutZeros = (decimal: string): string =>
  decimal.includes('.') ? decimal.replace(/\.?0+$/, '') : decimal;

const keyOf = ({ currency, day }: Pick<Rate, 'currency' | 'day'>): string => `${day} ${currency}`;

/**
 * Compares a file of rates with what is stored of the same days. A rate that the file no longer has is no correction: the
 * file says nothing about it, and the stored one stays.
 *
 * @param stored the rates that count today, one per currency and day
 * @param latest the last day that is stored: later ones are new and nothing to compare
 */
export function findCorrections(
  published: readonly Rate[],
  stored: readonly Rate[],
  { first, latest }: { first: string; latest: string },
): Correction[] {
  const known = new Map(stored.map((rate) => [keyOf(rate), rate.perEur]));
  return published
    .filter(({ day }) => day >= first && day <= latest)
    .flatMap((rate) => {
      const before = known.get(keyOf(rate));
      return before !== undefined && withoutZeros(before) === withoutZeros(rate.perEur)
        ? []
        : [{ ...rate, before }];
    });
}
