import type { Settings } from '../../platform/config/settings.ts';
import type { Problem } from '../../platform/errors.ts';
import { MetricName } from '../../platform/logging/metrics.ts';
import type { Clock, EpochMillis } from '../../platform/util/clock.ts';
import { DAY_MILLIS, HOUR_MILLIS, MINUTE_MILLIS } from '../../platform/util/time.ts';
import { publishPendingEvents } from '../apply/publish-pending-events.ts';
import { productKey } from '../request/product.ts';
import type { AuditLog } from '../store/audit-log.ts';
import { type ChangeRecord, isOver, owesWayBack } from '../store/change-record.ts';
import { TransitionConflictError } from '../store/change-transitions.ts';
import { rejectedEvent, unapprovedEvent } from '../store/price-events.ts';
import type { PriceLedger } from '../store/price-ledger.ts';
import type { AcceptDependencies } from './accept-dependencies.ts';
import { goBack } from './go-back.ts';

/** A change that has not moved for so long has lost its message or its worker. */
const STILL_MILLIS = 7 * MINUTE_MILLIS;

/** A plan is out of date by then; nobody is going to approve it. */
const APPROVAL_DAYS = 14;

/** Moves before that are not looked for: well above the hour after which the alarm goes off. */
const LOOKED_BACK_MILLIS = 3 * HOUR_MILLIS;

export type Sweep = { open: number; queuedAgain: number; told: number; expired: number; goingBack: number };

/**
 * Every few minutes: queues again what stands still, publishes pending events, ends what nobody can or will approve any
 * more, sees to the way back of temporary prices. Measures how long the oldest change has stood still and waited, so that silence is alarmed.
 * A member of a campaign may wait longer for its turn than a change may take: it counts from the last end of another member.
 */
export async function sweepChanges(deps: AcceptDependencies & { audit: AuditLog }): Promise<Sweep> {
  const sweep: Sweep = { open: 0, queuedAgain: 0, told: 0, expired: 0, goingBack: 0 };
  let stuck = 0;
  let waiting = 0;
  const open: OpenChange[] = [];
  for await (const record of deps.ledger.open()) {
    const now = deps.clock.now();
    sweep.open += 1;
    // mutation: sweep-sends-events
    if (record.owed.length > 0 && now - record.movedAt > MINUTE_MILLIS) {
      await publishPendingEvents(deps, record);
      sweep.told += 1;
    }
    // mutation: sweep-goes-back
    if (owesWayBack(record)) {
      stuck = Math.max(stuck, await goBack(deps, record));
      sweep.goingBack += 1;
    } else if (record.state === 'planned') {
      const waits = await sweepWaiting(deps, record);
      waiting = Math.max(waiting, waits ?? 0);
      if (waits === undefined) sweep.expired += 1;
    } else if (!isOver(record)) {
      open.push(openChange(record));
      // mutation: sweep-queues-again
      if (now - dueAt(record, record.movedAt) > STILL_MILLIS) {
        await deps.queueChange(record);
        sweep.queuedAgain += 1;
      }
    }
  }
  stuck = Math.max(stuck, await stuckMillis(deps, open));
  deps.metric(MetricName.priceChangeStuckMinutes, Math.floor(stuck / MINUTE_MILLIS));
  deps.metric(MetricName.priceChangeWaitingMinutes, Math.floor(waiting / MINUTE_MILLIS));
  deps.log.info('Swept the open price changes', sweep);
  return sweep;
}

/** What counts of a change that is neither over nor waits for its approval. Moments in milliseconds since the epoch. */
type OpenChange = {
  team: string;
  /** The products that it waits its turn with; absent: it belongs to no campaign. */
  campaign: string | undefined;
  /** When it was let go, or is due. */
  since: EpochMillis;
  /** When a worker last had it; absent: none has begun with it. */
  takenAt: EpochMillis | undefined;
};

const openChange = (record: ChangeRecord): OpenChange => ({
  team: record.team,
  campaign: campaignOf(record),
  // An approval may come after days.
  since: dueAt(record, record.approval?.at ?? record.acceptedAt),
  takenAt: record.state === 'accepted' ? undefined : dueAt(record, record.movedAt),
});

/** A change that waits for its next read-back stands still on purpose. */
const dueAt = ({ state, verification }: ChangeRecord, since: EpochMillis): EpochMillis =>
  state === 'verifying' ? (verification?.nextAt ?? since) : since;

/**
 * For how long open changes have stood still. 100 products in 175 territories take an hour and a half at the pace that
 * Apple's limit allows, so a member of a campaign counts from the newest moment at which another one was planned or came
 * to its end. Only these moments count: a worker that tries in vain writes the record as well. A member that has begun,
 * and that nobody takes any more, waits for no turn.
 *
 * @returns milliseconds of the one that has stood still longest; 0 without changes
 */
