import { accepted } from '../../../platform/validation/checked.ts';
import type { Outcome } from '../../../platform/validation/outcome.ts';
import { type Plan, sealPlan } from '../../plan/plan.ts';
import type { PriceList } from '../../plan/price-list.ts';
import type { StepDraft } from '../../plan/steps.ts';
import type { PriceRequest } from '../../request/price-request.ts';
import type { ChangeRecord, ProductRecord } from '../../store/change-record.ts';
import { readPlanAt } from '../../store/plan-store.ts';
import { makePlan } from '../context/make-plan.ts';
import { classifyPlanningError } from '../context/retry-policy.ts';
import { type Settled, settledSoFar, warnOfUnshown } from '../context/settled.ts';
import type { ApplyContext } from '../context/stage.ts';

type PlanContext = Pick<ApplyContext, 'priceList' | 'rules' | 'audit' | 'ledger' | 'clock'>;

export type PlanOptions = {
  /** The earliest start after Apple refused an earlier one. */
  postponedTo?: string | undefined;
  /** Scheduled prices are removed before a new one is sent. */
  removesScheduled?: boolean;
  /** Earlier changes whose acknowledged writes Apple has not shown. */
  unshown?: ProductRecord['unshown'];
};

/**
 * Plans what is still missing of a change. What it has settled already is not sent again, also where Apple does not
 * show it yet.
 */
export async function planChange(
  context: PlanContext,
  record: ChangeRecord,
  { postponedTo, removesScheduled = false, unshown = [] }: PlanOptions,
): Promise<Outcome<Plan>> {
  const settled = await settledSoFar(context, record);
  const { team, changeId } = record;
  const request = await inAmounts(context, record);
  const planned = await classifyPlanningError(() =>
    makePlan(sending(context.priceList, { settled, removesScheduled }), context.rules, {
      team,
      changeId,
      request,
      ...(postponedTo !== undefined && { postponedTo }),
    }),
  );
  if (planned.kind !== 'ok' || unshown.length === 0) return planned;
  return accepted(sealPlan(await warnOfUnshown(context, planned.value, unshown)));
}

/**
 * A percentage counts from the prices before the change. Once something was sent, the amounts of the first plan hold, so
 * that what has taken effect is not moved a second time.
 */
async function inAmounts(
  { audit }: Pick<PlanContext, 'audit'>,
  { request, everSent, planKeys: [first] }: ChangeRecord,
): Promise<PriceRequest> {
  const { percent, ...rest } = request;
  if (percent === undefined || !everSent || first === undefined) return request;
  const { entries } = await readPlanAt(audit, first);
  const fixed = entries.filter(({ kind }) => kind !== 'follows' && kind !== 'automatic');
  return {
    ...rest,
    prices: Object.fromEntries(fixed.map(({ territory, target }) => [territory, target.price])),
  };
}

type Sending = { settled: Settled; removesScheduled: boolean };

/**
 * A price list whose steps leave out what is settled, and remove scheduled prices first where that is needed. A removal
 * that Apple has acknowledged is not sent again, also where Apple still shows what it removed; the new price still is.
 */
const sending = (priceList: PriceList, { settled, removesScheduled }: Sending): PriceList => ({
  ...priceList,
  steps: (...input) => {
    const [state, entries, ...more] = input;
    const open = entries.map((entry) =>
      settled.finished[entry.territory] === undefined
        ? entry
        : { ...entry, kind: 'none' as const, removes: [] },
    );
    const steps = priceList.steps(state, open, ...more);
    const removals = !removesScheduled
      ? []
      : open
          .filter(({ kind }) => kind === 'change')
          .flatMap((entry) => {
            const removes = (state.territories.get(entry.territory)?.scheduled ?? []).map(
              ({ recordId }) => recordId,
            );
            const after = entry.before.filter(({ from }) => from === null);
            return priceList.steps(state, [{ ...entry, kind: 'unschedule', removes, after }], ...more);
          });
    const removed = new Set(settled.steps.filter(isRemoval).map(({ write }) => write.path));
    return [...removals, ...afterRemovals(steps, removals)].filter(
      (step) => !isRemoval(step) || !removed.has(step.write.path),
    );
  },
});

const isRemoval = ({ write }: StepDraft): boolean => write.method === 'DELETE';

/** The steps that follow removals begin with what those leave. */
function afterRemovals(steps: readonly StepDraft[], removals: readonly StepDraft[]): StepDraft[] {
  const left = Object.assign({}, ...removals.map(({ effects }) => effects));
  return steps.map((step) => ({
    ...step,
    effects: Object.fromEntries(
      Object.entries(step.effects).map(([territory, effect]) => [
        territory,
        { ...effect, before: left[territory]?.after ?? effect.before },
      ]),
    ),
  }));
}
