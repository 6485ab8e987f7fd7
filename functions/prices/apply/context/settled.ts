import type { Problem } from '../../../platform/errors.ts';
import { DAY_MILLIS, utcDay } from '../../../platform/util/time.ts';
import type { Plan } from '../../plan/plan.ts';
import { priceText, sameTimeline, type Timeline } from '../../plan/price-state.ts';
import { type Effect, endedPrices, type Step } from '../../plan/steps.ts';
import { pacificToday } from '../../request/pacific-day.ts';
import type { ChangeRecord, ProductRecord } from '../../store/change-record.ts';
import { readPlan, readPlanAt } from '../../store/plan-store.ts';
import type { ApplyContext } from './stage.ts';
import { effectsOf, settledSteps } from './wave.ts';

/** The settled steps of the plan that a change has begun with last. */
export async function settledNow(
  { audit }: Pick<ApplyContext, 'audit'>,
  record: ChangeRecord,
): Promise<Step[]> {
  const { planKey, planKeys, cursor, settledAhead } = record;
  // A plan that only waits for its approval was never begun with.
  const begun = planKey !== undefined && planKeys.includes(planKey);
  if (!begun || (cursor === 0 && settledAhead.length === 0)) return [];
  return settledSteps(await readPlan(audit, record), record);
}

/** What a change has settled so far, over all its plans. */
export type Settled = {
  /** Every settled step. None of them is ever sent again, whatever Apple shows. */
  steps: readonly Step[];
  /** By territory: every step for it in one of the plans is settled. It is never planned again. */
  finished: Record<string, Effect>;
  /**
   * By territory: something was removed to make room, and what was to follow is not settled. `before` is from before the
   * removal. The territory does not have its new price.
   */
  begun: Record<string, Effect>;
};

export async function settledSoFar(
  { audit }: Pick<ApplyContext, 'audit'>,
  record: ChangeRecord,
): Promise<Settled> {
  const earlier = await Promise.all(
    record.settledBefore.map(async ({ planKey, steps }) => {
      const plan = await readPlanAt(audit, planKey);
      return { plan, settled: plan.steps.filter(({ id }) => steps.includes(id)) };
    }),
  );
  const now = await settledNow({ audit }, record);
  const plans =
    now.length === 0 ? earlier : [...earlier, { plan: await readPlan(audit, record), settled: now }];
  const steps = plans.flatMap(({ settled }) => settled);
  // mutation: removal-finishes
  const finished = new Set(plans.flatMap(({ plan, settled }) => finishedIn(plan, settled)));
  const effects = Object.entries(effectsOf(steps));
  const isFinished = ([territory]: [string, Effect]): boolean => finished.has(territory);
  return {
    steps,
    finished: Object.fromEntries(effects.filter(isFinished)),
    begun: Object.fromEntries(effects.filter((entry) => !isFinished(entry))),
  };
}

/** Territories that are finished, and whose new price Apple showed when a plan of the rest was made. */
export async function shownIn(
  context: Pick<ApplyContext, 'audit' | 'clock'>,
  record: ChangeRecord,
  { entries }: Pick<Plan, 'entries'>,
): Promise<string[]> {
  const { finished } = await settledSoFar(context, record);
  const today = pacificToday(context.clock.now());
  return entries.flatMap(({ territory, before }) => {
    const effect = finished[territory];
    if (effect === undefined || !sameTimeline(before, effect.after, today)) return [];
    return endedPrices({ [territory]: effect }, today).length === 0 ? [territory] : [];
  });
}

/** Territories whose last step in a plan is settled: it comes after the removals. */
function finishedIn({ steps }: Pick<Plan, 'steps'>, settled: readonly Step[]): string[] {
  const ids = new Set(settled.map(({ id }) => id));
  const last = new Map(
    steps.flatMap(({ id, effects }) => Object.keys(effects).map((name) => [name, id] as const)),
  );
  return [...last].flatMap(([territory, id]) => (ids.has(id) ? [territory] : []));
}

/** What a person must know of the territories that lost a price and did not get the new one. */
export const problemsOfBegun = (begun: Settled['begun']): Problem[] =>
  Object.entries(begun).map(([territory, effect]) => ({
    path: territory,
    message: `removed to make room: ${removedText(effect)}; the new price was not set. Request it again under a new key`,
  }));

/** What an effect has taken away, in words. */
export const removedText = ({ before, after }: Effect): string =>
  pricesText(
    before.filter(({ from, price }) => !after.some((left) => left.from === from && left.price === price)),
  );

/** Older than this, an acknowledged write that Apple never showed is no longer expected to take effect. */
const EXPECTED_MILLIS = 7 * DAY_MILLIS;

/** A plan with warnings where Apple acknowledged another price of an earlier change and does not show it. */
export async function warnOfUnshown(
  context: Pick<ApplyContext, 'audit' | 'ledger' | 'clock'>,
  plan: Plan,
  unshown: ProductRecord['unshown'],
): Promise<Plan> {
  const now = context.clock.now();
  const recent = unshown.filter(
    ({ changeId, at }) => changeId !== plan.changeId && now - at < EXPECTED_MILLIS,
  );
  const earlier = await Promise.all(
    recent.map(async ({ changeId, at }) => {
      const record = await context.ledger.change(plan.team, changeId);
      const isAlike =
        (record?.request.introductoryOffer === undefined) === (plan.introductoryOffer === undefined);
      const effects = record === undefined || !isAlike ? {} : await allSettled(context, record);
      return { changeId, at, effects };
    }),
  );
  const today = pacificToday(now);
  const entries = plan.entries.map((entry) => {
    const warnings = earlier.flatMap(({ changeId, at, effects }) => {
      const effect = effects[entry.territory];
      if (effect === undefined || sameTimeline(entry.before, effect.after, today)) return [];
      const day = utcDay(at);
      return [
        `change ${changeId}: until ${day} Apple acknowledged ${pricesText(effect.after)} but did not show it; it may still take effect`,
      ];
    });
    return warnings.length === 0 ? entry : { ...entry, warnings: [...entry.warnings, ...warnings] };
  });
  return { ...plan, entries };
}

const allSettled = async (
  context: Pick<ApplyContext, 'audit'>,
  record: ChangeRecord,
): Promise<Record<string, Effect>> => effectsOf((await settledSoFar(context, record)).steps);

const pricesText = (timeline: Timeline): string =>
  timeline
    .map((one) => (one.from === null ? priceText(one) : `${priceText(one)} from ${one.from}`))
    .join(', then ');
