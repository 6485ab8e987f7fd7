import type { Problem } from '../../platform/errors.ts';
import { DAY_MILLIS, HOUR_MILLIS } from '../../platform/util/time.ts';
import { settledSoFar } from '../apply/context/settled.ts';
import { otherCurrencyIn } from '../plan/currencies.ts';
import { isWritten } from '../plan/plan-entry.ts';
import { daysAfter, pacificToday } from '../request/pacific-day.ts';
import { type PriceRequest, storedRequestSchema } from '../request/price-request.ts';
import { productKey } from '../request/product.ts';
import { wayBackName } from '../request/way-back-name.ts';
import type { AuditLog } from '../store/audit-log.ts';
import { type ChangeRecord, isOver } from '../store/change-record.ts';
import { TransitionConflictError } from '../store/change-transitions.ts';
import { laterOf, rollbackOf } from '../store/later-changes.ts';
import { readPlan, readPlans } from '../store/plan-store.ts';
import { requestChange } from './accept-change.ts';
import type { RequestDependencies } from './accept-dependencies.ts';

export type GoBackDependencies = RequestDependencies & { audit: AuditLog };

/** A way back that failed is asked for again after these waits, the last one for ever. */
const AGAIN_MILLIS = [HOUR_MILLIS, 6 * HOUR_MILLIS, DAY_MILLIS];
const waitAfter = (attempts: number): number =>
  AGAIN_MILLIS[Math.min(attempts, AGAIN_MILLIS.length) - 1] ?? HOUR_MILLIS;

/**
 * Sees to the way back of a subscription's temporary price: asks for it once the temporary price has started, and again
 * until it is applied. It ends without a request where the change was rolled back, or where a later change decides every
 * price by itself. A territory keeps the temporary price where Apple does not take the price of before any more, as it sells
 * in another currency or offers that price no more: an attempt that was refused for it tells people, and the next one goes
 * without it. Can be repeated at any time.
 *
 * @returns for how long the way back is late, in milliseconds; 0 where it is not
 */
export async function goBack(deps: GoBackDependencies, record: ChangeRecord): Promise<number> {
  try {
    await takeNextStep(deps, record);
  } catch (error) {
    if (!(error instanceof TransitionConflictError)) throw error;
    deps.log.info('A way back moved while it was swept', { changeId: record.changeId });
  }
  const on = record.wayBack?.on ?? '';
  const now = deps.clock.now();
  // Midnight in California, give or take the hour of summer time.
  return pacificToday(now) >= on ? Math.max(0, now - Date.parse(`${on}T08:00:00Z`)) : 0;
}

async function takeNextStep(deps: GoBackDependencies, record: ChangeRecord): Promise<void> {
  const { ledger, clock } = deps;
  const { team, changeId, wayBack } = record;
  if (wayBack === undefined) return;
  const end = (outcome: string): Promise<ChangeRecord> =>
    ledger.transition(record, { kind: 'wentBack', outcome });
  const rolledBackBy = await rollbackOf(deps, record);
  // A rollback that failed, or left territories out, has taken back only what it has sent.
  // mutation: rollback-takes-all-back
  if (rolledBackBy !== undefined && rolledBackBy !== wayBack.changeId && (await isAllDecided(deps, record))) {
    await end(`not needed: ${rolledBackBy} has rolled the change back`);
    return;
  }
  const attempt = wayBack.changeId === undefined ? undefined : await ledger.change(team, wayBack.changeId);
  if (attempt !== undefined && !isOver(attempt)) return;
  const outcome = attempt && (await outcomeOf(deps, record, attempt));
  if (outcome !== undefined) {
    await end(outcome);
    return;
  }
  // mutation: currency-blocks-way-back
  const left = [...new Set([...(wayBack.left ?? []), ...impossibleIn(attempt?.problems ?? [])])];
  const isNarrower = left.length > (wayBack.left?.length ?? 0);
  // A request that was refused on acceptance has no record.
  const endedAt = attempt?.movedAt ?? wayBack.at;
  if (endedAt !== undefined && !isNarrower && clock.now() - endedAt < waitAfter(wayBack.attempts)) return;
  const plan = await readPlan(deps.audit, record);
  const today = pacificToday(clock.now());
  if (today < (plan.startDate ?? today)) return;
  // What is under way may set the same prices; it is over soon, and then decides.
  if (await isFollowed(deps, record)) return;
  const request = await requestOf(deps, record, { today, left });
  if (request === undefined) {
    const kept = await keptText(deps, record, left);
    await end(kept === '' ? 'not needed: later changes decide every price' : `ended: ${kept}`);
    return;
  }
  // The name says which attempt it is, so that a crash between the two writes asks for the same one again.
  await requestChange(deps, request, true, record.label);
  await ledger.transition(record, { kind: 'goBack', changeId: request.idempotencyKey, left });
  deps.log.info('The way back of a temporary price was asked for', { team, changeId, on: wayBack.on });
}

/** What an attempt that is over has brought the way back to; `undefined`: another attempt is needed. */
async function outcomeOf(
  deps: GoBackDependencies,
  record: ChangeRecord,
  { changeId, state }: ChangeRecord,
): Promise<string | undefined> {
  if (state === 'withdrawn' || state === 'declined')
    return `${changeId} was ${state}; the temporary price stays`;
  if (state !== 'applied') return undefined;
  const { on = '', left } = record.wayBack ?? {};
  const kept = await keptText(deps, record, left);
  return `${changeId} has set the prices of before from ${on} on${kept === '' ? '' : `; ${kept}`}`;
}

