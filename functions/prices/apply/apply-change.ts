import { JobError } from '../../platform/errors.ts';
import { MINUTE_MILLIS } from '../../platform/util/time.ts';
import { accepted } from '../../platform/validation/checked.ts';
import type { Outcome } from '../../platform/validation/outcome.ts';
import { productKey } from '../request/product.ts';
import { type ChangeRecord, isOver, type ProductRecord } from '../store/change-record.ts';
import { TransitionConflictError } from '../store/change-transitions.ts';
import { advanceChange } from './advance-change.ts';
import type { ApplyDependencies } from './context/apply-dependencies.ts';
import { finishChange, rejected } from './context/finish-change.ts';
import { comeBack, type Retry } from './context/stage.ts';
import { publishPendingEvents } from './publish-pending-events.ts';

/** What became of a message: its change is over or waits for an approval, or it must be received again. */
export type ApplyResult = { kind: 'done' } | Retry;

const DONE: ApplyResult = { kind: 'done' };

/** Longer than the function may run, so that a lease lapses only when its worker is gone. */
export const LEASE_MILLIS = 6 * MINUTE_MILLIS;
const OVERTAKEN_MILLIS = 30_000;
/** So many unsettled changes of a product are remembered. */
const MAXIMUM_UNSHOWN = 5;

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
  /** Every change that this invocation has brought to an end or to its approval. */
  const rested: ChangeRecord[] = [];
  try {
    if (needsNothing(record)) {
      rested.push(record);
      return DONE;
    }
    return await underLease(deps, record, rested);
  } catch (error) {
    if (!(error instanceof TransitionConflictError)) throw error;
    deps.log.warn('Another worker has gone on with this change', { team, changeId, error });
    return comeBack(OVERTAKEN_MILLIS, error.message);
  } finally {
    for (const each of rested) {
      await publishPendingEvents(deps, each);
      await deps.atRest?.(each);
    }
  }
}

const needsNothing = (record: ChangeRecord): boolean => isOver(record) || record.state === 'planned';

/** A product's lease: its record as this worker last wrote it. */
type Lease = { key: string; record: ProductRecord };

async function underLease(
  deps: ApplyDependencies,
  record: ChangeRecord,
  rested: ChangeRecord[],
): Promise<ApplyResult> {
  const taken = await acquireProduct(deps, record);
  if (taken.kind !== 'ok') return taken;
  const held = { lease: taken.value };
  try {
    return await settleAndAdvance(deps, record, rested, held);
  } catch (error) {
    await giveBack(deps, record, held.lease);
    throw error;
  }
}

/** @param held holds the lease as it was last written, also when this throws */
async function settleAndAdvance(
  deps: ApplyDependencies,
  record: ChangeRecord,
  rested: ChangeRecord[],
  held: { lease: Lease },
): Promise<ApplyResult> {
  const { holder } = held.lease.record;
  // mutation: settle-owner-first
  if (holder !== undefined && holder !== record.changeId) {
    const settled = await settleHolder(deps, record.team, holder, held.lease.record);
    // mutation: waits-for-holder
    if (settled.kind === 'retry') {
      await release(deps, held.lease, { holder });
      return settled;
    }
    if (settled.value !== undefined) rested.push(settled.value);
    held.lease = await hold(deps, held.lease, record, settled.value);
  }
  const { lease } = held;
  // mutation: superseded
  if (record.seq < lease.record.startedSeq) {
    rested.push(await supersede(deps, record, lease.record.fence));
    await release(deps, lease, { holder: undefined });
    return DONE;
  }
  const result = await advanceChange(deps, record, lease.record);
  if (result.kind === 'retry') {
    await release(deps, lease, { holder: record.changeId });
    return result;
  }
  rested.push(result.value);
  await release(deps, lease, { holder: undefined, unshown: unshownAfter(lease, result.value) });
  return DONE;
}

/** Acquires the lease, and the product where no change holds it. */
async function acquireProduct(
  { ledger, clock }: Pick<ApplyDependencies, 'ledger' | 'clock'>,
  { team, changeId, seq, request }: ChangeRecord,
): Promise<Exclude<Outcome<Lease>, { kind: 'rejected' }>> {
  const key = productKey(team, request.product);
  const before = await ledger.product(key);
  const now = clock.now();
  // mutation: product-lease
  if (before !== undefined && before.leaseUntil > now) {
    return busy(before.leaseUntil - now);
  }
  // One that holds it already may have got another place since, by its approval.
  const mayHold = before?.holder === undefined || before.holder === changeId;
  const free = mayHold && seq >= (before?.startedSeq ?? 0);
  const after: ProductRecord = {
    unshown: [],
    ...before,
    rev: (before?.rev ?? 0) + 1,
    fence: (before?.fence ?? 0) + 1,
    leaseUntil: now + LEASE_MILLIS,
    startedSeq: free ? seq : (before?.startedSeq ?? 0),
    holder: free ? changeId : before?.holder,
  };
  const won = await ledger.writeProduct(key, before, after);
  return won ? accepted({ key, record: after }) : busy(OVERTAKEN_MILLIS);
}