async function stuckMillis(
  { ledger, clock }: { ledger: Pick<PriceLedger, 'changesSince'>; clock: Clock },
  changes: readonly OpenChange[],
): Promise<number> {
  const now = clock.now();
  const members = changes.filter(({ campaign }) => campaign !== undefined);
  const others = changes.filter(({ campaign }) => campaign === undefined);
  let stuck = Math.max(0, ...others.map(({ since }) => now - since));
  for (const [team, open] of Map.groupBy(members, (member) => member.team)) {
    const oldest = Math.min(...open.map(({ since }) => since));
    const moves = await newestMoves(ledger, team, Math.max(oldest, now - LOOKED_BACK_MILLIS));
    for (const { campaign, since, takenAt = now } of open) {
      const movedAt = Math.max(since, moves.get(campaign) ?? 0);
      stuck = Math.max(stuck, now - movedAt, now - takenAt);
    }
  }
  return stuck;
}

/** By campaign: when one of its changes was last planned or over. */
async function newestMoves(
  ledger: Pick<PriceLedger, 'changesSince'>,
  team: string,
  from: EpochMillis,
): Promise<Map<OpenChange['campaign'], EpochMillis>> {
  const moves = new Map<OpenChange['campaign'], EpochMillis>();
  for await (const record of ledger.changesSince(team, from)) {
    if (!isOver(record) && record.state !== 'planned') continue;
    const campaign = campaignOf(record);
    moves.set(campaign, Math.max(moves.get(campaign) ?? 0, record.movedAt));
  }
  return moves;
}

/** Ways back are apart: one that is tried again for days must not speak for products that are still to be changed. */
const campaignOf = ({ request: { campaign, returnOf } }: ChangeRecord): OpenChange['campaign'] =>
  campaign === undefined ? undefined : `${returnOf === undefined ? 'change' : 'return'} ${campaign}`;

/** @returns for how long a change has waited for its approval; `undefined` where it does so no more */
async function sweepWaiting(deps: AcceptDependencies, record: ChangeRecord): Promise<number | undefined> {
  // A member of a campaign waits for the whole, whose own sweep sees to it.
  if (record.request.campaign !== undefined) return 0;
  const problem = await problemOfWaiting(deps, record);
  if (problem !== undefined && (await expire(deps, record, problem))) return undefined;
  return problem === undefined ? deps.clock.now() - record.movedAt : 0;
}

/** Why a change or a campaign that waits for its approval cannot go on any more. */
export function waitingProblem(
  { clock, settings }: { clock: Clock; settings: Settings },
  {
    team,
    request,
    movedAt,
  }: { team: string; request: { notAfter?: string | undefined }; movedAt: EpochMillis },
): Problem | undefined {
  const now = clock.now();
  const { notAfter } = request;
  if (notAfter !== undefined && Date.parse(notAfter) < now)
    return { path: 'notAfter', message: `${notAfter} passed before anybody approved` };
  if (now - movedAt > APPROVAL_DAYS * DAY_MILLIS)
    return { path: '(approval)', message: `nobody approved or declined it within ${APPROVAL_DAYS} days` };
  const found = settings.teams.find(({ name }) => name === team);
  return found?.keys.prices === undefined || found.prices === undefined
    ? { path: 'team', message: `team ${team} has no price key or no price settings any more` }
    : undefined;
}

/** Why a change that waits for its approval cannot go on any more. */
async function problemOfWaiting(
  deps: AcceptDependencies,
  record: ChangeRecord,
): Promise<Problem | undefined> {
  const problem = waitingProblem(deps, record);
  if (problem !== undefined) return problem;
  const product = await deps.ledger.product(productKey(record.team, record.request.product));
  return product !== undefined && product.startedSeq > record.seq
    ? {
        path: '(approval)',
        message:
          'a newer change of this product has begun since it was planned; ask again under a new key if it is still wanted',
      }
    : undefined;
}

/** @returns whether it was ended; another worker may have been faster */
async function expire(deps: AcceptDependencies, record: ChangeRecord, problem: Problem): Promise<boolean> {
  const problems = [problem];
  const outcome = record.everSent
    ? 'failed: its remainder was not approved in time'
    : 'rejected: not approved in time';
  const event = record.everSent ? unapprovedEvent(record, problems) : rejectedEvent(record, problems);
  try {
    const kind = record.everSent ? 'lapse' : 'expire';
    const ended = await deps.ledger.transition(record, { kind, problems, outcome, event });
    await publishPendingEvents(deps, ended);
    return true;
  } catch (error) {
    if (!(error instanceof TransitionConflictError)) throw error;
    deps.log.info('A change moved while it was swept', { changeId: record.changeId });
    return false;
  }
}
