import type { EpochMillis } from '../platform/clock.ts';
import { type ApplyDependencies, type ApplyResult, DONE, later } from './apply-change.ts';
import { type ChangeRecord, isOver } from './change-record.ts';
import { prepareChange } from './prepare-change.ts';
import type { PriceBook } from './price-book.ts';
import { resolveDoubt } from './resolve-doubt.ts';
import { sendStep } from './send-step.ts';
import { readPlan } from './stored-plan.ts';
import { verifyChange } from './verify-change.ts';

/** One change in one worker's hands. */
export type Work = { deps: ApplyDependencies; fence: number; book: PriceBook };

/** Where a stage leaves a change: a record to go on with, or a reason to come back later. */
export type Stage = { record: ChangeRecord } | { later: EpochMillis };

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
): Promise<ApplyResult> {
  const { team, request } = accepted;
  const work: Work = { deps, fence, book: deps.book(team, request.product) };
  let record = await deps.ledger.move(accepted, { kind: 'take', fence });
  while (!isOver(record) && record.state !== 'planned') {
    const stage = await nextStage(work, record);
    if ('later' in stage) return later(stage.later);
    record = stage.record;
  }
  return DONE;
}

async function nextStage(work: Work, record: ChangeRecord): Promise<Stage> {
  if (record.state === 'accepted') return prepareChange(work, record);
  const plan = await readPlan(work.deps.audit, record);
  if (record.sending !== undefined) return resolveDoubt(work, record, plan);
  if (record.cursor < record.stepCount) return sendStep(work, record, plan);
  return verifyChange(work, record, plan);
}