const busy = (afterMillis: number) =>
  ({ kind: 'retry', afterMillis, reason: 'Another worker has the lease of the product.' }) as const;

/** Settles the change that still holds the product. One that is over merely lets go; its record is returned. */
async function settleHolder(
  deps: ApplyDependencies,
  team: string,
  holder: string,
  product: ProductRecord,
): Promise<Exclude<Outcome<ChangeRecord | undefined>, { kind: 'rejected' }>> {
  const record = await deps.ledger.change(team, holder);
  if (record === undefined || needsNothing(record)) return accepted(record);
  deps.log.info('Settling the change that holds the product first', { team, changeId: holder });
  return advanceChange(deps, record, product);
}

/** Gives the product to this change, unless a newer one was begun. */
async function hold(
  deps: Pick<ApplyDependencies, 'ledger'>,
  lease: Lease,
  { changeId, seq }: ChangeRecord,
  before: ChangeRecord | undefined,
): Promise<Lease> {
  // An approval gives a change a place behind all that were accepted before it, also while it holds the product.
  const startedSeq = Math.max(lease.record.startedSeq, before?.seq ?? 0);
  const newest = seq >= startedSeq;
  return rewrite(deps, lease, {
    holder: newest ? changeId : undefined,
    startedSeq: newest ? seq : startedSeq,
    unshown: unshownAfter(lease, before),
  });
}

/** Later changes of the product know of acknowledged writes that Apple did not show, since the end of their change. */
function unshownAfter(
  { record: { unshown } }: Lease,
  ended: ChangeRecord | undefined,
): ProductRecord['unshown'] {
  const isNews = ended?.state === 'unsettled' && !unshown.some(({ changeId }) => changeId === ended.changeId);
  return isNews
    ? [...unshown, { changeId: ended.changeId, at: ended.movedAt }].slice(-MAXIMUM_UNSHOWN)
    : unshown;
}

type LeaseChange = Partial<ProductRecord> & { holder: string | undefined };

async function release(
  deps: Pick<ApplyDependencies, 'ledger'>,
  lease: Lease,
  change: LeaseChange,
): Promise<void> {
  await rewrite(deps, lease, { ...change, leaseUntil: 0 });
}

/**
 * Gives the lease back after an error, so that nothing waits until it lapses. It is kept where a write may be under way at
 * Apple: where a change that this worker has touched is marked as sending. Throws nothing: the error itself comes first.
 */
async function giveBack(
  deps: Pick<ApplyDependencies, 'ledger' | 'log'>,
  { team, changeId }: ChangeRecord,
  lease: Lease,
): Promise<void> {
  const { holder, leaseUntil } = lease.record;
  const facts = { team, changeId, leaseUntil };
  try {
    for (const touched of new Set([changeId, holder ?? changeId])) {
      const present = await deps.ledger.change(team, touched);
      if (present?.sending !== undefined) {
        deps.log.warn(
          'The lease of the product stays until it lapses: a price write may be under way',
          facts,
        );
        return;
      }
    }
    await release(deps, lease, { holder });
  } catch (error) {
    deps.log.warn(
      'It is not certain that the lease of the product was given back; else it lapses by itself',
      { ...facts, error },
    );
  }
}

async function rewrite(
  { ledger }: Pick<ApplyDependencies, 'ledger'>,
  lease: Lease,
  change: LeaseChange,
): Promise<Lease> {
  const after: ProductRecord = { ...lease.record, ...change, rev: lease.record.rev + 1 };
  if (!(await ledger.writeProduct(lease.key, lease.record, after))) {
    throw new TransitionConflictError(
      { changeId: lease.record.holder ?? '', state: 'sending', fence: lease.record.fence },
      'lost the lease of its product',
    );
  }
  return { key: lease.key, record: after };
}

/** A newer change has begun: this one could only undo it. */
async function supersede(
  deps: Pick<ApplyDependencies, 'ledger' | 'audit' | 'log' | 'metric' | 'clock'>,
  record: ChangeRecord,
  fence: number,
): Promise<ChangeRecord> {
  const taken = await deps.ledger.transition(record, { kind: 'take', fence });
  if (taken.state !== 'accepted') return taken;
  const message =
    'a newer change of this product has begun since this one was accepted; ask again under a new key if it is still wanted';
  return finishChange({ ...deps, fence }, taken, rejected(taken, [{ path: '(request)', message }]));
}