/** Territories in which Apple does not take the price of before any more. No limit applies to a way back. */
const impossibleIn = (problems: readonly Problem[]): string[] => [
  ...otherCurrencyIn(problems),
  ...problems.flatMap(({ path }) => (path.startsWith('prices.') ? [path.slice('prices.'.length)] : [])),
];

/** For people: what became of territories that were left out, as far as no later change has priced them. */
async function keptText(
  deps: GoBackDependencies,
  record: ChangeRecord,
  left: readonly string[] = [],
): Promise<string> {
  if (left.length === 0) return '';
  const decided = await decidedSince(deps, record);
  const kept = left.filter((territory) => !decided.has(territory));
  if (kept.length === 0) return '';
  const [keep, request] = kept.length === 1 ? ['keeps', 'a price'] : ['keep', 'prices'];
  return `${kept.join(', ')} ${keep} the temporary price, as Apple sells there in another currency now or offers the price of before no more: request ${request} there`;
}

/** A later change of the product that needs nobody's approval is under way. */
async function isFollowed({ ledger }: GoBackDependencies, record: ChangeRecord): Promise<boolean> {
  const key = productKey(record.team, record.request.product);
  for await (const other of ledger.changesSince(record.team, record.acceptedAt)) {
    const isOpen = !isOver(other) && other.state !== 'planned' && other.seq > record.seq;
    if (isOpen && productKey(other.team, other.request.product) === key) return true;
  }
  return false;
}

/** Later changes that are over have set, or taken away, every temporary price. */
const isAllDecided = async (deps: GoBackDependencies, record: ChangeRecord): Promise<boolean> =>
  !(await isFollowed(deps, record)) &&
  (await requestOf(deps, record, { today: pacificToday(deps.clock.now()), left: [] })) === undefined;

/** What takes the temporary price back in every territory that no later change has priced since, but for those in `left`. */
async function requestOf(
  deps: GoBackDependencies,
  record: ChangeRecord,
  { today, left }: { today: string; left: readonly string[] },
): Promise<PriceRequest | undefined> {
  const { team, changeId, request, wayBack } = record;
  const plans = await readPlans(deps.audit, record);
  const decided = await decidedSince(deps, record);
  const prices = new Map(
    plans
      .flatMap((plan) => plan.wayBack?.prices ?? [])
      // The newest plan comes first; the oldest one knows what was there before the change.
      .filter(({ territory }) => !decided.has(territory) && !left.includes(territory))
      .map((back) => [back.territory, back]),
  );
  if (prices.size === 0 || wayBack === undefined) return undefined;
  const currencies = [...prices.values()].flatMap(({ territory, currency }) =>
    currency === null ? [] : [[territory, currency]],
  );
  return storedRequestSchema.parse({
    idempotencyKey: wayBackName(wayBack.on, wayBack.attempts + 1, changeId),
    team,
    product: request.product,
    prices: Object.fromEntries([...prices].map(([territory, { price }]) => [territory, price])),
    ...(currencies.length > 0 && { currencies: Object.fromEntries(currencies) }),
    // Once the day is too near for Apple, the earliest day counts.
    ...(wayBack.on > daysAfter(today, 1) && { startDate: wayBack.on }),
    ...(request.preserveCurrentPrice !== undefined && { preserveCurrentPrice: request.preserveCurrentPrice }),
    ...(request.dropVolumeTiers !== undefined && { dropVolumeTiers: request.dropVolumeTiers }),
    requestedBy: request.requestedBy,
    reason: `back from the temporary price of ${changeId}`,
    returnOf: changeId,
    ...(request.campaign !== undefined && { campaign: request.campaign }),
  });
}

/** Territories whose price a later change has set: it decides what holds there. */
async function decidedSince(deps: GoBackDependencies, record: ChangeRecord): Promise<Set<string>> {
  const decided = new Set<string>();
  const { sent, unsent } = await laterOf(deps, record);
  for (const later of sent) {
    if (later.request.returnOf === record.changeId || later.planKey === undefined) continue;
    // An offer leaves the price as it is.
    // mutation: offer-is-no-price
    if (later.request.introductoryOffer !== undefined) continue;
    // Of a change that ended half-way, or whose remainder waits for an approval that may never come, only what it has
    // sent decides.
    // mutation: failed-change-decides
    if (later.state !== 'applied') {
      const { finished } = await settledSoFar(deps, later);
      for (const territory of Object.keys(finished)) decided.add(territory);
      continue;
    }
    // A price that was asked for good decides also where the temporary one is the same.
    const isForGood = later.request.until === undefined;
    for (const { entries } of await readPlans(deps.audit, later))
      for (const entry of entries.filter((planned) => isForGood || isWritten(planned)))
        decided.add(entry.territory);
  }
  for (const later of unsent) for (const territory of pricedForGood(later.request)) decided.add(territory);
  return decided;
}

/** Territories that a request names a price for, for good. What it makes equal to another price is not among them. */
function pricedForGood({ prices = {}, equalizeFrom, until, introductoryOffer }: PriceRequest): string[] {
  if (until !== undefined || introductoryOffer !== undefined) return [];
  const equal = equalizeFrom === undefined ? [] : [equalizeFrom.territory];
  return [...Object.keys(prices), ...equal, ...Object.keys(equalizeFrom?.overrides ?? {})];
}
