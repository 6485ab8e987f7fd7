import { EXCHANGE_MILLIS } from '../../app-store-connect/client/client.ts';
import { AppStoreConnectError } from '../../app-store-connect/protocol/errors.ts';
import type { Problem } from '../../platform/errors.ts';
import { type Plan, stateSha256 } from '../plan/plan.ts';
import type { Step } from '../plan/steps.ts';
import type { ChangeRecord } from '../store/change-record.ts';
import { confirmed } from '../store/change-transitions.ts';
import { failAs, whoOf } from './finish-change.ts';
import { inEffect, postponeChange, replanChange } from './prepare-change.ts';
import { retryDelayMillis, retryReadBack } from './retry-policy.ts';
import type { ApplyContext, StepResult } from './stage.ts';

/** A write may take a minute, and its answer must still be written down. */
export const WRITE_MILLIS = 75_000;

/**
 * Sends the step the cursor points to, exactly once: audit, mark, send.
 *
 * The mark is written under the fence, so a worker that was overtaken sends nothing; whoever finds the mark later
 * reads Apple before anything else.
 */
export async function sendStep(work: ApplyContext, record: ChangeRecord, plan: Plan): Promise<StepResult> {
  const { deps, fence, priceList } = work;
  const step = plan.steps[record.cursor];
  if (step === undefined) throw new RangeError(`Plan ${plan.sha256} has no step ${record.cursor}`);
  // The wait comes before the mark: what is marked goes out at once.
  const turn = await retryReadBack(async () => ({ taken: await priceList.turnToSend() }));
  if ('later' in turn) return turn;
  if (deps.remainingMillis() < WRITE_MILLIS) return { later: 0 };
  if (!record.everSent && isTooLate(work, record)) return tooLate(work, record);
  if (step.replacesAll) {
    const state = await retryReadBack(() => priceList.read());
    if ('later' in state) return state;
    if (stateSha256(state) !== plan.stateSha256) {
      deps.log.info('Apple has moved since the plan was made', { ...whoOf(record), step: step.id });
      return replanChange(work, record, plan);
    }
  }
  const { before, after } = sides(step);
  await deps.audit.write(record, auditName(record, step), {
    ...whoOf(record),
    planSha256: plan.sha256,
    before,
    after,
  });
  const until = deps.clock.now() + WRITE_MILLIS;
  // mutation: mark-before-send
  const marked = await deps.ledger.transition(record, { kind: 'mark', fence, step: step.id, until });
  const started = deps.clock.now();
  // Whoever takes over waits until then and no longer. A worker that was held up while it wrote the mark could be
  // overtaken during its request, so it sends none.
  if (started + EXCHANGE_MILLIS > until) {
    await deps.ledger.transition(marked, {
      kind: 'unmark',
      fence,
      sends: record.sends,
      everSent: record.everSent,
    });
    return { later: 0 };
  }
  try {
    await priceList.send(step.write);
  } catch (error) {
    return afterRefusal(work, { marked, everSent: record.everSent }, plan, step, error);
  }
  // mutation: step-confirmed
  return { record: confirmed(marked) };
}

/** The same in every repeat of the step; a later plan numbers its steps anew. */
const auditName = ({ planKeys }: ChangeRecord, { id }: Step): string =>
  planKeys.length > 1 ? `${id}-plan${planKeys.length}` : id;

const isTooLate = ({ deps }: ApplyContext, { request }: ChangeRecord): boolean =>
  request.notAfter !== undefined && deps.clock.now() > Date.parse(request.notAfter);

/** Nothing was sent yet: it fails without any effect. */
async function tooLate({ deps, fence }: ApplyContext, record: ChangeRecord): Promise<StepResult> {
  const problem = { path: 'notAfter', message: `${record.request.notAfter} passed before anything was sent` };
  return { record: await failAs(deps, record, fence, [problem], []) };
}

function sides({ effects }: Step) {
  const pick = (side: 'before' | 'after') =>
    Object.fromEntries(Object.entries(effects).map(([territory, effect]) => [territory, effect[side]]));
  return { before: pick('before'), after: pick('after') };
}

/** A write that brought no success: doubt keeps the mark, a definite refusal takes it away. */
async function afterRefusal(
  work: ApplyContext,
  { marked, everSent }: { marked: ChangeRecord; everSent: boolean },
  plan: Plan,
  step: Step,
  error: unknown,
): Promise<StepResult> {
  const { deps, fence, priceList } = work;
  if (!(error instanceof AppStoreConnectError)) throw error;
  deps.log.warn('Apple did not take a price write', {
    ...whoOf(marked),
    step: step.id,
    error,
    diagnoses: error.diagnoses,
  });
  // mutation: write-in-doubt
  if (error.inDoubt) return { record: marked };
  // A refused key may be in the middle of a rotation: nothing took effect, so the step is simply still to be sent.
  if (error.retryable) {
    await deps.ledger.transition(marked, { kind: 'unmark', fence, sends: marked.sends - 1, everSent });
    return { later: retryDelayMillis(error) };
  }
  const unmarked = await deps.ledger.transition(marked, {
    kind: 'unmark',
    fence,
    sends: marked.sends - 1,
    everSent,
  });
  const postponed = startsTooEarly(unmarked, error) ? await postponeChange(work, unmarked, plan) : undefined;
  if (postponed !== undefined) return postponed;
  const state = await priceList.read().catch(() => undefined);
  const tookEffect =
    state === undefined ? ['unknown: Apple could not be read'] : inEffect(plan, state.territories);
  return { record: await failAs(deps, unmarked, fence, wordsOf(error, step), tookEffect) };
}

/** Apple has nothing against the prices, only against the day on which they start. */
const startsTooEarly = ({ request }: ChangeRecord, { code, errors }: AppStoreConnectError): boolean =>
  request.product.kind === 'subscription' &&
  code === 'CONFLICT' &&
  errors.length > 0 &&
  errors.every(({ source }) => source?.pointer?.endsWith('/attributes/startDate') === true);

/** Apple's words, each at the territory it is about where that can be told. */
function wordsOf(error: AppStoreConnectError, step: Step): Problem[] {
  const territories = Object.keys(step.effects);
  if (error.errors.length === 0) return [{ path: step.name, message: error.message }];
  return error.errors.map(({ code, detail, source }) => {
    const index = /^\/included\/(\d+)/.exec(source?.pointer ?? '')?.[1];
    const only = territories.length === 1 ? territories[0] : undefined;
    const path = only ?? (index === undefined ? step.name : `${step.name}, item ${Number(index) + 1}`);
    const fix = error.diagnosis?.fix ?? bulkHint(step, code);
    return { path, message: `${code}: ${detail}${fix === undefined ? '' : ` ${fix}`}` };
  });
}

/** Apple takes prices inline with a subscription's first ones; whether with later ones, it does not say. */
const bulkHint = ({ write }: Step, code: string): string | undefined =>
  write.method === 'PATCH' && code.startsWith('STATE_ERROR')
    ? 'Apple does not take these prices in bulk: set subscriptionWrites to "auto" or "perTerritory".'
    : undefined;
