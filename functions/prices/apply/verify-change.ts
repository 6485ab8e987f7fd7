import type { Plan } from '../plan/plan.ts';
import { type PriceState, timelineOf } from '../plan/price-state.ts';
import { compareEffects, type Effect } from '../plan/steps.ts';
import type { ChangeRecord } from '../store/change-record.ts';
import { applyAs } from './finish-change.ts';
import { replanChange } from './prepare-change.ts';
import { retryReadBack } from './retry-policy.ts';
import type { ApplyContext, StepResult } from './stage.ts';

/** What Apple shows may lag behind what it has taken: looked at again after these waits. */
const LOOK_AGAIN_MILLIS = [1_000, 3_000, 8_000];

/** Every step was taken: reads back, and ends the change with what was read as proof. */
export async function verifyChange(
  work: ApplyContext,
  record: ChangeRecord,
  plan: Plan,
): Promise<StepResult> {
  const { deps, fence } = work;
  const effects = allEffects(plan);
  const looked = await retryReadBack(() => look(work, effects));
  if ('later' in looked) return looked;
  // mutation: verified
  if (looked.shown) {
    const proof = proofOf(looked.state, effects);
    const outcome = 'applied: Apple shows every price that was asked for';
    return { record: await applyAs(deps, record, fence, plan, proof, outcome) };
  }
  deps.log.warn('Apple took every request, but shows other prices', {
    changeId: record.changeId,
    territories: differing(looked.state, effects),
  });
  return replanChange(work, record, plan);
}

/** What all steps do together; each territory is in one step. */
const allEffects = ({ steps }: Plan): Record<string, Effect> =>
  Object.assign({}, ...steps.map((step) => step.effects));

async function look({ deps, priceList }: ApplyContext, effects: Record<string, Effect>) {
  for (const wait of LOOK_AGAIN_MILLIS) {
    const state = await priceList.read();
    if (compareEffects(state, effects) === 'after') return { shown: true, state };
    await deps.sleep(wait);
  }
  const state = await priceList.read();
  return { shown: compareEffects(state, effects) === 'after', state };
}

const proofOf = (state: PriceState, effects: Record<string, Effect>): Record<string, unknown> =>
  Object.fromEntries(
    Object.keys(effects).map((territory) => [territory, timelineOf(state.territories.get(territory))]),
  );

const differing = (state: PriceState, effects: Record<string, Effect>): string[] =>
  Object.entries(effects)
    .filter(([territory, effect]) => compareEffects(state, { [territory]: effect }) !== 'after')
    .map(([territory]) => territory);
