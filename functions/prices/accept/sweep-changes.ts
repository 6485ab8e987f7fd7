import { MetricName } from '../../platform/logging/metrics.ts';
import { publishPendingEvents } from '../apply/publish-pending-events.ts';
import { type ChangeRecord, isOver } from '../store/change-record.ts';
import { TransitionConflictError } from '../store/change-transitions.ts';
import { rejectedEvent, unapprovedEvent } from '../store/price-events.ts';
import type { AcceptDependencies } from './accept-change.ts';

/** A change that has not moved for so long has lost its message or its worker. */
const STILL_MILLIS = 7 * 60_000;
const MINUTE = 60_000;

export type Sweep = { open: number; queuedAgain: number; told: number; expired: number };

/**
 * Every few minutes: sends again what was accepted or begun and stands still, tells what is still owed, ends what
 * nobody approved in time. Reports how long the oldest has stood still and waited, so that silence is alarmed.
 */
export async function sweepChanges(deps: AcceptDependencies): Promise<Sweep> {
  const sweep: Sweep = { open: 0, queuedAgain: 0, told: 0, expired: 0 };
  let stuck = 0;
  let waiting = 0;
  for await (const record of deps.ledger.open()) {
    sweep.open += 1;
    const age = deps.clock.now() - record.movedAt;
    // mutation: sweep-sends-events
    if (record.owed.length > 0 && age > MINUTE) {
      await publishPendingEvents(deps, record);
      sweep.told += 1;
    }
    if (record.state === 'planned') {
      waiting = Math.max(waiting, age);
      if (isTooLate(deps, record)) {
        await expire(deps, record);
        sweep.expired += 1;
      }
    } else if (!isOver(record)) {
      stuck = Math.max(stuck, deps.clock.now() - record.acceptedAt);
      // mutation: sweep-queues-again
      if (age > STILL_MILLIS) {
        await deps.queueChange(record);
        sweep.queuedAgain += 1;
      }
    }
  }
  deps.metric(MetricName.priceChangeStuckMinutes, Math.floor(stuck / MINUTE));
  deps.metric(MetricName.priceChangeWaitingMinutes, Math.floor(waiting / MINUTE));
  deps.log.info('Swept the open price changes', sweep);
  return sweep;
}

const isTooLate = ({ clock }: AcceptDependencies, { request }: ChangeRecord): boolean =>
  request.notAfter !== undefined && clock.now() > Date.parse(request.notAfter);

async function expire(deps: AcceptDependencies, record: ChangeRecord): Promise<void> {
  const problems = [
    { path: 'notAfter', message: `${record.request.notAfter} passed before anybody approved` },
  ];
  const outcome = record.everSent
    ? 'failed: its remainder was not approved in time'
    : 'rejected: not approved in time';
  const event = record.everSent ? unapprovedEvent(record, problems) : rejectedEvent(record, problems);
  try {
    const kind = record.everSent ? 'lapse' : 'expire';
    await publishPendingEvents(
      deps,
      await deps.ledger.transition(record, { kind, problems, outcome, event }),
    );
  } catch (error) {
    if (!(error instanceof TransitionConflictError)) throw error;
    deps.log.info('A change moved while it was swept', { changeId: record.changeId });
  }
}
