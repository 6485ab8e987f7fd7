import type { EffectPreview } from '../../events/effect-preview.ts';
import { pacificToday } from '../../prices/request/pacific-day.ts';
import type { Product } from '../../prices/request/product.ts';
import type { ChangeRecord } from '../../prices/store/change-record.ts';
import { BEFORE_DAYS, GAP_DAYS, HISTORY_DAYS } from '../estimator/windows.ts';
import { dayNumber } from '../history/day-number.ts';
import { emptyHistory } from '../history/product-history.ts';
import { previewChange } from '../look/preview.ts';
import { collectHistory, firstSale } from './collect-history.ts';
import type { EffectDependencies } from './effect-dependencies.ts';
import { otherChanges } from './moved-changes.ts';
import { readReportDays, SALES, seriesOf } from './report-days.ts';

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
  await collectHistory(deps.readTable, new Map([[product.id, history]]), { sales, events: undefined });
  const all: ChangeRecord[] = [];
  for await (const record of deps.ledger.changesSince(name, 0)) all.push(record);
  const others = await otherChanges(deps, all, { team: name, product, at: today });
  return previewChange(history, product.kind, territories, {
    first: Math.max(open + 1 - firstDay, firstSale(history)),
    until: until - firstDay,
    earlierChanges: [
      ...new Set(others.flatMap(({ moves }) => moves.map(({ day }) => dayNumber(day) - firstDay))),
    ],
  });
}

function lastSettled(
  sales: { firstOpen(from: number, to: number): string | undefined },
  from: number,
  today: number,
): number {
  for (let day = today - 1; day > from && day > today - GAP_DAYS - BEFORE_DAYS; day -= 1)
    if (sales.firstOpen(day, day) === undefined) return day;
  return from;
}
