import type { Problem } from '../../platform/errors.ts';
import type { Plan } from '../plan/plan.ts';
import type { PriceRequest } from '../request/price-request.ts';
import type { ApplyDependencies } from './apply-dependencies.ts';
import { makePlan } from './make-plan.ts';
import { classifyPlanningError } from './retry-policy.ts';

/** The plan of a dry run and where it is kept, or all that stands against it. */
export type DryRunAnswer = { plan: Plan; planKey: string } | { problems: Problem[] };

/**
 * Plans a request without sending anything, and keeps the plan with the audit.
 */
export async function planDryRun(deps: ApplyDependencies, request: PriceRequest): Promise<DryRunAnswer> {
  const { team, idempotencyKey: changeId } = request;
  const made = await classifyPlanningError(() =>
    makePlan(deps.priceList(team, request.product), deps.rules(team), { team, changeId, request }),
  );
  if ('problems' in made) return made;
  if ('later' in made) {
    const seconds = Math.ceil(made.later / 1000);
    const message = `Apple cannot be read now; try again in ${seconds} seconds. ${made.why}`;
    return { problems: [{ path: '(apple)', message }] };
  }
  const at = { team, changeId, acceptedAt: deps.clock.now() };
  const name = `dry-run-${made.plan.sha256.slice(0, 16)}`;
  const planKey = await deps.audit.write(at, name, { ...made.plan, requestedBy: request.requestedBy });
  return { plan: made.plan, planKey };
}
