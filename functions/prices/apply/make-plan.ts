import type { Problem } from '../../platform/errors.ts';
import type { Outcome } from '../../platform/validation/outcome.ts';
import { looseLimits, type PriceRules, violations } from '../plan/limits.ts';
import {
  entriesOf,
  followersOf,
  type Plan,
  type PlanEntry,
  sealPlan,
  startOf,
  stateSha256,
} from '../plan/plan.ts';
import type { PriceList } from '../plan/price-list.ts';
import type { PriceState } from '../plan/price-state.ts';
import { numbered } from '../plan/steps.ts';
import { resolveTargets } from '../plan/targets.ts';
import { compareDecimals } from '../request/decimal.ts';
import type { PriceRequest } from '../request/price-request.ts';
import type { ChangeRecord } from '../store/change-record.ts';

/** What a plan is made for: an accepted change, or a dry run. */
export type Planned = Pick<ChangeRecord, 'team' | 'changeId' | 'request'> &
  Partial<Pick<ChangeRecord, 'postponedTo'>>;

/**
 * Reads Apple's state and plans the least set of differences to what is asked for.
 *
 * @returns the plan, or every reason why it must not be sent
 * @throws AppStoreConnectError, JobError of the key's secret
 */
export async function makePlan(
  priceList: PriceList,
  rules: PriceRules,
  { team, changeId, request, postponedTo }: Planned,
): Promise<Exclude<Outcome<Plan>, { kind: 'retry' }>> {
  const state = await priceList.read();
  const targets = await resolveTargets(priceList, state, request);
  const start = startOf(request, state, postponedTo);
  const startDate = 'startDate' in start ? start.startDate : undefined;
  const own = entriesOf(request, state, targets.points, startDate);
  const entries = [...own, ...(await followers(priceList, state, own, startDate))];
  const problems = [
    ...targets.problems,
    ...('path' in start ? [start] : []),
    ...looseLimits(rules, request),
    ...violations(rules, request, entries),
    ...missingChoice(request, entries),
  ];
  if (problems.length > 0) return { kind: 'rejected', problems };
  const steps = numbered(priceList.steps(state, entries));
  const { product } = request;
  return {
    kind: 'ok',
    value: sealPlan({
      team,
      changeId,
      product,
      startDate: startDate ?? null,
      entries,
      steps,
      stateSha256: stateSha256(state),
    }),
  };
}

/** Where the base of a schedule changes, what follows it changes too and is held against the same limits. */
async function followers(
  priceList: PriceList,
  state: PriceState,
  entries: readonly PlanEntry[],
  startDate: string | undefined,
): Promise<PlanEntry[]> {
  const base = entries.find(({ territory, kind }) => territory === state.baseTerritory && kind === 'change');
  const planned = new Set(entries.map(({ territory }) => territory));
  const open = [...state.territories].some(([name, { automatic }]) => automatic && !planned.has(name));
  if (base === undefined || !open) return [];
  return followersOf(state, entries, await priceList.equalizations(base.target.pricePointId), startDate);
}

/** Where a subscription's price goes up, somebody must have said what those pay who subscribe already. */
function missingChoice(request: PriceRequest, entries: readonly PlanEntry[]): Problem[] {
  if (request.product.kind !== 'subscription' || request.preserveCurrentPrice !== undefined) return [];
  const rising = entries.filter(
    ({ kind, present, target }) =>
      kind === 'change' && present !== null && compareDecimals(target.price, present.price) > 0,
  );
  if (rising.length === 0) return [];
  const names = rising.slice(0, 5).map(({ territory }) => territory);
  const more = rising.length > names.length ? ` and ${rising.length - names.length} more` : '';
  return [
    {
      path: 'preserveCurrentPrice',
      message: `the price goes up in ${names.join(', ')}${more}: say true (present subscribers keep their price) or false (they pay the new one)`,
    },
  ];
}
