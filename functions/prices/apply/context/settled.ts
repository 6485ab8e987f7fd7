import type { Plan } from '../../plan/plan.ts';
import { sameTimeline, type Timeline } from '../../plan/price-state.ts';
import type { Effect, Step } from '../../plan/steps.ts';
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

/**
 * What a change has settled so far, over all its plans: by territory, the prices before and after. Nothing of it is
 * ever planned or sent again, whatever Apple shows.
 */
export async function settledEffects(
  context: Pick<ApplyContext, 'audit'>,
  record: ChangeRecord,
): Promise<Record<string, Effect>> {
  const before = await Promise.all(
    record.settledBefore.map(async ({ planKey, steps }) => {
      const plan = await readPlanAt(context.audit, planKey);
      return plan.steps.filter(({ id }) => steps.includes(id));
    }),
  );
  return effectsOf([...before.flat(), ...(await settledNow(context, record))]);
}

/** Older than this, an acknowledged write that Apple never showed is no longer expected to take effect. */
const EXPECTED_MILLIS = 7 * 24 * 3_600_000;

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
      const effects = record === undefined || !isAlike ? {} : await settledEffects(context, record);
      return { changeId, at, effects };
    }),
  );
  const today = pacificToday(now);
  const entries = plan.entries.map((entry) => {
    const warnings = earlier.flatMap(({ changeId, at, effects }) => {
      const effect = effects[entry.territory];
      if (effect === undefined || sameTimeline(entry.before, effect.after, today)) return [];
      const day = new Date(at).toISOString().slice(0, 10);
      return [
        `change ${changeId}: until ${day} Apple acknowledged ${pricesText(effect.after)} but did not show it; it may still take effect`,
      ];
    });
    return warnings.length === 0 ? entry : { ...entry, warnings: [...entry.warnings, ...warnings] };
  });
  return { ...plan, entries };
}

const pricesText = (timeline: Timeline): string =>
  timeline.map(({ from, price }) => (from === null ? price : `${price} from ${from}`)).join(', then ');
