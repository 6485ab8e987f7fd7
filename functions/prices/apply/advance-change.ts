import { type ChangeRecord, isOver } from '../store/change-record.ts';
import { readPlan } from '../store/plan-store.ts';
import type { ApplyDependencies } from './apply-dependencies.ts';
import { prepareChange } from './prepare-change.ts';
import { resolveDoubt } from './resolve-uncertain-write.ts';
import { sendStep } from './send-step.ts';
import type { Stage, Work } from './stage.ts';
import { verifyChange } from './verify-change.ts';

/** A change that is over or waits for an approval, or how many milliseconds later to come back. */
export type Settled = Stage;

/**
 * Goes on with a change wherever it stands, until it is over, waits for an approval, or has to wait.
 *
 * accepted → plan → for each step: mark, send once → read back → applied; every doubt is settled by reading
 * Apple's state first.
 */
export async function settleChange(
  deps: ApplyDependencies,
  accepted: ChangeRecord,
  fence: number,
): Promise<Settled> {
  const { team, request } = accepted;
  const work: Work = { deps, fence, priceList: deps.priceList(team, request.product) };
  let record = await deps.ledger.move(accepted, { kind: 'take', fence });
  while (!isOver(record) && record.state !== 'planned') {
    const stage = await nextStage(work, record);
    if ('later' in stage) return stage;
    record = stage.record;
  }
  return { record };
}

async function nextStage(work: Work, record: ChangeRecord): Promise<Stage> {
  if (record.state === 'accepted') return prepareChange(work, record);
  const plan = await readPlan(work.deps.audit, record);
  if (record.sending !== undefined) return resolveDoubt(work, record, plan);
  if (record.cursor < record.stepCount) return sendStep(work, record, plan);
  return verifyChange(work, record, plan);
}
