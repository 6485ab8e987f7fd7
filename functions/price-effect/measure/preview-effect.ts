import { TERRITORY_OF } from '../../app-store-connect/resources/storefronts.ts';
import type { EffectPreview } from '../../events/effect-preview.ts';
import { pacificToday } from '../../prices/request/pacific-day.ts';
import type { Product } from '../../prices/request/product.ts';
import type { ChangeRecord } from '../../prices/store/change-record.ts';
import type { Sides } from '../change/choose-territories.ts';
import { BEFORE_DAYS, GAP_DAYS, HISTORY_DAYS } from '../estimator/windows.ts';
import { dayNumber } from '../history/day-number.ts';
import { emptyHistory, type ProductHistory } from '../history/product-history.ts';
import { previewChange } from '../look/preview.ts';
import { collectHistory, firstSale } from './collect-history.ts';
import type { EffectDependencies } from './effect-dependencies.ts';
import { changesOfProduct, otherChanges } from './moved-changes.ts';
import { namedComparison, otherProduct } from './other-product.ts';
import { EVENTS, readReportDays, SALES, seriesOf } from './report-days.ts';

export type PreviewRequest = { team: string; product: Product; territories: readonly string[] };

/** What could be told 28 days after a planned change, from the reports of the last year. Writes nothing. */
export async function previewEffect(
  deps: Omit<EffectDependencies, 'store' | 'sendEvents' | 'metric'>,
  { team: name, product, territories }: PreviewRequest,
): Promise<EffectPreview> {
  const team = deps.teams.find((candidate) => candidate.name === name);
  const nothing = {
    words: 'There are too few daily sales reports to say what could be told after this change.',
  };
  if (team === undefined) return nothing;
  const today = dayNumber(pacificToday(deps.clock.now()));
  const firstDay = today - HISTORY_DAYS;
  const sales = await readReportDays(deps.reports, seriesOf(team, SALES), {
    from: firstDay,
    to: today - 1,
    mustHave: { from: today - BEFORE_DAYS, to: today - 1 },
  });
  if (sales === undefined) return nothing;
  // The latest days may still be open: the history ends before them.
  const until = lastSettled(sales, firstDay, today) + 1;
  const open = sales.lastOpenBefore(until, firstDay) ?? firstDay - 1;
  const history = emptyHistory(firstDay, Math.max(0, until - firstDay));
  const named = namedComparison(team, product.id);
  const histories = new Map([[product.id, history]]);
  const otherHistory = emptyHistory(firstDay, history.days);
  if (named !== undefined) histories.set(named.id, otherHistory);
  // Only reports of events name the group of a subscription, and any of the latest will do.
  const recent = { from: today - BEFORE_DAYS, to: today - 1 };
  const events =
    named?.kind === 'subscription' && product.kind === 'subscription'
      ? await readReportDays(deps.reports, seriesOf(team, EVENTS), { ...recent, mustHave: recent })
      : undefined;
  await collectHistory(deps.readTable, histories, { sales, events });
  const all: ChangeRecord[] = [];
  for await (const record of deps.ledger.changesSince(name, 0)) all.push(record);
  const others = await otherChanges(deps, all, { team: name, product, at: today });
  const first = Math.max(open + 1 - firstDay, firstSale(history));
  const earlierChanges = [
    ...new Set(others.flatMap(({ moves }) => moves.map(({ day }) => dayNumber(day) - firstDay))),
  ];
  const other =
    named === undefined
      ? undefined
      : otherProduct(
          named,
          { own: { ...history, kind: product.kind }, other: otherHistory },
          plannedSides(history, territories, earlierChanges),
          await changesOfProduct(deps, all, named.id, today),
          { first, at: until - firstDay, end: until - firstDay + GAP_DAYS },
        ).other;
  return previewChange(history, product.kind, territories, {
    first,
    until: until - firstDay,
    earlierChanges,
    other,
  });
}

/** The changed side, as it would be if the plan were applied. */
const plannedSides = (
  { countries }: ProductHistory,
  territories: readonly string[],
  earlierChanges: readonly number[],
): Sides => ({
  changed: [...countries].flatMap(([country, history]) => {
    const territory = TERRITORY_OF.get(country);
    return territory !== undefined && territories.includes(territory) ? [[territory, history] as const] : [];
  }),
  stayed: [],
  earlierChanges,
  disturbed: undefined,
  leftOut: [],
});

function lastSettled(
  sales: { firstOpen(from: number, to: number): string | undefined },
  from: number,
  today: number,
): number {
  for (let day = today - 1; day > from && day > today - GAP_DAYS - BEFORE_DAYS; day -= 1)
    if (sales.firstOpen(day, day) === undefined) return day;
  return from;
}
