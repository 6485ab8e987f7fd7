import type { EpochMillis } from '../util/clock.ts';

/**
 * A lease on an item: the holder may act until `until`; the `fence` grows with each holder, so that whoever
 * was overtaken can be told apart at its next write.
 */
export type Lease = { fence: number; until: EpochMillis };

/** What taking a lease adds to a conditional write. Join `condition` with the caller's own by AND. */
export function acquireLease(now: EpochMillis, durationMillis: number) {
  return {
    set: { leaseUntil: now + durationMillis },
    add: { fence: 1 },
    condition: '(attribute_not_exists(#leaseUntil) OR #leaseUntil <= :leaseNow)',
    values: { leaseNow: now },
  };
}

/** What giving a lease back adds to a conditional write: it only goes through under the same fence. */
export function releaseLease(lease: Lease) {
  return {
    set: { leaseUntil: undefined },
    condition: '(#fence = :leaseFence)',
    values: { leaseFence: lease.fence },
  };
}
