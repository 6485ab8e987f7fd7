import type { Problem } from '../../platform/errors.ts';
import { unreachable } from '../../platform/validation/outcome.ts';
import type { Plan } from '../plan/plan.ts';
import type { PriceRequest } from '../request/price-request.ts';
import type { ApplyDependencies } from './apply-dependencies.ts';
import { makePlan } from './make-plan.ts';
import { classifyPlanningError } from './retry-policy.ts';

/** The plan of a dry run and where it is kept, or every problem that stands against it. */
export type DryRunAnswer = { plan: Plan; planKey: string } | { problems: readonly Problem[] };

/** Plans a request without sending anything, and keeps the plan with the audit. */
export async function planDryRun(
  { priceList, rules, audit, clock }: Pick<ApplyDependencies, 'priceList' | 'rules' | 'audit' | 'clock'>,
  request: PriceRequest,
): Promise<DryRunAnswer> {
  const { team, idempotencyKey: changeId } = request;
  const planned = await classifyPlanningError(() =>
    makePlan(priceList(team, request.product), rules(team), { team, changeId, request }),
  );
  switch (planned.kind) {
    case 'rejected':
      return { problems: planned.problems };
    case 'retry': {
      const seconds = Math.ceil(planned.afterMillis / 1000);
      const message = `Apple cannot be read now; try again in ${seconds} seconds. ${planned.reason}`;
      return { problems: [{ path: '(apple)', message }] };
    }
    case 'ok': {
      const plan = planned.value;
      const at = { team, changeId, acceptedAt: clock.now() };
      const name = `dry-run-${plan.sha256.slice(0, 16)}`;
      const planKey = await audit.write(at, name, { ...plan, requestedBy: request.requestedBy });
      return { plan, planKey };
    }
    default:
      return unreachable(planned);
  }
}
