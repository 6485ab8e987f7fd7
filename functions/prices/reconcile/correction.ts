import { requestChange } from '../accept/accept-change.ts';
import type { RequestDependencies } from '../accept/accept-dependencies.ts';
import type { Plan } from '../plan/plan.ts';
import { pacificToday } from '../request/pacific-day.ts';
import type { PriceRequest } from '../request/price-request.ts';
import { isOver } from '../store/change-record.ts';
import type { DesiredPrices } from './desired-files.ts';

export type Correction = {
  changeId: string;
  /** A correction is accepted or still under way. */
  isRequested: boolean;
  /** Why none is, and how the attempts before ended. */
  reasons: readonly string[];
};

/** Uploads of one day can ask for so many corrections of the same drift. */
const ATTEMPTS_PER_DAY = 20;

/**
 * Requests the change that brings Apple's prices to the file's. Each attempt has a key of its own: an attempt that
 * ended while the drift is there again (refused, failed, or undone by somebody) must not use the key up. While an
 * attempt is under way no other is begun from the same state of Apple's prices.
 */
export async function requestCorrection(
  deps: RequestDependencies,
  desired: DesiredPrices,
  request: PriceRequest,
  plan: Plan,
): Promise<Correction> {
  const reasons: string[] = [];
  for (const changeId of attemptKeys(desired, plan, pacificToday(deps.clock.now()))) {
    const record = await deps.ledger.change(desired.team, changeId);
    // mutation: correction-again
    if (record !== undefined && isOver(record)) {
      reasons.splice(
        0,
        reasons.length,
        `an attempt before (${changeId}) ended: ${record.outcome ?? record.state}`,
      );
      continue;
    }
    const answer = await requestChange(deps, { ...request, idempotencyKey: changeId }, true, plan.label);
    if (record?.state === 'planned') reasons.push('the correction waits for an approval');
    return {
      changeId,
      isRequested: answer.status !== 'rejected',
      reasons: [...reasons, ...(answer.problems ?? []).map(({ message }) => message)],
    };
  }
  return {
    changeId: plan.changeId,
    isRequested: false,
    reasons: [...reasons, 'the day has had its attempts'],
  };
}

/** The first key names the file's version and Apple's state; those after it also the day. */
function attemptKeys({ product, version }: DesiredPrices, plan: Plan, today: string): string[] {
  const { kind, id, plan: planType } = product;
  const name = `desired/${kind}/${id}${planType === 'MONTHLY' ? '.MONTHLY' : ''}`;
  const first = `${name}/${version.slice(0, 16)}/${plan.stateSha256.slice(0, 16)}`;
  const later = Array.from({ length: ATTEMPTS_PER_DAY }, (_, index) =>
    index === 0 ? `${first}/${today}` : `${first}/${today}.${index + 1}`,
  );
  return [first, ...later];
}
