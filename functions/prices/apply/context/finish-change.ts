import type { Problem } from '../../../platform/errors.ts';
import { MetricName } from '../../../platform/logging/metrics.ts';
import type { Plan } from '../../plan/plan.ts';
import type { ChangeRecord, PendingPriceEvent } from '../../store/change-record.ts';
import { appliedEvent, failedEvent, rejectedEvent, unsettledEvent } from '../../store/price-events.ts';
import type { ApplyContext } from './stage.ts';

/** How a change ends: its last state, the sentence and the event that tell it, and what the audit keeps besides. */
export type Ending = {
  outcome: string;
  event: PendingPriceEvent;
  proof: Record<string, unknown>;
} & ({ state: 'applied' } | { state: 'rejected' | 'failed' | 'unsettled'; problems: readonly Problem[] });

/** Apple shows every price of the plan. `proof` is what was read. */
export const applied = (
  record: ChangeRecord,
  { plan, proof, outcome }: { plan: Plan | undefined; proof: Record<string, unknown>; outcome: string },
): Ending => ({ state: 'applied', outcome, proof: { proof }, event: appliedEvent(record, plan) });

/** Nothing was sent. */
export const rejected = (record: ChangeRecord, problems: readonly Problem[]): Ending => ({
  state: 'rejected',
  outcome: `rejected: ${problems.length} problem${problems.length === 1 ? '' : 's'}`,
  problems,
  proof: { problems },
  event: rejectedEvent(record, problems),
});

/** What is known of a change at its end: Apple shows the new price of a territory, or has only taken it. */
export type Known = { shown: readonly string[]; taken: readonly string[] };

/** Apple refused a request for good. */
export function failed(record: ChangeRecord, problems: readonly Problem[], known: Known): Ending {
  const tookEffect = [...known.shown, ...known.taken].toSorted();
  return {
    state: 'failed',
    outcome: `failed: ${knownText(known)}`,
    problems,
    proof: { problems, tookEffect },
    event: failedEvent(record, problems, tookEffect),
  };
}

function knownText({ shown, taken }: Known): string {
  const parts = [
    shown.length > 0 && `Apple shows the new price of ${shown.join(', ')}`,
    taken.length > 0 &&
      `Apple has taken the new price of ${taken.join(', ')}; whether it shows it was not seen at the end`,
  ].filter((part) => part !== false);
  return parts.length === 0 ? 'no price of this change took effect' : parts.join('; ');
}

/** What Apple shows cannot be explained. */
export const unsettled = (record: ChangeRecord, problems: readonly Problem[]): Ending => ({
  state: 'unsettled',
  outcome: 'unsettled: a person has to look at the prices in App Store Connect',
  problems,
  proof: { problems },
  event: unsettledEvent(record, problems),
});

const TRANSITION = { rejected: 'reject', failed: 'fail', unsettled: 'giveUp' } as const;
const METRIC = {
  applied: MetricName.priceChangeApplied,
  rejected: MetricName.priceChangeRejected,
  failed: MetricName.priceChangeFailed,
  unsettled: MetricName.priceChangeUnsettled,
} as const;

/**
 * Ends a change: in the audit first, then in its record together with the event that tells it, so that a crash in
 * between leaves nothing unsaid.
 */
export async function finishChange(
  context: Pick<ApplyContext, 'ledger' | 'audit' | 'fence' | 'log' | 'metric' | 'clock'>,
  record: ChangeRecord,
  ending: Ending,
): Promise<ChangeRecord> {
  const { ledger, audit, fence, log, metric, clock } = context;
  const { state, outcome, event, proof } = ending;
  const { team, changeId } = record;
  const at = new Date(clock.now()).toISOString();
  const { acknowledgments } = record;
  const facts = { ...requestFacts(record), outcome, acknowledgments };
  await audit.write(record, `999-${state}`, { ...facts, ...proof, at });
  const ended = await ledger.transition(
    record,
    state === 'applied'
      ? { kind: 'apply', fence, outcome, event }
      : { kind: TRANSITION[state], fence, outcome, event, problems: ending.problems },
  );
  log.info('Price change finished', { team, changeId, state, outcome });
  metric(METRIC[state], 1, { team });
  return ended;
}

/** Who asked for a change, and why. */
export const requestFacts = ({
  team,
  changeId,
  request,
  approval,
  origin,
}: ChangeRecord): Record<string, unknown> => ({
  team,
  changeId,
  product: request.product,
  requestedBy: request.requestedBy,
  reason: request.reason,
  origin,
  approval,
});
