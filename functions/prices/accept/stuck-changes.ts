import type { Clock, EpochMillis } from '../../platform/util/clock.ts';
import { HOUR_MILLIS } from '../../platform/util/time.ts';
import { type ChangeRecord, isOver } from '../store/change-record.ts';
import type { PriceLedger } from '../store/price-ledger.ts';

/** What counts of a change that is neither over nor waits for its approval. Moments in milliseconds since the epoch. */
export type OpenChange = {
  team: string;
  /** The products that it waits its turn with; absent: it belongs to no campaign. */
  campaign: string | undefined;
  /** When it was let go, or is due. */
  since: EpochMillis;
  /** When a worker last had it; absent: none has begun with it. */
  takenAt: EpochMillis | undefined;
};

/** Moves before that are not looked for: well above the hour after which the alarm goes off. */
const LOOKED_BACK_MILLIS = 3 * HOUR_MILLIS;

export const openChange = (record: ChangeRecord): OpenChange => ({
  team: record.team,
  campaign: campaignOf(record),
  // An approval may come after days.
  since: dueAt(record, record.approval?.at ?? record.acceptedAt),
  takenAt: record.state === 'accepted' ? undefined : dueAt(record, record.movedAt),
});

/** A change that waits for its next read-back stands still on purpose. */
export const dueAt = ({ state, verification }: ChangeRecord, since: EpochMillis): EpochMillis =>
  state === 'verifying' ? (verification?.nextAt ?? since) : since;

/**
 * For how long open changes have stood still. 100 products in 175 territories take an hour and a half at the pace that
 * Apple's limit allows, so a member of a campaign counts from the newest moment at which another one was planned or came
 * to its end. Only these moments count: a worker that tries in vain writes the record as well. A member that has begun,
 * and that nobody takes any more, waits for no turn.
 *
 * @returns milliseconds of the one that has stood still longest; 0 without changes
 */
export async function stuckMillis(
  { ledger, clock }: { ledger: Pick<PriceLedger, 'changesSince'>; clock: Clock },
  changes: readonly OpenChange[],
): Promise<number> {
  const now = clock.now();
  const [members = [], others = []] = [true, false].map((isMember) =>
    changes.filter(({ campaign }) => (campaign !== undefined) === isMember),
  );
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
