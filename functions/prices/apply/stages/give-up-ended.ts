import type { Problem } from '../../../platform/errors.ts';
import type { Plan } from '../../plan/plan.ts';
import { priceText } from '../../plan/price-state.ts';
import { endedPrices, type Step } from '../../plan/steps.ts';
import type { ChangeRecord } from '../../store/change-record.ts';
import { finishChange, unsettled } from '../context/finish-change.ts';
import { problemsOfBegun, removedText, settledSoFar } from '../context/settled.ts';
import { type ApplyContext, goOn, type StepResult } from '../context/stage.ts';
import { effectsOf, openSteps } from '../context/wave.ts';

/** Uncertain steps on the day on which Apple could be asked again. */
type Uncertain = {
  /** What they set is over: nothing says whether it was ever there. */
  ended: readonly Step[];
  /** Apple does not show what they set. */
  unseen: readonly Step[];
  today: string;
};

/**
 * Ends a change of which a request has no answer, where the price or offer that it set was over before Apple could be
 * asked. It is neither told as done nor sent again; what is left of the change is not sent either.
 *
 * @param record what is settled of the wave stands in it
 */
export async function giveUpEnded(
  context: ApplyContext,
  record: ChangeRecord,
  plan: Plan,
  { ended, unseen, today }: Uncertain,
): Promise<StepResult> {
  const { begun } = await settledSoFar(context, record);
  const problems = [
    ...endedPrices(effectsOf(ended), today).map((one): Problem => {
      const effect = begun[one.territory];
      const removed = effect === undefined ? '' : `; removed to make room: ${removedText(effect)}`;
      const message = `the request had no answer, and what it asked for, ${priceText(one)}, ended on ${one.lastDay}, before Apple could be asked: nothing shows whether it was ever there. It is not sent again${removed}`;
      return { path: one.territory, message };
    }),
    ...problemsOfBegun(begun),
    ...toProblems(
      unseen,
      'the request had no answer, and Apple does not show its price; it is not sent again',
    ),
    ...toProblems(openSteps(plan, record), 'nothing was sent; request it again under a new key'),
  ];
  const isFirst = ({ path }: Problem, index: number): boolean =>
    problems.findIndex((other) => other.path === path) === index;
  return goOn(await finishChange(context, record, unsettled(record, problems.filter(isFirst))));
}

const toProblems = (steps: readonly Step[], message: string): Problem[] =>
  Object.keys(effectsOf(steps)).map((path) => ({ path, message }));
