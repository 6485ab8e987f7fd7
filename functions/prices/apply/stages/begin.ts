import { MetricName } from '../../../platform/logging/metrics.ts';
import { needsApproval } from '../../plan/limits.ts';
import type { Plan } from '../../plan/plan.ts';
import { canonicalJson } from '../../request/price-request.ts';
import type { ChangeRecord } from '../../store/change-record.ts';
import { readPlan, storePlan } from '../../store/plan-store.ts';
import { plannedEvent } from '../../store/price-events.ts';
import { applied, finishChange, requestFacts } from '../context/finish-change.ts';
import { settledNow, shownIn } from '../context/settled.ts';
import { type ApplyContext, goOn, type StepResult } from '../context/stage.ts';

type BeginContext = Pick<
  ApplyContext,
  'ledger' | 'audit' | 'rules' | 'fence' | 'log' | 'metric' | 'clock' | 'previewEffect'
>;

export type BeginOptions = { replan: boolean; postponedTo: string | undefined; removesScheduled: boolean };

/**
 * Stores a plan and begins with it. A plan without a request ends the change at once, where nothing was sent before; a
 * plan above the approval's threshold waits.
 */
export async function beginChange(
  context: BeginContext,
  record: ChangeRecord,
  plan: Plan,
  options: BeginOptions,
): Promise<StepResult> {
  const { audit, ledger, rules, fence, log, metric } = context;
  const planKey = await storePlan(audit, record, plan);
  const settled = (await settledNow(context, record)).map(({ id }) => id);
  const nothingSettled = settled.length === 0 && record.settledBefore.length === 0;
  if (plan.steps.length === 0 && nothingSettled) {
    const outcome = options.replan
      ? 'applied: Apple shows every price that was asked for'
      : 'applied: Apple had every price already; nothing was sent';
    const ending = applied(record, { plan, proof: { entries: plan.entries }, outcome });
    return goOn(await finishChange(context, record, ending));
  }
  const named = { fence, planSha256: plan.sha256, planKey, label: plan.label, settled };
  // Who approved the temporary price has approved its way back: both stand in one plan.
  const isReturn = record.request.returnOf !== undefined;
  // A member of a campaign waits until the campaign begins as a whole.
  // mutation: campaign-members-wait
  const isMember = record.request.campaign !== undefined;
  const needed = !isReturn && plan.steps.length > 0 && (isMember || needsApproval(rules, plan));
  if (needed && !(await isApproved(context, record, plan))) {
    const event = isMember
      ? undefined
      : plannedEvent(record, plan, planKey, await context.previewEffect?.(plan));
    const { postponedTo, removesScheduled } = options;
    const planned = await ledger.transition(record, {
      ...{ kind: 'plan', ...named, event },
      ...{ postponedTo, removesScheduled },
      shown: await shownIn(context, record, plan),
    });
    if (!isMember) {
      metric(MetricName.priceChangePlanned, 1, { team: record.team });
      log.info('Price change waits for its approval', { ...requestFacts(record), planKey });
    }
    return goOn(planned);
  }
  const stepCount = plan.steps.length;
  const begun = await ledger.transition(record, { kind: 'begin', ...named, ...options, stepCount });
  const { replan } = options;
  log.info('Price change begins', { ...requestFacts(record), planKey, requests: stepCount, replan });
  return goOn(begun);
}

/**
 * An approval holds for the plan it names, and for what is left of it: every price that is still to be sent was
 * among those approved.
 */
async function isApproved(
  { audit }: Pick<BeginContext, 'audit'>,
  record: ChangeRecord,
  plan: Plan,
): Promise<boolean> {
  const { approval } = record;
  if (approval === undefined) return false;
  if (approval.planSha256 === plan.sha256) return true;
  if (record.planSha256 === undefined) return false;
  if (!record.everSent) {
    if (record.planSha256 !== approval.planSha256 || record.request.startDate !== undefined) return false;
    return sameButLater(await readPlan(audit, record), plan);
  }
  const approved = await readPlan(audit, record);
  const targets = new Set(approved.entries.map(targetOf));
  return plan.entries.filter(({ kind }) => kind !== 'none').every((entry) => targets.has(targetOf(entry)));
}

/** Without a day in the request the start is the earliest that Apple allows, and moves on while the plan waits. */
const sameButLater = (approved: Plan, plan: Plan): boolean =>
  (approved.startDate ?? '') <= (plan.startDate ?? '') && contentOf(approved) === contentOf(plan);

const contentOf = ({ product, entries, baseTerritory, wayBack }: Plan): string =>
  canonicalJson({
    product,
    baseTerritory,
    wayBack,
    entries: entries.map(({ territory, currency, kind, present, target, existingSubscribers, ...entry }) => ({
      ...{ territory, currency, kind, existingSubscribers },
      ...{ from: present?.price, to: target.price, scheduled: entry.scheduled, automatic: entry.automatic },
    })),
  });

const targetOf = ({ territory, target, startDate, present }: Plan['entries'][number]): string =>
  JSON.stringify([territory, target.price, startDate, present?.price]);
