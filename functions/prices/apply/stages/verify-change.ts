import type { Problem } from '../../../platform/errors.ts';
import { MINUTE_MILLIS } from '../../../platform/util/time.ts';
import type { Plan } from '../../plan/plan.ts';
import { priceText, type ShownPrices, timelineOf } from '../../plan/price-state.ts';
import { type Effect, endedPrices, showsEffects } from '../../plan/steps.ts';
import type { ChangeRecord } from '../../store/change-record.ts';
import { applied, finishChange, unsettled } from '../context/finish-change.ts';
import { look } from '../context/look.ts';
import { retryReadBack } from '../context/retry-policy.ts';
import { type Settled, settledSoFar } from '../context/settled.ts';
import { type ApplyContext, comeBack, goOn, type Retry, type StepResult } from '../context/stage.ts';

/** Right after the last answer: read again after these waits, within the invocation. */
const LOOK_AGAIN_MILLIS = [1_000, 3_000, 8_000];
/** Then the message waits in the queue, longer each time; after the last read-back, two hours on, a person has to look. */
export const VERIFY_WAITS_MILLIS: readonly number[] = [1, 2, 4, 8, 15, 30, 60].map(
  (each) => each * MINUTE_MILLIS,
);

/**
 * Every step is settled: reads back, and ends the change with what was read as proof. What Apple does not show yet is
 * read again after growing waits. Nothing is sent again: Apple has acknowledged it.
 */
export async function verifyChange(
  context: ApplyContext,
  record: ChangeRecord,
  plan: Plan,
): Promise<StepResult> {
  const { ledger, fence, clock, log } = context;
  const effects = expectedOf(plan, await settledSoFar(context, record), record.shownBefore);
  const first = record.verification === undefined;
  const looked = await retryReadBack(() => look(context, effects, first ? LOOK_AGAIN_MILLIS : []));
  if (looked.kind === 'retry') return looked;
  // mutation: verified
  if (showsEffects(looked.value, effects)) {
    const proof = proofOf(looked.value, effects);
    const outcome = outcomeOf(effects, looked.value.today);
    return goOn(await finishChange(context, record, applied(record, { plan, proof, outcome })));
  }
  const missing = missingIn(looked.value, effects);
  const wait = VERIFY_WAITS_MILLIS[record.verification?.looks ?? 0];
  if (wait === undefined) {
    return goOn(await finishChange(context, record, unsettled(record, missing)));
  }
  const { changeId } = record;
  const reason = waitingFor(missing);
  log.warn('Price change waits until Apple shows what it acknowledged', {
    changeId,
    reason,
    territories: missing.map(({ path }) => path),
    acknowledgedRequests: record.cursor,
    nextLookMillis: wait,
  });
  const nextAt = clock.now() + wait;
  // mutation: verifies-later
  const verifying = await ledger.transition(record, { kind: 'verify', fence, nextAt, reason });
  return goOn(verifying);
}

/**
 * What Apple must show: what is finished, but for what it had shown before the rest waited for its approval. Where something was removed for a price that needed no request afterwards, the
 * last plan says what must stand there.
 */
function expectedOf(
  { entries }: Plan,
  { finished, begun }: Settled,
  shownBefore: readonly string[] = [],
): Record<string, Effect> {
  const afterwards = new Map(entries.map(({ territory, after }) => [territory, after]));
  const rest = Object.entries(begun).map(([territory, { before, after }]): [string, Effect] => [
    territory,
    { before, after: afterwards.get(territory) ?? after },
  ]);
  // mutation: overtaken-remainder
  const open = Object.entries(finished).filter(([territory]) => !shownBefore.includes(territory));
  return Object.fromEntries([...open, ...rest]);
}

/** A change that is read back later: how long until then, `undefined` when it is due. */
export function untilNextLook(record: ChangeRecord, now: number): Retry | undefined {
  const nextAt = record.state === 'verifying' ? (record.verification?.nextAt ?? 0) : 0;
  if (nextAt <= now) return undefined;
  return comeBack(nextAt - now, record.waiting?.reason ?? 'The prices are read again later.');
}

/** So many territories are named in a reason. */
const MAXIMUM_NAMED = 5;

function waitingFor(missing: readonly Problem[]): string {
  const names = missing.slice(0, MAXIMUM_NAMED).map(({ path }) => path);
  const more = missing.length > names.length ? ` and ${missing.length - names.length} more` : '';
  return `Apple acknowledged every request but does not show the new price of ${names.join(', ')}${more} yet; the prices are read again, nothing is sent.`;
}

/** What Apple took and what was over before it could be read back is told as that. */
function outcomeOf(effects: Record<string, Effect>, today: string): string {
  const ended = endedPrices(effects, today);
  if (ended.length === 0) return 'applied: Apple shows every price that was asked for';
  const names = ended
    .slice(0, MAXIMUM_NAMED)
    .map((one) => `${priceText(one)} in ${one.territory} until ${one.lastDay}`);
  const more = ended.length > names.length ? ` and ${ended.length - names.length} more` : '';
  return `applied: Apple took every request; over before it was read back: ${names.join(', ')}${more}`;
}

const proofOf = (state: ShownPrices, effects: Record<string, Effect>): Record<string, unknown> =>
  Object.fromEntries(
    Object.keys(effects).map((territory) => [territory, timelineOf(state.territories.get(territory))]),
  );

function missingIn(state: ShownPrices, effects: Record<string, Effect>): Problem[] {
  return Object.entries(effects)
    .filter(([territory, effect]) => !showsEffects(state, { [territory]: effect }))
    .map(([territory, { after }]) => {
      const shown = timelineOf(state.territories.get(territory));
      return {
        path: territory,
        message: `Apple acknowledged ${textOf(after)} and shows ${textOf(shown)}`,
      };
    });
}

const textOf = (timeline: readonly { from: string | null; price: string }[]): string =>
  timeline.length === 0
    ? 'no price'
    : timeline.map(({ from, price }) => (from === null ? price : `${price} from ${from}`)).join(', then ');
