import { pacificToday } from '../../prices/request/pacific-day.ts';
import { productKey } from '../../prices/request/product.ts';
import type { ChangeRecord } from '../../prices/store/change-record.ts';
import type { ChangeMoves } from '../change/choose-territories.ts';
import { movesOf } from '../change/price-moves.ts';
import { HISTORY_DAYS } from '../estimator/windows.ts';
import { dayNumber } from '../history/day-number.ts';
import type { EffectDependencies } from './effect-dependencies.ts';

/** Pacific day on which Apple acknowledged what a change sent. */
export const appliedDay = ({ verification, movedAt }: ChangeRecord): string =>
  pacificToday(verification?.since ?? movedAt);

/** About when a change begins to count, before its plan is read. */
export const roughDay = (record: ChangeRecord): number =>
  Math.max(
    dayNumber(appliedDay(record)),
    dayNumber(
      /^\d{4}-/.test(record.request.startDate ?? '') ? (record.request.startDate ?? '') : '1970-01-01',
    ),
  );

export async function changeMoves(
  { plansOf }: Pick<EffectDependencies, 'plansOf'>,
  record: ChangeRecord,
): Promise<ChangeMoves> {
  const plans = await plansOf(record);
  return { changeId: record.changeId, moves: movesOf(plans, appliedDay(record)) };
}

/** Other changes of the same product that sent anything, as far back as fake dates reach. */
export async function otherChanges(
  deps: Pick<EffectDependencies, 'plansOf' | 'log'>,
  all: readonly ChangeRecord[],
  {
    team,
    product,
    changeId,
    at,
  }: { team: string; product: ChangeRecord['request']['product']; changeId?: string; at: number },
): Promise<ChangeMoves[]> {
  const key = productKey(team, product);
  return changesSince(
    deps,
    all,
    at,
    (other) => other.changeId !== changeId && productKey(team, other.request.product) === key,
  );
}

/** Changes of every price list of a product that sent anything, as far back as fake dates reach. */
export const changesOfProduct = (
  deps: Pick<EffectDependencies, 'plansOf'>,
  all: readonly ChangeRecord[],
  id: string,
  at: number,
): Promise<ChangeMoves[]> => changesSince(deps, all, at, ({ request }) => request.product.id === id);

function changesSince(
  deps: Pick<EffectDependencies, 'plansOf'>,
  all: readonly ChangeRecord[],
  at: number,
  isMeant: (record: ChangeRecord) => boolean,
): Promise<ChangeMoves[]> {
  const found = all.filter(
    (record) =>
      isMeant(record) &&
      record.everSent &&
      record.planKey !== undefined &&
      roughDay(record) >= at - HISTORY_DAYS,
  );
  return Promise.all(found.map((record) => changeMoves(deps, record)));
}
