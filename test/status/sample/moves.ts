import type { DayMoves, ProductMove } from '../../../functions/prices/watch/day-moves.ts';
import { territories } from '../../../local/simulator/prices/territories.ts';
import { DAY, HOSTILE } from './base.ts';

const moveOf = (territory: string, change: Partial<ProductMove> = {}): ProductMove => ({
  kind: 'proceeds',
  territory,
  product: { kind: 'subscription', id: '6448311069', name: HOSTILE, sku: 'com.acme.pro.yearly' },
  before: { price: '9.99', proceeds: '6.99', proceedsYear2: '8.49', currency: 'USD' },
  after: { price: '9.99', proceeds: '5.94', proceedsYear2: '7.22', currency: 'USD' },
  changePercent: '-15',
  ...change,
});

/** Automatic prices of an app in many territories. */
export const MANY_MOVES = territories.slice(0, 70).map(({ id }) =>
  moveOf(id, {
    kind: 'automaticPrice',
    product: { kind: 'app', id: '9', name: 'Tide', sku: 'TIDE01' },
    before: { price: '4.99', proceeds: '3.49', proceedsYear2: null, currency: 'USD' },
    after: { price: '5.99', proceeds: '4.19', proceedsYear2: null, currency: 'USD' },
    changePercent: '20',
  }),
);

/** A day on which Apple moved something by itself. */
export const movedDay = (
  day: string,
  moves: readonly ProductMove[] = [moveOf('MUS'), moveOf('KAZ', { changePercent: '-20' })],
): DayMoves => ({
  team: 'acme',
  day,
  since: new Date(Date.parse(day) - DAY).toISOString().slice(0, 10),
  storefronts: [{ kind: 'currency', territory: 'BGR', previousCurrency: 'BGN', currency: 'EUR' }],
  moves: [...moves],
  tableKey: `tables/price_list_daily/team=acme/report_date=${day}/data.parquet`,
});
