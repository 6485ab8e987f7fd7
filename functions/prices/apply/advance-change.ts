import { JobError } from '../../platform/errors.ts';
import { DAY_MILLIS, MINUTE_MILLIS } from '../../platform/util/time.ts';
import { wayBackRules } from '../plan/limits.ts';
import { priceListFor } from '../plan/price-list.ts';
import { type ChangeRecord, isOver, type ProductRecord, waitsSince } from '../store/change-record.ts';
import { TransitionConflictError } from '../store/change-transitions.ts';
import { readPlan } from '../store/plan-store.ts';
import type { ApplyDependencies } from './context/apply-dependencies.ts';
import { finishChange, rejected, unsettled } from './context/finish-change.ts';
import { type ApplyContext, comeBack, goOn, type Retry, type StepResult } from './context/stage.ts';
import { openSteps } from './context/wave.ts';
import { prepareChange } from './stages/prepare-change.ts';
import { settleRefusal } from './stages/replan.ts';
import { resolveUncertainWave } from './stages/resolve-uncertain-wave.ts';
import { sendWave } from './stages/send-wave.ts';
import { untilNextLook, verifyChange } from './stages/verify-change.ts';

/** Shorter waits are part of the work and not worth a write of the record. */
const NOTED_MILLIS = MINUTE_MILLIS;
/** How long a change that has sent something waits for its team to get its price key back. */
const TEAM_GONE_MILLIS = DAY_MILLIS;
const TEAM_GONE_AGAIN_MILLIS = 30 * MINUTE_MILLIS;

/**
 * Goes on with a change wherever it stands, until it is over, waits for an approval, or has to come back later.
 *
 * accepted → plan → waves: mark, send each step once → read back → applied; what is uncertain is settled first, by
 * reading Apple's state.
 */
export async function advanceChange(
  deps: ApplyDependencies,
  accepted: ChangeRecord,
  { fence, unshown }: Pick<ProductRecord, 'fence' | 'unshown'>,
): Promise<StepResult> {
  const early = untilNextLook(accepted, deps.clock.now());
  if (early !== undefined) return early;
  // The record as it is stored. A stage may be ahead of it by the answers of one wave.
  let stored = await deps.ledger.transition(accepted, { kind: 'take', fence });
  const ledger: ApplyContext['ledger'] = {
    ...deps.ledger,
    transition: async (before, transition) => {
      stored = await deps.ledger.transition(before, transition);
      return stored;
    },
  };
  const { team, request } = accepted;
  let record = stored;
  try {
    const { priceList, rules } = {
      priceList: priceListFor(deps.priceList(team, request.product), request),
      rules: request.returnOf === undefined ? deps.rules(team) : wayBackRules(deps.rules(team)),
    };
    const context: ApplyContext = { ...deps, ledger, fence, priceList, rules };
    while (!isOver(record) && record.state !== 'planned') {
      const result = await nextStage(context, record, unshown);
      if (result.kind === 'retry') return await noteWait(context, latest(record, stored), result, stored);
      record = result.value;
    }
    return goOn(record);
  } catch (error) {
    if (isTeamGone(error)) return teamGone({ ...deps, ledger, fence }, record, error);
    // An acknowledged write must never be sent again: what is known of the wave is stored whatever has failed.
    if (latest(record, stored) !== stored && !(error instanceof TransitionConflictError)) {
      await ledger.transition(record, { kind: 'wait', fence, reason: 'An unexpected error occurred.' });
    }
    throw error;
  }
}

/** A stage that has stored something itself is ahead of the record it was given. */
const latest = (record: ChangeRecord, stored: ChangeRecord): ChangeRecord =>
  stored.rev > record.rev ? stored : record;

async function nextStage(
  context: ApplyContext,
  record: ChangeRecord,
  unshown: ProductRecord['unshown'],
): Promise<StepResult> {
  const later = untilNextLook(record, context.clock.now());
  if (later !== undefined) return later;
  if (record.state === 'accepted') return prepareChange(context, record, unshown);
  const plan = await readPlan(context.audit, record);
  const { sending, refusal } = record;
  if (sending !== undefined) return resolveUncertainWave(context, record, plan, sending);
  if (refusal !== undefined) return settleRefusal(context, record, refusal);
  if (openSteps(plan, record).length > 0) return sendWave(context, record, plan);
  return verifyChange(context, record, plan);
}

/** Stores why a change waits, and what is known of its last wave. */
async function noteWait(
  { ledger, fence, log }: Pick<ApplyContext, 'ledger' | 'fence' | 'log'>,
  record: ChangeRecord,
  result: Retry,
  stored: ChangeRecord,
): Promise<StepResult> {
  const { reason, afterMillis } = result;
  const worthNoting = afterMillis >= NOTED_MILLIS && waitsSince(record, reason) === undefined;
  if (worthNoting) {
    const { team, changeId, state } = record;
    log.warn('Price change waits', { team, changeId, state, reason, afterMillis });
  }
  if (worthNoting || record !== stored) await ledger.transition(record, { kind: 'wait', fence, reason });
  return result;
}

const isTeamGone = (error: unknown): error is JobError =>
  error instanceof JobError && error.code === 'TEAM_WITHOUT_PRICES';

/**
 * The team or its price key was taken out of the settings. A change that has sent nothing is rejected. One that has
 * sent something cannot be read back: it waits for a day, then a person has to look.
 */
async function teamGone(
  context: Pick<ApplyContext, 'ledger' | 'audit' | 'fence' | 'log' | 'metric' | 'clock'>,
  record: ChangeRecord,
  error: JobError,
): Promise<StepResult> {
  const { ledger, fence, clock } = context;
  const problems = [{ path: 'team', message: error.message }];
  if (!record.everSent && record.state === 'accepted') {
    return goOn(await finishChange(context, record, rejected(record, problems)));
  }
  const reason = error.message;
  const since = record.waiting?.reason === reason ? record.waiting.since : clock.now();
  if (clock.now() - since >= TEAM_GONE_MILLIS) {
    return goOn(await finishChange(context, record, unsettled(record, problems)));
  }
  await ledger.transition(record, { kind: 'wait', fence, reason });
  return comeBack(TEAM_GONE_AGAIN_MILLIS, reason);
}
