import { EXCHANGE_MILLIS } from '../../../app-store-connect/client/send-once.ts';
import { AppStoreConnectError } from '../../../app-store-connect/protocol/errors.ts';
import { accepted } from '../../../platform/validation/checked.ts';
import { type Plan, stateSha256 } from '../../plan/plan.ts';
import type { Step } from '../../plan/steps.ts';
import { pacificToday } from '../../request/pacific-day.ts';
import { type ChangeRecord, isTooLate } from '../../store/change-record.ts';
import { requestFacts } from '../context/finish-change.ts';
import { namesPricePoint, refusalOf } from '../context/refusal.ts';
import { retryDelayMillis, retryReadBack } from '../context/retry-policy.ts';
import { type ApplyContext, comeBack, goOn, type StepResult } from '../context/stage.ts';
import { nextWave, waveName, withSettled } from '../context/wave.ts';
import { failChange, replanChange } from './replan.ts';

/** A write may take a minute, and its answer must still be stored. */
export const WRITE_MILLIS = 75_000;

/**
 * Sends the next wave of steps, each exactly once: audit and mark, then send.
 *
 * The mark is written under the fence, so a worker that was overtaken sends nothing; whoever finds the mark later reads
 * Apple before anything else.
 */
export async function sendWave(context: ApplyContext, record: ChangeRecord, plan: Plan): Promise<StepResult> {
  const { priceList, audit, ledger, clock, fence } = context;
  const candidates = nextWave(plan, record);
  // The wait comes before the mark: what is marked goes out at once.
  const turn = await retryReadBack(() => priceList.turnToSend(candidates.length));
  if (turn.kind === 'retry') return turn;
  const wave = candidates.slice(0, turn.value);
  if (context.remainingMillis() < WRITE_MILLIS) return comeBack(0, 'Too little time is left to send.');
  if (!record.everSent && isTooLate(record, clock.now())) {
    const message = `${record.request.notAfter} passed before anything was sent`;
    return failChange(context, record, [{ path: 'notAfter', message }]);
  }
  const moved = await movedSince(context, plan, wave);
  if (moved.kind === 'retry') return moved;
  if (moved.value) return replanChange(context, record, plan);
  const steps = wave.map(({ id }) => id);
  const until = clock.now() + WRITE_MILLIS;
  // Both are stored before anything is sent; which of them first does not matter.
  const [audited, written] = await Promise.allSettled([
    audit.write(record, waveName(record, plan, wave), announcement(record, plan, wave)),
    mark(context, record, { steps, until }),
  ]);
  if (written.status === 'rejected') throw written.reason;
  const marked = written.value;
  // Whoever takes over waits until then and no longer. A worker that was held up while it wrote the mark could be
  // overtaken during its requests, so it sends none.
  if (audited.status === 'rejected' || clock.now() + EXCHANGE_MILLIS > until) {
    const nothing = { uncertain: [], vain: [], everSent: record.everSent, refusal: undefined };
    await ledger.transition(marked, { kind: 'answer', fence, ...nothing });
    if (audited.status === 'rejected') throw audited.reason;
    return comeBack(0, 'Writing the mark took too long.');
  }
  const requestIds: RequestIds = new Map();
  const answers = await answersOf(wave.map((step) => sendStep(context, marked, step, requestIds)));
  return settleAnswers(context, { marked, everSent: record.everSent, requestIds }, plan, answers);
}

async function mark(
  { ledger, fence }: Pick<ApplyContext, 'ledger' | 'fence'>,
  record: ChangeRecord,
  { steps, until }: NonNullable<ChangeRecord['sending']>,
): Promise<ChangeRecord> {
  // mutation: mark-before-send
  const marked = await ledger.transition(record, { kind: 'mark', fence, steps, until });
  return marked;
}

/**
 * Whether Apple has moved since the plan was made: a price that was scheduled then has begun, as days have gone by; or,
 * asked only before a write that also restates what is to stay, anything else.
 */
async function movedSince({ priceList, log, clock }: ApplyContext, plan: Plan, wave: readonly Step[]) {
  const today = pacificToday(clock.now());
  const hasBegun = wave.some(({ effects }) =>
    Object.values(effects).some(({ before }) => before.some(({ from }) => from !== null && from <= today)),
  );
  if (hasBegun) {
    log.info('A scheduled price has begun since the plan was made', { changeId: plan.changeId });
    return accepted(true);
  }
  if (!wave.some(({ replacesAll }) => replacesAll)) return accepted(false);
  const state = await retryReadBack(() => priceList.read());
  if (state.kind === 'retry') return state;
  const value = stateSha256(state.value) !== plan.stateSha256;
  if (value) log.info('Apple has moved since the plan was made', { changeId: plan.changeId });
  return accepted(value);
}

