import type { TeamSettings } from '../../platform/config/settings.ts';
import type { ChangeRecord } from '../../prices/store/change-record.ts';
import { type ChangeMoves, chooseTerritories } from '../change/choose-territories.ts';
import type { PriceMove } from '../change/price-moves.ts';
import { BEFORE_DAYS, GAP_DAYS, HISTORY_DAYS, type LookDays } from '../estimator/windows.ts';
import { dayOf } from '../history/day-number.ts';
import { emptyHistory } from '../history/product-history.ts';
import { BALANCE_COLUMNS, keptPrice } from '../look/kept-price.ts';
import { measureLook } from '../look/measures.ts';
import { collectHistory, firstSale } from './collect-history.ts';
import type { EffectDependencies } from './effect-dependencies.ts';
import { changesOfProduct, otherChanges } from './moved-changes.ts';
import { namedComparison, otherProduct } from './other-product.ts';
import type { Days } from './report-days.ts';

/** What a change is compared by: its own moves, the other changes, and the reports of the days before and after. */
export type Comparing = {
  own: ChangeMoves;
  all: readonly ChangeRecord[];
  days: Days;
  at: number;
  lookDays: LookDays;
};

/** The territories that are compared, what each measure gives, and what another product says of it. */
export async function compareChange(
  deps: EffectDependencies,
  team: TeamSettings,
  { changeId, request: { product } }: ChangeRecord,
  { own, all, days, at, lookDays }: Comparing,
) {
  const firstDay = at - HISTORY_DAYS;
  const end = HISTORY_DAYS + GAP_DAYS + lookDays;
  const history = emptyHistory(firstDay, end);
  const named = namedComparison(team, product.id);
  const otherHistory = emptyHistory(firstDay, end);
  const histories = new Map([[product.id, history]]);
  if (named !== undefined) histories.set(named.id, otherHistory);
  await collectHistory(deps.readTable, histories, days);
  const others = await otherChanges(deps, all, { team: team.name, product, changeId, at });
  const sides = chooseTerritories(history, { ...own, day: dayOf(at) }, others, end);
  const first = Math.max(lastOpenDay(days, at) + 1 - firstDay, firstSale(history));
  const beside =
    named === undefined
      ? { remarks: [] }
      : otherProduct(
          named,
          { own: { ...history, kind: product.kind }, other: otherHistory },
          sides,
          await changesOfProduct(deps, all, named.id, at),
          { first, at: HISTORY_DAYS, end },
        );
  const measures = [
    ...measureLook({
      kind: product.kind,
      history,
      sides,
      at: HISTORY_DAYS,
      first,
      after: lookDays,
      hasEvents: days.events !== undefined,
      keepsPrice: own.moves.some(({ existingSubscribers }) => existingSubscribers === 'keepPrice'),
      other: beside.other,
    }),
    ...(product.kind === 'subscription' && sides.disturbed === undefined
      ? await kept(deps, product.id, own.moves, days, firstDay + end - 1)
      : []),
  ];
  return { sides, measures, remarks: beside.remarks };
}

/** The last day before the change of which a report is still open: the history begins after it. */
function lastOpenDay({ sales, events }: Days, at: number): number {
  const firstDay = at - HISTORY_DAYS;
  return Math.max(
    ...[sales, events].map(
      (reports) => reports?.lastOpenBefore(at - GAP_DAYS - BEFORE_DAYS, firstDay) ?? firstDay - 1,
    ),
  );
}

async function kept(
  { readTable }: EffectDependencies,
  id: string,
  moves: readonly PriceMove[],
  { balance }: Days,
  day: number,
) {
  const files = balance?.files(day, day) ?? [];
  const tables = await Promise.all(files.map(({ tableKey }) => readTable(tableKey, BALANCE_COLUMNS)));
  return keptPrice(id, moves, dayOf(day), tables);
}
