import { TERRITORY_OF } from '../../app-store-connect/resources/storefronts.ts';
import { compareDecimals } from '../../prices/request/decimal.ts';
import type { TableValues } from '../../tables/read-table.ts';
import type { PriceMove } from '../change/price-moves.ts';
import type { MeasureFinding } from './finding.ts';

export const BALANCE_COLUMNS = [
  'subscription_apple_id',
  'customer_price',
  'country',
  'active_standard_price_subscriptions',
] as const;

/**
 * How many subscribers still pay the price before, on the last day of a look: by the price of each row of the subscription
 * balance. Apple's flag Preserved Pricing is not asked, as it is set on renewals only.
 *
 * @returns nothing where no paying subscriber of the changed territories is known
 */
export function keptPrice(
  subscriptionId: string,
  moves: readonly PriceMove[],
  day: string,
  balances: readonly TableValues[],
): MeasureFinding[] {
  const moveOf = new Map(moves.map((move) => [move.territory, move]));
  let [old, all] = [0, 0];
  for (const columns of balances) {
    const ids = columns.get('subscription_apple_id') ?? [];
    for (let row = 0; row < ids.length; row += 1) {
      if (ids[row] !== subscriptionId) continue;
      const move = moveOf.get(TERRITORY_OF.get(columns.get('country')?.[row] ?? '') ?? '');
      const before = move?.before?.price;
      const paying = Number(columns.get('active_standard_price_subscriptions')?.[row] ?? 0);
      if (before === undefined || paying <= 0) continue;
      all += paying;
      if (compareDecimals(columns.get('customer_price')?.[row] ?? '0', before) === 0) old += paying;
    }
  }
  if (all === 0) return [];
  return [
    {
      measure: 'kept_price',
      outcome: 'counted',
      ratio: old / all,
      words: `On ${day}, ${old} of ${all} paying subscribers in the changed territories still pay the price before (${Math.round((old / all) * 100)} %).`,
    },
  ];
}