/** What the audit keeps of a wave before it goes out. */
function announcement(record: ChangeRecord, plan: Plan, wave: readonly Step[]): Record<string, unknown> {
  const sides = ({ effects }: Step) => ({
    before: pick(effects, 'before'),
    after: pick(effects, 'after'),
  });
  const [only] = wave;
  const content =
    wave.length === 1 && only !== undefined
      ? sides(only)
      : { steps: Object.fromEntries(wave.map((step) => [step.id, sides(step)])) };
  return { ...requestFacts(record), planSha256: plan.sha256, ...content };
}

const pick = (effects: Step['effects'], side: 'before' | 'after') =>
  Object.fromEntries(Object.entries(effects).map(([territory, effect]) => [territory, effect[side]]));

/** Apple's ids of acknowledged requests, by step. */
type RequestIds = Map<string, string>;

/** What became of one step. */
type Answer = { step: Step } & (
  | { kind: 'acknowledged' }
  /** It may have taken effect. */
  | { kind: 'uncertain' }
  /** Certainly without effect; it goes out again. */
  | { kind: 'again'; afterMillis: number; reason: string }
  /** Certainly without effect, for good. */
  | { kind: 'refused'; error: AppStoreConnectError }
);

async function sendStep(
  { priceList, log }: Pick<ApplyContext, 'priceList' | 'log'>,
  marked: ChangeRecord,
  step: Step,
  requestIds: RequestIds,
): Promise<Answer> {
  try {
    const requestId = await priceList.send(step.write);
    if (requestId !== undefined) requestIds.set(step.id, requestId);
  } catch (error) {
    if (!(error instanceof AppStoreConnectError)) throw error;
    log.warn('Apple did not acknowledge a price write', {
      ...requestFacts(marked),
      step: step.id,
      error,
      diagnoses: error.diagnoses,
    });
    return refused(step, error);
  }
  // mutation: step-confirmed
  return { step, kind: 'acknowledged' };
}

/** An uncertain write keeps its mark; a definite refusal loses it. */
function refused(step: Step, error: AppStoreConnectError): Answer {
  // mutation: write-in-doubt
  if (error.outcomeUnknown) return { step, kind: 'uncertain' };
  // A refused key may be in the middle of a rotation: nothing took effect, so the step is simply still to be sent.
  if (error.retryable) {
    return { step, kind: 'again', afterMillis: retryDelayMillis(error), reason: error.message };
  }
  return { step, kind: 'refused', error };
}

/** Of a wave one id is kept: enough for Apple's support, and the record of 175 requests stays small. */
const firstOf = (requestIds: RequestIds): ChangeRecord['acknowledgments'] =>
  [...requestIds].slice(0, 1).map(([step, requestId]) => ({ step, requestId }));

/** All answers; an unexpected failure of one does not cut off the others. */
async function answersOf(sent: readonly Promise<Answer>[]): Promise<Answer[]> {
  const results = await Promise.allSettled(sent);
  return results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}

/**
 * Settles each step of a wave by itself. Where all are acknowledged, the next write of the record says so; anything
 * else is stored at once.
 */
async function settleAnswers(
  { ledger, fence, clock, priceList }: ApplyContext,
  { marked, everSent, requestIds }: { marked: ChangeRecord; everSent: boolean; requestIds: RequestIds },
  plan: Plan,
  answers: readonly Answer[],
): Promise<StepResult> {
  const idsOf = (kind: Answer['kind']): string[] =>
    answers.filter((answer) => answer.kind === kind).map(({ step }) => step.id);
  const acknowledged = idsOf('acknowledged');
  const settled = {
    ...withSettled(marked, plan, acknowledged),
    acknowledgments: [...marked.acknowledgments, ...firstOf(requestIds)],
  };
  if (acknowledged.length === answers.length) return goOn(settled);
  // mutation: wave-uncertain
  const uncertain = idsOf('uncertain');
  const refusals = answers.filter((answer) => answer.kind === 'refused');
  const withdrawn = refusals.filter(({ error }) => namesPricePoint(error));
  if (withdrawn.length > 0)
    await priceList.forgetPricePoints?.(withdrawn.flatMap(({ step }) => Object.keys(step.effects)));
  const stored = await ledger.transition(settled, {
    kind: 'answer',
    fence,
    uncertain,
    vain: [],
    everSent: everSent || acknowledged.length > 0 || uncertain.length > 0,
    refusal: refusals.length === 0 ? undefined : refusalOf(refusals, clock.now()),
  });
  // What is uncertain is settled first, then what was refused; only then is it worth waiting to send again.
  if (uncertain.length > 0 || refusals.length > 0) return goOn(stored);
  const again = answers.filter((answer) => answer.kind === 'again');
  const longest = again.toSorted((a, b) => b.afterMillis - a.afterMillis)[0];
  return comeBack(longest?.afterMillis ?? 0, longest?.reason ?? 'A step was not sent.');
}
