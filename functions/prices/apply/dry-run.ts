import { AppStoreConnectError } from '../../app-store-connect/protocol/errors.ts';
import type { Problem } from '../../platform/errors.ts';
import type { EpochMillis } from '../../platform/util/clock.ts';
import { MINUTE_MILLIS, SECOND_MILLIS } from '../../platform/util/time.ts';
import { type Outcome, unreachable } from '../../platform/validation/outcome.ts';
import type { Plan } from '../plan/plan.ts';
import type { PriceRequest } from '../request/price-request.ts';
import type { Product } from '../request/product.ts';
import type { ApplyDependencies } from './context/apply-dependencies.ts';
import { makePlan } from './context/make-plan.ts';
import { classifyPlanningError } from './context/retry-policy.ts';

/**
 * The plan of a dry run and where it is kept, the list of problems, or that Apple's price points are still being read:
 * then ask again after `afterMillis`. `needsWorker`: nobody reads on yet.
 */
export type DryRunAnswer =
  | { plan: Plan; planKey: string }
  | { problems: readonly Problem[] }
  | { pending: { afterMillis: number; reason: string; needsWorker: boolean } };

/** Tells that somebody is reading a product's price points, until when at the latest. */
export type PlanningMark = {
  until(team: string, product: Product): Promise<EpochMillis | undefined>;
  set(team: string, product: Product, until: EpochMillis): Promise<void>;
};

export type DryRunDependencies = Pick<
  ApplyDependencies,
  'priceList' | 'rules' | 'audit' | 'clock' | 'remainingMillis'
> & { planning: PlanningMark };

const ASK_AGAIN_MILLIS = 15 * SECOND_MILLIS;

/**
 * Plans a request without sending anything, and keeps the plan with the audit. What Apple was asked for is kept too, so
 * that a plan that takes longer than its caller waits is asked for again and goes on where it stopped.
 *
 * @param inBackground whether nobody waits: reads to the end of the invocation, and nobody else reads meanwhile
 */
export async function planDryRun(
  deps: DryRunDependencies,
  request: PriceRequest,
  inBackground: boolean,
): Promise<DryRunAnswer> {
  const { team, product } = request;
  const until = await deps.planning.until(team, product);
  if (until !== undefined && until > deps.clock.now()) return pending(false);
  if (!inBackground) return plan(deps, request);
  await deps.planning.set(team, product, deps.clock.now() + deps.remainingMillis());
  try {
    return await plan(deps, request);
  } finally {
    await deps.planning.set(team, product, deps.clock.now());
  }
}

async function plan(deps: DryRunDependencies, request: PriceRequest): Promise<DryRunAnswer> {
  const { team, idempotencyKey: changeId } = request;
  const made = await classifyPlanningError(async (): Promise<Outcome<Plan | undefined>> => {
    try {
      const priceList = deps.priceList(team, request.product);
      return await makePlan(priceList, deps.rules(team), { team, changeId, request });
    } catch (error) {
      if (isOutOfTime(error)) return { kind: 'ok', value: undefined };
      throw error;
    }
  });
  switch (made.kind) {
    case 'rejected':
      return { problems: made.problems };
    case 'retry': {
      const seconds = Math.ceil(made.afterMillis / SECOND_MILLIS);
      const message = `Apple cannot be read now; try again in ${seconds} seconds. ${made.reason}`;
      return { problems: [{ path: '(apple)', message }] };
    }
    case 'ok':
      return made.value === undefined ? pending(true) : keepPlan(deps, request, made.value);
    default:
      return unreachable(made);
  }
}

async function keepPlan(
  { audit, clock }: Pick<DryRunDependencies, 'audit' | 'clock'>,
  { team, idempotencyKey: changeId, requestedBy }: PriceRequest,
  made: Plan,
): Promise<DryRunAnswer> {
  const at = { team, changeId, acceptedAt: clock.now() };
  const name = `dry-run-${made.sha256.slice(0, 16)}`;
  const planKey = await audit.write(at, name, { ...made, requestedBy });
  return { plan: made, planKey };
}

const pending = (needsWorker: boolean): Extract<DryRunAnswer, { pending: unknown }> => ({
  pending: {
    afterMillis: ASK_AGAIN_MILLIS,
    reason: "Apple's price points of this product are being read; the plan goes on where it stopped",
    needsWorker,
  },
});

/** The invocation, or the minute of the key's requests, is used up: not Apple's fault, and over soon. */
const isOutOfTime = (error: unknown): boolean =>
  error instanceof AppStoreConnectError &&
  (error.code === 'DEADLINE' ||
    (error.code === 'BUDGET_RESERVED' && (error.retryAfterMillis ?? MINUTE_MILLIS) < MINUTE_MILLIS));
