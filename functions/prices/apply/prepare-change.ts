import type { Problem } from '../../platform/errors.ts';
import { MetricName } from '../../platform/logging/metrics.ts';
import { blockedOn, needsApproval } from '../plan/limits.ts';
import type { Plan } from '../plan/plan.ts';
import { daysAfter, pacificToday } from '../request/pacific-day.ts';
import type { ChangeRecord } from '../store/change-record.ts';
import { readPlan, storePlan } from '../store/plan-store.ts';
import { plannedEvent } from '../store/price-events.ts';
import { applyAs, failAs, giveUpAs, rejectAs, whoOf } from './finish-change.ts';
import { makePlan } from './make-plan.ts';
import { publishPendingEvents } from './publish-pending-events.ts';
import { classifyPlanningError, retryReadBack } from './retry-policy.ts';
import type { ApplyContext, StepResult } from './stage.ts';

/** A plan is made again at most so often; then a person has to look. */
const MOST_REPLANS = 3;

/**
 * Plans an accepted change: reads Apple, finds the least set of differences, holds it against the limits, and
 * writes it down. Nothing has been sent yet, so every problem rejects it whole.
 */
export async function prepareChange(work: ApplyContext, record: ChangeRecord): Promise<StepResult> {
  const { deps, fence, priceList } = work;
  const early = problemsOfTheDay(work, record);
  const made = await classifyPlanningError(() => makePlan(priceList, deps.rules(record.team), record));
  if ('later' in made && early.length === 0) return made;
  const problems = [...early, ...('problems' in made ? made.problems : [])];
  if (problems.length > 0 || !('plan' in made)) {
    return { record: await rejectAs(deps, record, fence, problems) };
  }
  // Only what is going to be sent counts towards the day.
  const full = made.plan.steps.length === 0 ? [] : await dayIsFull(work, record);
  if (full.length > 0) return { record: await rejectAs(deps, record, fence, full) };
  return begin(work, record, made.plan, record);
}

function problemsOfTheDay({ deps }: ApplyContext, { request, team }: ChangeRecord): Problem[] {
  const now = deps.clock.now();
  const problems = blockedOn(deps.rules(team), pacificToday(now));
  if (request.notAfter !== undefined && now > Date.parse(request.notAfter)) {
    problems.push({
      path: 'notAfter',
      message: `${request.notAfter} has passed; ask again under a new key if it is still wanted`,
    });
  }
  return problems;
}

async function dayIsFull({ deps }: ApplyContext, { team, changeId }: ChangeRecord): Promise<Problem[]> {
  const today = pacificToday(deps.clock.now());
  const { maxChangesPerDay } = deps.rules(team);
  if (await deps.ledger.countToday(team, today, changeId, maxChangesPerDay)) return [];
  const message = `team ${team} has had its ${maxChangesPerDay} changes of ${today}; ask again tomorrow or raise maxChangesPerDay`;
  return [{ path: '(request)', message }];
}

/**
 * Writes a plan down and begins with it; one without a request is applied at once, one above the approval's
 * threshold waits.
 */
async function begin(
  work: ApplyContext,
  record: ChangeRecord,
  plan: Plan,
  { replan = false, postponedTo }: { replan?: boolean; postponedTo?: string | undefined },
): Promise<StepResult> {
  const { deps, fence } = work;
  const planKey = await storePlan(deps.audit, record, plan);
  if (plan.steps.length === 0) {
    const outcome = replan
      ? 'applied: Apple shows every price that was asked for'
      : 'applied: Apple had every price already; nothing was sent';
    return { record: await applyAs(deps, record, fence, plan, { entries: plan.entries }, outcome) };
  }
  if (needsApproval(deps.rules(record.team), plan.entries) && !(await isApproved(work, record, plan))) {
    const told = plannedEvent(record, plan, planKey);
    const planned = await deps.ledger.transition(record, {
      kind: 'plan',
      fence,
      planSha256: plan.sha256,
      planKey,
      told,
    });
    deps.metric(MetricName.priceChangePlanned, 1, { team: record.team });
    await publishPendingEvents(deps, planned);
    return { record: planned };
  }
  const begun = await deps.ledger.transition(record, {
    kind: 'begin',
    fence,
    planSha256: plan.sha256,
    planKey,
    stepCount: plan.steps.length,
    replan,
    postponedTo,
  });
  deps.log.info('The price change begins', {
    ...whoOf(record),
    planKey,
    requests: plan.steps.length,
    replan,
  });
  return { record: begun };
}

