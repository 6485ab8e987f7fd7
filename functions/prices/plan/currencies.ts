import type { Problem } from '../../platform/errors.ts';
import type { PriceRequest } from '../request/price-request.ts';
import type { PlanEntry } from './plan-entry.ts';
import type { PriceState } from './price-state.ts';

/** Territory → the currency in which Apple sells there now (ISO 4217). */
export type Currencies = ReadonlyMap<string, string | undefined>;

/** The currencies that a product's prices already tell. */
export const currenciesOf = (state: PriceState): Map<string, string | undefined> =>
  new Map([...state.territories].map(([name, { currency }]) => [name, currency]));

/**
 * Prices that were asked for in another currency than Apple sells in. A number means nothing without its currency, so
 * such a price is never applied: 59.99 leva are not 59.99 euros.
 */
export function currencyProblems({ currencies = {}, returnOf }: PriceRequest, known: Currencies): Problem[] {
  return Object.entries(currencies).flatMap(([territory, asked]) => {
    // mutation: plan-currency
    const actual = known.get(territory);
    if (actual === undefined || actual === asked) return [];
    const message =
      returnOf === undefined
        ? `the price is in ${asked}, but Apple sells in ${territory} in ${actual} now; the amount is not applied. Ask for a price in ${actual}`
        : `keeps the temporary price: the price of before is in ${asked}, but Apple sells in ${territory} in ${actual} now. Request a price in ${actual} for ${territory} under a new key. All other territories go back without you, by the next attempt`;
    return [{ path: `${PATH}${territory}`, message }];
  });
}

const PATH = 'currencies.';

/** The territories of problems about currencies. */
export const otherCurrencyIn = (problems: readonly Problem[]): string[] =>
  problems.flatMap(({ path }) => (path.startsWith(PATH) ? [path.slice(PATH.length)] : []));

/** Entries with the currency of territories that have no price yet. */
export const withCurrencies = (entries: readonly PlanEntry[], known: Currencies): PlanEntry[] =>
  entries.map((entry) =>
    entry.currency === null ? { ...entry, currency: known.get(entry.territory) ?? null } : entry,
  );
