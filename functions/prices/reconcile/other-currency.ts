import type { PriceState } from '../plan/price-state.ts';
import { currencyChangeOf } from '../request/currency-changes.ts';
import { compareDecimals } from '../request/decimal.ts';
import type { PriceRequest } from '../request/price-request.ts';
import type { FirstCurrencies, FirstCurrency } from '../store/kept/desired-currencies.ts';

/** A desired price that is, or may be, in another currency than Apple sells in. It is told and never applied. */
export type OtherCurrency = {
  territory: string;
  /** In which Apple sells now, with the present price. */
  currency: string | null;
  present: string | null;
  desired: string;
  /** In which the file states the price; without a word of the file, the one in which it may. */
  desiredCurrency: string;
  message: string;
};

/**
 * The currency in which each price of a file was first compared. A price that stays the same keeps it; a new price, or
 * one whose currency the file names, is in the currency of today.
 */
export function firstCurrencies(
  request: PriceRequest,
  { territories }: PriceState,
  known: FirstCurrencies,
): FirstCurrencies {
  return Object.fromEntries(
    Object.entries(pricesOf(request)).flatMap(([territory, price]): [string, FirstCurrency][] => {
      const currency = request.currencies?.[territory] ?? territories.get(territory)?.currency;
      const first = known[territory];
      const isSame = first !== undefined && compareDecimals(first.price, price) === 0;
      if (isSame && request.currencies?.[territory] === undefined) return [[territory, first]];
      return currency === undefined ? [] : [[territory, { price, currency }]];
    }),
  );
}

/**
 * The prices of a file that cannot be read as amounts in Apple's currency: the file names another one, or names none
 * for a territory whose currency has changed since the price was first compared, or while such files were kept.
 *
 * @param first the currency in which each price was first compared
 */
export function inOtherCurrency(
  request: PriceRequest,
  { territories, today }: PriceState,
  first: FirstCurrencies,
): OtherCurrency[] {
  return Object.entries(pricesOf(request)).flatMap(([territory, desired]) => {
    const { currency, present } = territories.get(territory) ?? {};
    if (currency === undefined) return [];
    const named = request.currencies?.[territory];
    const price = present?.customerPrice ?? null;
    const found = { territory, currency, present: price, desired };
    // mutation: drift-named-currency
    if (named !== undefined && named !== currency)
      return [
        {
          ...found,
          desiredCurrency: named,
          message: `${territory}: the file says ${desired} ${named}, but Apple sells there in ${currency} now; it is not applied as a number. Put the price in ${currency} into the file`,
        },
      ];
    const was = first[territory];
    // mutation: drift-first-currency
    if (named === undefined && was !== undefined && was.currency !== currency)
      return [
        {
          ...found,
          desiredCurrency: was.currency,
          message: `${territory}: when ${desired} was first compared, Apple sold there in ${was.currency}, and sells in ${currency} now; it is not applied as a number. Put the price in ${currency} into the file, with its currency`,
        },
      ];
    const change = currencyChangeOf(territory, today);
    const same = price !== null && compareDecimals(price, desired) === 0;
    if (named !== undefined || change === undefined || change.to !== currency || same) return [];
    return [
      {
        ...found,
        desiredCurrency: change.from,
        message: `${territory} changed from ${change.from} to ${change.to} on ${change.on}, and the file does not say in which currency ${desired} is; it is not applied as a number. Say it: "currencies": { "${territory}": "${currency}" } in JSON, a column currency in CSV`,
      },
    ];
  });
}

const pricesOf = ({ prices, equalizeFrom, index }: PriceRequest): Readonly<Record<string, string>> => ({
  ...prices,
  ...equalizeFrom?.overrides,
  ...(equalizeFrom !== undefined && { [equalizeFrom.territory]: equalizeFrom.price }),
  ...(index !== undefined && { [index.territory]: index.price }),
});

/** The request without some territories; `undefined` where nothing is left, or everything is made from one of them. */
export function without(
  request: PriceRequest,
  setAside: readonly Pick<OtherCurrency, 'territory'>[],
): PriceRequest | undefined {
  const gone = new Set(setAside.map(({ territory }) => territory));
  if (gone.size === 0) return request;
  const keep = <T>(record: Readonly<Record<string, T>>): Record<string, T> =>
    Object.fromEntries(Object.entries(record).filter(([territory]) => !gone.has(territory)));
  const { prices, equalizeFrom, index, currencies } = request;
  if (index !== undefined && gone.has(index.territory)) return undefined;
  if (equalizeFrom !== undefined && gone.has(equalizeFrom.territory)) return undefined;
  const left = prices === undefined ? undefined : keep(prices);
  if (left !== undefined && Object.keys(left).length === 0 && request.follow === undefined) return undefined;
  const overridden = Object.keys(equalizeFrom?.overrides ?? {}).filter((name) => gone.has(name));
  return {
    ...request,
    ...(left !== undefined && { prices: Object.keys(left).length === 0 ? undefined : left }),
    ...(currencies !== undefined && { currencies: keep(currencies) }),
    ...(equalizeFrom !== undefined && {
      equalizeFrom: {
        ...equalizeFrom,
        overrides: keep(equalizeFrom.overrides),
        except: [...equalizeFrom.except, ...overridden],
      },
    }),
  };
}
