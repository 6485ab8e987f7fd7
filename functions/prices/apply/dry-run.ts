import { AppStoreConnectError } from '../../app-store-connect/protocol/errors.ts';
import type { Problem } from '../../platform/errors.ts';
import type { EpochMillis } from '../../platform/util/clock.ts';
import { MINUTE_MILLIS, SECOND_MILLIS } from '../../platform/util/time.ts';
import { accepted, rejected } from '../../platform/validation/checked.ts';
import { type Outcome, unreachable } from '../../platform/validation/outcome.ts';
import type { Plan } from '../plan/plan.ts';
import { priceListFor } from '../plan/price-list.ts';
import type { PriceRequest } from '../request/price-request.ts';
import type { Product } from '../request/product.ts';
import { writePlan } from '../store/plan-store.ts';
import type { ApplyDependencies } from './context/apply-dependencies.ts';
import { makePlan } from './context/make-plan.ts';
import { classifyPlanningError } from './context/retry-policy.ts';

/** A plan and the key under which the audit keeps it. */
export type KeptPlan = { plan: Plan; planKey: string };

/**
 * The plan of a dry run; `retry` while Apple's price points are still being read. `needsWorker`: nobody reads on yet.
 */
export type DryRunOutcome =
  | Exclude<Outcome<KeptPlan>, { kind: 'retry' }>
  | { kind: 'retry'; afterMillis: number; reason: string; needsWorker: boolean };

/** The same as another function of this product receives it. */
export type DryRunAnswer =
  | KeptPlan
  | { problems: readonly Problem[] }
  | { pending: { afterMillis: number; reason: string; needsWorker: boolean } };

export function answerOf(outcome: DryRunOutcome): DryRunAnswer {
  switch (outcome.kind) {
    case 'ok':
      return outcome.value;
    case 'rejected':
      return { problems: outcome.problems };
    case 'retry': {
      const { afterMillis, reason, needsWorker } = outcome;
      return { pending: { afterMillis, reason, needsWorker } };
    }
    default:
      return unreachable(outcome);
  }
}

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
): Promise<DryRunOutcome> {
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

/** The shorter of what is left of the invocation and of the caller's patience, which begins now. */
export function withinPatience(remainingMillis: () => number, patienceMillis = Infinity): () => number {
  const spare = Math.max(0, remainingMillis() - patienceMillis);
  return () => remainingMillis() - spare;
}

async function plan(deps: DryRunDependencies, request: PriceRequest): Promise<DryRunOutcome> {
  const { team, idempotencyKey: changeId } = request;
  const made = await classifyPlanningError(async (): Promise<Outcome<Plan | undefined>> => {
    try {
      const priceList = priceListFor(deps.priceList(team, request.product), request);
      return await makePlan(priceList, deps.rules(team), { team, changeId, request });
    } catch (error) {
      if (isOutOfTime(error)) return accepted(undefined);
      throw error;
    }
  });
  switch (made.kind) {
    case 'rejected':
      return made;
    case 'retry': {
      const seconds = Math.ceil(made.afterMillis / SECOND_MILLIS);
      return rejected('(apple)', `Apple cannot be read now; try again in ${seconds} seconds. ${made.reason}`);
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
): Promise<DryRunOutcome> {
  const at = { team, changeId, acceptedAt: clock.now() };
  const planKey = await writePlan(audit, at, 'dry-run', { ...made, requestedBy });
  return accepted({ plan: made, planKey });
}

const pending = (needsWorker: boolean): DryRunOutcome => ({
  kind: 'retry',
  afterMillis: ASK_AGAIN_MILLIS,
  reason: "Apple's price points of this product are being read; the plan goes on where it stopped",
  needsWorker,
});

/** The invocation, or the minute of the key's requests, is used up: not Apple's fault, and over soon. */
const isOutOfTime = (error: unknown): boolean =>
  error instanceof AppStoreConnectError &&
  (error.code === 'DEADLINE' ||
    (error.code === 'BUDGET_RESERVED' && (error.retryAfterMillis ?? MINUTE_MILLIS) < MINUTE_MILLIS));
