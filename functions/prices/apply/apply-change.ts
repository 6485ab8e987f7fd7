import { JobError } from '../../platform/errors.ts';
import type { EpochMillis } from '../../platform/util/clock.ts';
import { productKey } from '../request/product.ts';
import { type ChangeRecord, isOver, type ProductRecord } from '../store/change-record.ts';
import { TransitionConflictError } from '../store/change-transitions.ts';
import { type AdvanceResult, advanceChange } from './advance-change.ts';
import type { ApplyDependencies } from './apply-dependencies.ts';
import { rejectAs } from './finish-change.ts';
import { publishPendingEvents } from './publish-pending-events.ts';

/** What became of a message: it is settled, or it must be received again after a while. */
export type ApplyResult = { kind: 'done' } | { kind: 'later'; afterMillis: number };

const DONE: ApplyResult = { kind: 'done' };
const later = (afterMillis: number): ApplyResult => ({
  kind: 'later',
  afterMillis: Math.max(0, afterMillis),
});

/** Longer than the function may run, so that a lease lapses only when its worker is gone. */
export const LEASE_MILLIS = 6 * 60_000;
const OVERTAKEN_MILLIS = 30_000;

/**
 * Brings a change to its end, or as far as this invocation gets.
 *
 * Whatever message arrives, the change that holds the product is settled first. Nothing is sent but under the
 * product's lease and the record's fence. Can be repeated at any time: a change that is over is left alone.
 *
 * @throws JobError `CHANGE_UNKNOWN` for a message that names no change
 */
export async function applyChange(
  deps: ApplyDependencies,
  team: string,
  changeId: string,
): Promise<ApplyResult> {
  const record = await deps.ledger.change(team, changeId);
  if (record === undefined) {
    throw new JobError({
      code: 'CHANGE_UNKNOWN',
      message: `There is no price change ${changeId} of team ${team}; the message is parked.`,
      retryable: false,
    });
  }
  if (isOver(record) || record.state === 'planned') {
    await publishPendingEvents(deps, record);
    return DONE;
  }
  try {
    return await underLease(deps, record);
  } catch (error) {
    if (!(error instanceof TransitionConflictError)) throw error;
    deps.log.warn('Another worker has gone on with this change', { team, changeId, error });
    return later(OVERTAKEN_MILLIS);
  }
}

/** A product's lease: its record as this worker last wrote it. */
type Lease = { key: string; record: ProductRecord };

async function underLease(deps: ApplyDependencies, record: ChangeRecord): Promise<ApplyResult> {
  const key = productKey(record.team, record.request.product);
  const taken = await takeProduct(deps, key, record);
  if ('busyUntil' in taken) return later(taken.busyUntil - deps.clock.now());
  let lease: Lease = taken;
  const holder = lease.record.holder;
  // mutation: settle-owner-first
  if (holder !== undefined && holder !== record.changeId) {
    const helped = await help(deps, record.team, holder, lease.record.fence);
    if (helped !== undefined && 'later' in helped) {
      await release(deps, lease, holder);
      return later(helped.later);
    }
    lease = await hold(deps, lease, record);
  }
  // mutation: superseded
  if (record.seq < lease.record.startedSeq) {
    await supersede(deps, record, lease.record.fence);
    await release(deps, lease, undefined);
    return DONE;
  }
  const settled = await advanceChange(deps, record, lease.record.fence);
  if ('later' in settled) {
    await release(deps, lease, record.changeId);
    return later(settled.later);
  }
  await release(deps, lease, undefined);
  return DONE;
}

/** Takes the lease, and the product where no change holds it. */
async function takeProduct(
  deps: ApplyDependencies,
  key: string,
  { changeId, seq }: ChangeRecord,
): Promise<Lease | { busyUntil: EpochMillis }> {
  const before = await deps.ledger.product(key);
  const now = deps.clock.now();
  // mutation: product-lease
  if (before !== undefined && before.leaseUntil > now) return { busyUntil: before.leaseUntil };
  const free = before?.holder === undefined && seq >= (before?.startedSeq ?? 0);
  const after: ProductRecord = {
    ...before,
    rev: (before?.rev ?? 0) + 1,
    fence: (before?.fence ?? 0) + 1,
    leaseUntil: now + LEASE_MILLIS,
    startedSeq: free ? seq : (before?.startedSeq ?? 0),
    holder: free ? changeId : before?.holder,
  };
  if (await deps.ledger.writeProduct(key, before, after)) return { key, record: after };
  return { busyUntil: now + OVERTAKEN_MILLIS };
}

/** Settles the change that still holds the product. One that is over merely lets go. */
async function help(
  deps: ApplyDependencies,
  team: string,
  holder: string,
  fence: number,
): Promise<AdvanceResult | undefined> {
  const record = await deps.ledger.change(team, holder);
  if (record === undefined || isOver(record) || record.state === 'planned') return undefined;
  deps.log.info('Settling the change that holds the product first', { team, changeId: holder });
  return advanceChange(deps, record, fence);
}

/** Gives the product to this change, unless a newer one was begun. */
async function hold(deps: ApplyDependencies, lease: Lease, { changeId, seq }: ChangeRecord): Promise<Lease> {
  const newest = seq >= lease.record.startedSeq;
  return rewrite(deps, lease, {
    holder: newest ? changeId : undefined,
    startedSeq: newest ? seq : lease.record.startedSeq,
  });
}

async function release(deps: ApplyDependencies, lease: Lease, holder: string | undefined): Promise<void> {
  await rewrite(deps, lease, { leaseUntil: 0, holder });
}

async function rewrite(
  deps: ApplyDependencies,
  lease: Lease,
  change: Partial<ProductRecord> & { holder: string | undefined },
): Promise<Lease> {
  const after: ProductRecord = { ...lease.record, ...change, rev: lease.record.rev + 1 };
  if (!(await deps.ledger.writeProduct(lease.key, lease.record, after))) {
    throw new TransitionConflictError(
      { changeId: lease.record.holder ?? '', state: 'sending', fence: lease.record.fence },
      'lost the lease of its product',
    );
  }
  return { key: lease.key, record: after };
}

/** A newer change has begun: this one could only undo it. */
async function supersede(deps: ApplyDependencies, record: ChangeRecord, fence: number): Promise<void> {
  const taken = await deps.ledger.transition(record, { kind: 'take', fence });
  if (taken.state !== 'accepted') return;
  await rejectAs(deps, taken, fence, [
    {
      path: '(request)',
      message:
        'a newer change of this product has begun since this one was accepted; ask again under a new key if it is still wanted',
    },
  ]);
}
