import type { Problem } from '../../platform/errors.ts';
import { MetricName } from '../../platform/logging/metrics.ts';
import type { Plan } from '../plan/plan.ts';
import type { ChangeRecord } from '../store/change-record.ts';
import { appliedEvent, failedEvent, rejectedEvent, unsettledEvent } from '../store/price-events.ts';
import type { ApplyDependencies } from './apply-dependencies.ts';
import { publishPendingEvents } from './publish-pending-events.ts';

// How a change ends. Each ending is written to the audit, then to the record together with the event that tells
// it, then told: a crash between leaves nothing unsaid.

type EndingDependencies = Pick<
  ApplyDependencies,
  'ledger' | 'audit' | 'sendEvents' | 'log' | 'metric' | 'clock'
>;

/** Apple shows every price of the plan. `proof` is what was read. */
export async function applyAs(
  deps: EndingDependencies,
  record: ChangeRecord,
  fence: number,
  plan: Plan | undefined,
  proof: Record<string, unknown>,
  outcome: string,
): Promise<ChangeRecord> {
  await deps.audit.write(record, '999-applied', { ...whoOf(record), outcome, proof, at: at(deps) });
  const told = appliedEvent(record, plan);
  return end(
    deps,
    await deps.ledger.transition(record, { kind: 'apply', fence, outcome, told }),
    MetricName.priceChangeApplied,
  );
}

/** Nothing was sent. */
export async function rejectAs(
  deps: EndingDependencies,
  record: ChangeRecord,
  fence: number,
  problems: readonly Problem[],
): Promise<ChangeRecord> {
  const outcome = `rejected: ${problems.length} problem${problems.length === 1 ? '' : 's'}`;
  await deps.audit.write(record, '999-rejected', { ...whoOf(record), outcome, problems, at: at(deps) });
  const told = rejectedEvent(record, problems);
  const ended = await deps.ledger.transition(record, { kind: 'reject', fence, problems, outcome, told });
  return end(deps, ended, MetricName.priceChangeRejected);
}

/** Apple refused a request for good. `tookEffect` names the territories that had changed by then. */
export async function failAs(
  deps: EndingDependencies,
  record: ChangeRecord,
  fence: number,
  problems: readonly Problem[],
  tookEffect: readonly string[],
): Promise<ChangeRecord> {
  const outcome =
    tookEffect.length === 0
      ? 'failed: Apple shows no price of this change'
      : `failed: ${tookEffect.length} territories have their new price: ${tookEffect.join(', ')}`;
  await deps.audit.write(record, '999-failed', {
    ...whoOf(record),
    outcome,
    problems,
    tookEffect,
    at: at(deps),
  });
  const told = failedEvent(record, problems, tookEffect);
  const ended = await deps.ledger.transition(record, { kind: 'fail', fence, problems, outcome, told });
  return end(deps, ended, MetricName.priceChangeFailed);
}

/** What Apple shows cannot be explained. */
export async function giveUpAs(
  deps: EndingDependencies,
  record: ChangeRecord,
  fence: number,
  problems: readonly Problem[],
): Promise<ChangeRecord> {
  const outcome = 'unsettled: a person has to look at the prices in App Store Connect';
  await deps.audit.write(record, '999-unsettled', { ...whoOf(record), outcome, problems, at: at(deps) });
  const told = unsettledEvent(record, problems);
  const ended = await deps.ledger.transition(record, { kind: 'giveUp', fence, problems, outcome, told });
  return end(deps, ended, MetricName.priceChangeUnsettled);
}

async function end(
  deps: EndingDependencies,
  record: ChangeRecord,
  metric: MetricName,
): Promise<ChangeRecord> {
  const { team, changeId, state, outcome } = record;
  deps.log.info('The price change is over', { team, changeId, state, outcome });
  deps.metric(metric, 1, { team });
  await publishPendingEvents(deps, record);
  return record;
}

export const whoOf = ({
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

const at = ({ clock }: Pick<ApplyDependencies, 'clock'>): string => new Date(clock.now()).toISOString();
