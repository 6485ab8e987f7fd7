import type { Plan } from '../plan/plan.ts';
import type { PriceState } from '../plan/price-state.ts';
import { compareEffects, type Step } from '../plan/steps.ts';
import type { ChangeRecord } from '../store/change-record.ts';
import { confirmed } from '../store/change-transitions.ts';
import { failAs, whoOf } from './finish-change.ts';
import { inEffect, replanChange } from './prepare-change.ts';
import { retryReadBack } from './retry-policy.ts';
import type { ApplyContext, StepResult } from './stage.ts';

/** A step that Apple shows no sign of is sent again at most so often in all. */
const MOST_SENDS = 3;
/** What Apple shows may lag behind what it has done: looked at again after these waits. */
const LOOK_AGAIN_MILLIS = [2_000, 4_000, 8_000];
/** Clocks of two workers differ by less than this. */
const CLOCK_SPARE_MILLIS = 5_000;
/** A longer wait is for the queue. */
const LONGEST_WAIT_MILLIS = 20_000;

/**
 * Settles a step that may or may not have taken effect: waits until the request cannot be under way any more,
 * reads Apple's state, and compares. The state after → it took effect; the state before → sent again, bounded;
 * anything else → planned anew.
 */
export async function resolveUncertainWrite(
  work: ApplyContext,
  record: ChangeRecord,
  plan: Plan,
): Promise<StepResult> {
  const { deps, fence } = work;
  const step = plan.steps.find(({ id }) => id === record.sending?.step);
  if (step === undefined || record.sending === undefined) {
    throw new RangeError(`Plan ${plan.sha256} has no step ${record.sending?.step}`);
  }
  const wait = record.sending.until + CLOCK_SPARE_MILLIS - deps.clock.now();
  if (wait > 0) {
    if (wait > LONGEST_WAIT_MILLIS || wait + LONGEST_WAIT_MILLIS > deps.remainingMillis())
      return { later: wait };
    await deps.sleep(wait);
  }
  const looked = await retryReadBack(() => look(work, step));
  if ('later' in looked) return looked;
  const { shown, state } = looked;
  deps.log.info('Settled a doubt by reading back', { ...whoOf(record), step: step.id, shown });
  const at = { ...record, cursor: plan.steps.indexOf(step) };
  // mutation: write-took-effect
  if (shown === 'after') return { record: confirmed(at) };
  // mutation: write-took-other-effect
  if (shown === 'other') return replanChange(work, at, plan);
  if (record.sends < MOST_SENDS) {
    return {
      record: await deps.ledger.transition(at, {
        kind: 'unmark',
        fence,
        sends: record.sends,
        everSent: true,
      }),
    };
  }
  const problem = {
    path: step.name,
    message: `sent ${record.sends} times without an answer, and Apple shows no effect; ask again when Apple is well`,
  };
  return { record: await failAs(deps, at, fence, [problem], inEffect(plan, state.territories)) };
}

/** Reads Apple until it shows the step's effect, but not for ever. */
async function look(
  { deps, priceList }: ApplyContext,
  step: Step,
): Promise<{ shown: ReturnType<typeof compareEffects>; state: PriceState }> {
  for (const wait of LOOK_AGAIN_MILLIS) {
    const state = await priceList.read();
    if (compareEffects(state, step.effects) === 'after') return { shown: 'after', state };
    await deps.sleep(wait);
  }
  const state = await priceList.read();
  return { shown: compareEffects(state, step.effects), state };
}
