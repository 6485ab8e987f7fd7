import type { Circumstances } from '../../consent/circumstances.ts';
import { MONTHS_BETWEEN_INCREASES } from '../../consent/consent-table.ts';
import {
  type CircumstancesInput,
  circumstancesOf,
  increasesOf,
} from '../../plan/entries/plan-circumstances.ts';
import { isWritten } from '../../plan/plan-entry.ts';
import type { PriceList } from '../../plan/price-list.ts';

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
