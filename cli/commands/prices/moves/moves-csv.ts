import type { DayMoves } from '../../../../functions/prices/watch/day-moves.ts';
import { csvText } from '../../../terminal/csv.ts';

const COLUMNS = [
  ...[
    'day',
    'since',
    'team',
    'kind',
    'territory',
    'product_kind',
    'product_id',
    'product_plan',
    'product_name',
  ],
  ...['sku', 'currency_before', 'price_before', 'proceeds_before', 'proceeds_year_two_before'],
  ...['currency_after', 'price_after', 'proceeds_after', 'proceeds_year_two_after', 'change_percent'],
];

/** A line per product and territory; one of the App Store itself names no product. */
export function movesCsv(days: readonly DayMoves[]): string {
  const lines = days.flatMap(({ day, since, team, storefronts, moves: all }) => [
    ...storefronts.map(({ kind, territory, previousCurrency, currency }) => [
      ...[day, since, team, kind, territory, null, null, null, null, null],
      ...[previousCurrency ?? null, null, null, null, currency, null, null, null, null],
    ]),
    ...all.map(({ kind, territory, product, plan, before, after, changePercent }) => [
      ...[day, since, team, kind, territory, product.kind, product.id, plan ?? null],
      ...[product.name ?? null, product.sku ?? null, ...amountCells(before), ...amountCells(after)],
      changePercent ?? null,
    ]),
  ]);
  return csvText([COLUMNS, ...lines]);
}

const amountCells = (side: DayMoves['moves'][number]['before']): (string | null)[] =>
  side === null ? [null, null, null, null] : [side.currency, side.price, side.proceeds, side.proceedsYear2];