/**
 * An approval holds for the plan it names, and for what is left of it: every price that is still to be sent was
 * among those approved.
 */
async function isApproved({ deps }: ApplyContext, record: ChangeRecord, plan: Plan): Promise<boolean> {
  const { approval } = record;
  if (approval === undefined) return false;
  if (approval.planSha256 === plan.sha256) return true;
  if (!record.everSent || record.planSha256 === undefined) return false;
  const approved = await readPlan(deps.audit, record);
  const targets = new Set(approved.entries.map(targetOf));
  return plan.entries.filter(({ kind }) => kind !== 'none').every((entry) => targets.has(targetOf(entry)));
}

const targetOf = ({ territory, target, startDate, present }: Plan['entries'][number]): string =>
  JSON.stringify([territory, target.price, startDate, present?.price]);

/**
 * Plans what is still missing, after Apple showed neither the state before nor the one after. What was sent stays
 * sent, so a problem here is a failure that names what took effect.
 */
export async function replanChange(
  work: ApplyContext,
  record: ChangeRecord,
  plan: Plan,
): Promise<StepResult> {
  const { deps, fence, priceList } = work;
  if (record.replans >= MOST_REPLANS) {
    const message = `Apple's prices were not those of the plan after ${record.replans + 1} plans; look at them in App Store Connect`;
    return { record: await giveUpAs(deps, record, fence, [{ path: '(prices)', message }]) };
  }
  const made = await classifyPlanningError(() => makePlan(priceList, deps.rules(record.team), record));
  if ('later' in made) return made;
  if ('problems' in made) {
    const state = await retryReadBack(() => priceList.read());
    if ('later' in state) return state;
    const problems = made.problems;
    return { record: await failAs(deps, record, fence, problems, inEffect(plan, state.territories)) };
  }
  return begin(work, record, made.plan, { replan: true, postponedTo: record.postponedTo });
}

/** Apple may ask for so many days between today and the start of a price; no more are tried. */
const MOST_DAYS_AHEAD = 7;

/**
 * Plans again with one day later, after Apple definitely refused a start as too early. What had taken effect by then
 * keeps its start: it has the price that was asked for.
 *
 * @returns `undefined` where the request names its day, or no later one is tried
 */
export async function postponeChange(
  work: ApplyContext,
  record: ChangeRecord,
  plan: Plan,
): Promise<StepResult | undefined> {
  const { deps, priceList } = work;
  const today = pacificToday(deps.clock.now());
  const postponedTo = daysAfter(plan.startDate ?? today, 1);
  if (record.request.startDate !== undefined || postponedTo > daysAfter(today, MOST_DAYS_AHEAD))
    return undefined;
  const made = await classifyPlanningError(() =>
    makePlan(priceList, deps.rules(record.team), { ...record, postponedTo }),
  );
  if ('later' in made) return made;
  return 'problems' in made ? undefined : begin(work, record, made.plan, { postponedTo });
}

/** The territories of a plan that show its target, present or scheduled. */
export function inEffect(
  plan: Plan,
  territories: ReadonlyMap<
    string,
    { present: { id: string } | undefined; scheduled: readonly { point: { id: string } }[] }
  >,
): string[] {
  return plan.entries
    .filter(({ kind, territory, target }) => {
      const prices = territories.get(territory);
      const shown = [prices?.present?.id, ...(prices?.scheduled ?? []).map(({ point }) => point.id)];
      return kind !== 'none' && kind !== 'follows' && shown.includes(target.pricePointId);
    })
    .map(({ territory }) => territory);
}
