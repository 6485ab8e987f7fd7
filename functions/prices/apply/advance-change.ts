import { type ChangeRecord, isOver } from '../store/change-record.ts';
import { readPlan } from '../store/plan-store.ts';
import type { ApplyDependencies } from './apply-dependencies.ts';
import { prepareChange } from './prepare-change.ts';
import { resolveUncertainWrite } from './resolve-uncertain-write.ts';
import { sendStep } from './send-step.ts';
import type { ApplyContext, StepResult } from './stage.ts';
import { verifyChange } from './verify-change.ts';

/** A change that is over or waits for an approval, or how many milliseconds later to come back. */
export type AdvanceResult = StepResult;

/**
 * Goes on with a change wherever it stands, until it is over, waits for an approval, or has to wait.
 *
 * accepted → plan → for each step: mark, send once → read back → applied; every doubt is settled by reading
 * Apple's state first.
 */
export async function advanceChange(
  deps: ApplyDependencies,
  accepted: ChangeRecord,
  fence: number,
): Promise<AdvanceResult> {
  const { team, request } = accepted;
  const work: ApplyContext = { deps, fence, priceList: deps.priceList(team, request.product) };
  let record = await deps.ledger.transition(accepted, { kind: 'take', fence });
  while (!isOver(record) && record.state !== 'planned') {
    const stage = await nextStage(work, record);
    if ('later' in stage) return stage;
    record = stage.record;
  }
  return { record };
}

async function nextStage(work: ApplyContext, record: ChangeRecord): Promise<StepResult> {
  if (record.state === 'accepted') return prepareChange(work, record);
  const plan = await readPlan(work.deps.audit, record);
  if (record.sending !== undefined) return resolveUncertainWrite(work, record, plan);
  if (record.cursor < record.stepCount) return sendStep(work, record, plan);
  return verifyChange(work, record, plan);
}
