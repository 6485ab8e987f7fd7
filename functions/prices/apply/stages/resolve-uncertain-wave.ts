import type { Problem } from '../../../platform/errors.ts';
import type { Plan } from '../../plan/plan.ts';
import { compareEffects, type Step } from '../../plan/steps.ts';
import type { ChangeRecord } from '../../store/change-record.ts';
import { requestFacts } from '../context/finish-change.ts';
import { look } from '../context/look.ts';
import { retryReadBack } from '../context/retry-policy.ts';
import { type ApplyContext, comeBack, goOn, type StepResult } from '../context/stage.ts';
import { effectsOf, withSettled } from '../context/wave.ts';
import { giveUpEnded } from './give-up-ended.ts';
import { failChange, replanChange } from './replan.ts';

/** A step that Apple shows no sign of is sent at most so often in all. */
const MAXIMUM_SENDS = 3;
/** What Apple shows may lag behind what it has done: read again after these waits. */
const LOOK_AGAIN_MILLIS = [2_000, 4_000, 8_000];
/** Clocks of two workers differ by less than this. */
const CLOCK_SPARE_MILLIS = 5_000;
/** A longer wait is for the queue. */
const MAXIMUM_WAIT_MILLIS = 20_000;

/**
 * Settles steps that may or may not have taken effect: waits until none of their requests can be under way any more,
 * reads Apple's state once, and compares each step by itself. The state after: it took effect. The state before: it is
 * sent again, bounded. Anything else: what is missing is planned anew. Where nothing can say any more whether one took
 * effect, the change ends.
 */
export async function resolveUncertainWave(
  context: ApplyContext,
  record: ChangeRecord,
  plan: Plan,
  { steps: marked, until }: NonNullable<ChangeRecord['sending']>,
): Promise<StepResult> {
  const { ledger, clock, fence, log } = context;
  const steps = marked.map((id) => stepOf(plan, id));
  const wait = until + CLOCK_SPARE_MILLIS - clock.now();
  if (wait > 0) {
    const tooLong = wait > MAXIMUM_WAIT_MILLIS || wait + MAXIMUM_WAIT_MILLIS > context.remainingMillis();
    if (tooLong) return comeBack(wait, 'A request without an answer may still be under way.');
    await context.sleep(wait);
  }
  const looked = await retryReadBack(() => look(context, effectsOf(steps), LOOK_AGAIN_MILLIS));
  if (looked.kind === 'retry') return looked;
  const shown = steps.map((step) => ({ step, shown: compareEffects(looked.value, step.effects) }));
  log.info('Settled an uncertain wave by reading back', {
    ...requestFacts(record),
    steps: Object.fromEntries(shown.map(({ step, shown: comparison }) => [step.id, comparison])),
  });
  let settled = record;
  const vain: Step[] = [];
  const other: Step[] = [];
  const ended: Step[] = [];
  for (const { step, shown: comparison } of shown) {
    // mutation: write-took-effect
    if (comparison === 'after') {
      settled = withSettled(settled, plan, [step.id]);
      continue;
    }
    // mutation: write-took-other-effect
    if (comparison === 'other') {
      other.push(step);
      continue;
    }
    if (comparison === 'ended') {
      ended.push(step);
      continue;
    }
    vain.push(step);
  }
  if (ended.length > 0)
    return giveUpEnded(context, settled, plan, {
      ended,
      unseen: [...other, ...vain],
      today: looked.value.today,
    });
  if (other.length > 0) return replanChange(context, settled, plan);
  const exhausted = vain.filter(({ id }) => (record.vainSends[id] ?? 0) + 1 >= MAXIMUM_SENDS);
  if (exhausted.length > 0) return failChange(context, settled, exhausted.map(withoutEffect));
  return goOn(
    await ledger.transition(settled, {
      kind: 'answer',
      fence,
      uncertain: [],
      vain: vain.map(({ id }) => id),
      everSent: true,
      refusal: undefined,
    }),
  );
}

const withoutEffect = ({ name }: Step): Problem => ({
  path: name,
  message: `sent ${MAXIMUM_SENDS} times without an answer, and Apple shows no effect; ask again when Apple is well`,
});

function stepOf(plan: Plan, id: string): Step {
  const step = plan.steps.find((each) => each.id === id);
  if (step === undefined) throw new RangeError(`Plan ${plan.sha256} has no step ${id}`);
  return step;
}
