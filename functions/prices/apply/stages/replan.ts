import type { Problem } from '../../../platform/errors.ts';
import { unreachable } from '../../../platform/validation/outcome.ts';
import type { Plan } from '../../plan/plan.ts';
import { daysAfter, pacificToday } from '../../request/pacific-day.ts';
import type { ChangeRecord, Refusal } from '../../store/change-record.ts';
import { failed, finishChange, unsettled } from '../context/finish-change.ts';
import { territoriesShown } from '../context/look.ts';
import { retryReadBack } from '../context/retry-policy.ts';
import { problemsOfBegun, settledSoFar } from '../context/settled.ts';
import { type ApplyContext, goOn, type StepResult } from '../context/stage.ts';
import { effectsOf } from '../context/wave.ts';
import { beginChange } from './begin.ts';
import { planChange } from './plan-change.ts';

/** A plan is made again at most so often; then a person has to look. */
const MAXIMUM_REPLANS = 3;
/** Apple may ask for so many days between today and the start of a price; no more are tried. */
const MAXIMUM_DAYS_AHEAD = 7;

/**
 * Plans what is still missing, after Apple showed neither the state before a step nor the one after it. What was sent
 * stays sent, so a problem here is a failure that names what took effect.
 */
export async function replanChange(
  context: ApplyContext,
  record: ChangeRecord,
  plan: Plan,
): Promise<StepResult> {
  if (record.replans >= MAXIMUM_REPLANS) {
    const message = `Apple's prices were not those of the plan after ${record.replans + 1} plans; look at them in App Store Connect`;
    return goOn(await finishChange(context, record, unsettled(record, [{ path: '(prices)', message }])));
  }
  const { postponedTo, removesScheduled } = record;
  const planned = await planChange(context, record, { postponedTo, removesScheduled });
  switch (planned.kind) {
    case 'retry':
      return planned;
    case 'ok':
      return beginChange(context, record, planned.value, { replan: true, postponedTo, removesScheduled });
    case 'rejected': {
      const effects = effectsOf(plan.steps);
      const state = await retryReadBack(() => context.priceList.readBack(Object.keys(effects)));
      if (state.kind === 'retry') return state;
      const shown = territoriesShown(state.value, effects);
      return failChange(context, record, planned.problems, shown);
    }
    default:
      return unreachable(planned);
  }
}

/**
 * Goes on after a definite refusal of Apple's. A start date that is too early is moved to the day that Apple names,
 * and a second scheduled price is sent after the first one is removed, each once; any other refusal ends the change.
 */
export async function settleRefusal(
  context: ApplyContext,
  record: ChangeRecord,
  refusal: Refusal,
): Promise<StepResult> {
  const options = changedBy(refusal, record, pacificToday(context.clock.now()));
  if (options === undefined) return failChange(context, record, refusal.problems);
  const planned = await planChange(context, record, options);
  switch (planned.kind) {
    case 'retry':
      return planned;
    case 'ok':
      return beginChange(context, record, planned.value, { ...options, replan: false });
    case 'rejected':
      return failChange(context, record, refusal.problems);
    default:
      return unreachable(planned);
  }
}

type Changed = { postponedTo: string | undefined; removesScheduled: boolean };

/** How the next plan differs, or `undefined` where no other one helps. */
function changedBy(
  { earliestDay, secondScheduledPrice }: Refusal,
  { request, postponedTo, removesScheduled }: ChangeRecord,
  today: string,
): Changed | undefined {
  if (secondScheduledPrice && !removesScheduled) return { postponedTo, removesScheduled: true };
  const isLater = earliestDay !== undefined && (postponedTo === undefined || earliestDay > postponedTo);
  const isNear = earliestDay !== undefined && earliestDay <= daysAfter(today, MAXIMUM_DAYS_AHEAD);
  // A day that the request names is never moved.
  return request.startDate === undefined && isLater && isNear
    ? { postponedTo: earliestDay, removesScheduled }
    : undefined;
}

/** @param shown territories of which Apple shows the new price now, as far as it was asked */
export async function failChange(
  context: ApplyContext,
  record: ChangeRecord,
  problems: readonly Problem[],
  shown: readonly string[] = [],
): Promise<StepResult> {
  const { finished, begun } = await settledSoFar(context, record);
  const taken = Object.keys(finished)
    .filter((territory) => !shown.includes(territory))
    .toSorted();
  const half = problemsOfBegun(begun).filter(({ path }) => !shown.includes(path));
  const known = { shown: shown.toSorted(), taken };
  return goOn(await finishChange(context, record, failed(record, [...problems, ...half], known)));
}
