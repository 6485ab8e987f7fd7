import type { Problem } from '../../../platform/errors.ts';
import { blockedOn } from '../../plan/limits.ts';
import { pacificToday } from '../../request/pacific-day.ts';
import { type ChangeRecord, isTooLate, type ProductRecord } from '../../store/change-record.ts';
import { finishChange, rejected } from '../context/finish-change.ts';
import { type ApplyContext, goOn, type StepResult } from '../context/stage.ts';
import { beginChange } from './begin.ts';
import { planChange } from './plan-change.ts';
import { failChange } from './replan.ts';

/**
 * Plans an accepted change: reads Apple, finds the least set of differences, holds it against the limits, and writes
 * it down. Nothing has been sent yet, so every problem rejects it whole; of a remainder that was approved, it fails.
 */
export async function prepareChange(
  context: ApplyContext,
  record: ChangeRecord,
  unshown: ProductRecord['unshown'],
): Promise<StepResult> {
  const early = problemsOfTheDay(context, record);
  const { postponedTo, removesScheduled } = record;
  const planned = await planChange(context, record, { postponedTo, removesScheduled, unshown });
  if (planned.kind === 'retry' && early.length === 0) return planned;
  const problems = [...early, ...(planned.kind === 'rejected' ? planned.problems : [])];
  if (problems.length > 0 || planned.kind !== 'ok') return refuse(context, record, problems);
  // Only what is going to be sent counts towards the day.
  // A campaign is counted as a whole when it begins.
  const isCounted = planned.value.steps.length === 0 || isMember(record);
  const full = isCounted ? [] : await dayIsFull(context, record);
  if (full.length > 0) return refuse(context, record, full);
  return beginChange(context, record, planned.value, { replan: false, postponedTo, removesScheduled });
}

const isMember = ({ request }: ChangeRecord): boolean => request.campaign !== undefined;

function problemsOfTheDay(
  { rules, clock }: Pick<ApplyContext, 'rules' | 'clock'>,
  record: ChangeRecord,
): Problem[] {
  const now = clock.now();
  // A campaign that has begun goes on as a whole: no period that begins meanwhile cuts it in two.
  const problems = isMember(record) ? [] : blockedOn(rules, pacificToday(now));
  if (isTooLate(record, now)) {
    const message = `${record.request.notAfter} has passed; ask again under a new key if it is still wanted`;
    problems.push({ path: 'notAfter', message });
  }
  return problems;
}

async function dayIsFull(
  { rules, clock, ledger }: Pick<ApplyContext, 'rules' | 'clock' | 'ledger'>,
  { team, changeId }: ChangeRecord,
): Promise<Problem[]> {
  const today = pacificToday(clock.now());
  const { maxChangesPerDay } = rules;
  if (await ledger.countToday(team, today, changeId, maxChangesPerDay)) return [];
  const message = `team ${team} has had its ${maxChangesPerDay} changes of ${today}; ask again tomorrow or raise maxChangesPerDay`;
  return [{ path: '(request)', message }];
}

async function refuse(
  context: ApplyContext,
  record: ChangeRecord,
  problems: readonly Problem[],
): Promise<StepResult> {
  if (!record.everSent) return goOn(await finishChange(context, record, rejected(record, problems)));
  return failChange(context, record, problems);
}
