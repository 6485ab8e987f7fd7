import type { Circumstances } from '../../consent/circumstances.ts';
import { MONTHS_BETWEEN_INCREASES } from '../../consent/consent-table.ts';
import {
  type CircumstancesInput,
  circumstancesOf,
  increasesOf,
} from '../../plan/entries/plan-circumstances.ts';
import { isWritten } from '../../plan/plan-entry.ts';
import type { PriceList } from '../../plan/price-list.ts';
import type { PriceState } from '../../plan/price-state.ts';
import { compareDecimals } from '../../request/decimal.ts';
import type { PriceRequest } from '../../request/price-request.ts';

/** Reads what a plan says beside the prices, as far as the plan needs it. */
export async function readCircumstances(
  priceList: Pick<PriceList, 'increases' | 'stakes' | 'surroundings'>,
  input: Pick<CircumstancesInput, 'request' | 'state' | 'entries'>,
): Promise<Circumstances | undefined> {
  const { request, state, entries } = input;
  const rises = increasesOf(request, state, entries).length > 0;
  const counts = rises && request.preserveCurrentPrice === false;
  const [increases, stakes, surroundings] = await Promise.all([
    counts ? priceList.increases?.(MONTHS_BETWEEN_INCREASES) : undefined,
    rises ? priceList.stakes?.() : undefined,
    entries.some(isWritten) ? priceList.surroundings?.() : undefined,
  ]);
  return circumstancesOf({ ...input, increases: increases ?? new Map(), stakes, surroundings });
}

/**
 * Begins to read what the plan will say beside the prices, while its price points are still being looked up, where it is
 * plain already that something will be written. `list` must remember what it reads. A failure is told by
 * {@link readCircumstances}, which reads the same: a request that must be rejected anyway is.
 */
export async function readAhead(
  list: Pick<PriceList, 'surroundings'>,
  request: Pick<PriceRequest, 'prices' | 'equalizeFrom' | 'index'>,
  { territories }: Pick<PriceState, 'territories'>,
): Promise<void> {
  const base = request.equalizeFrom ?? request.index;
  const stated = request.prices ?? (base === undefined ? {} : { [base.territory]: base.price });
  const isMoved = ([territory, price]: [string, string]): boolean => {
    const shown = territories.get(territory);
    const present = [shown?.present, ...(shown?.scheduled ?? []).map(({ point }) => point)];
    return present.every((point) => point === undefined || compareDecimals(point.customerPrice, price) !== 0);
  };
  if (Object.entries(stated).some(isMoved)) await Promise.allSettled([list.surroundings?.()]);
}
