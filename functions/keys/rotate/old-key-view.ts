import type { EpochMillis } from '../../platform/util/clock.ts';
import { HOUR_MILLIS } from '../../platform/util/time.ts';

/**
 * What is known of a former key. `accepted`: `true` as the last check found it, `false` once it counts as revoked,
 * absent while nobody knows. `refusedSince`: the first check of those that Apple refused it in without a break.
 */
export type OldKeyView = { accepted?: boolean | undefined; refusedSince?: EpochMillis | undefined };

/**
 * Two refused checks prove a revocation only if this much lies between them. Stray refusals of a valid key come from
 * servers of Apple that lag behind, and an incident may last some hours; the checks run once a day.
 */
const MINIMUM_BETWEEN_CHECKS_MILLIS = 6 * HOUR_MILLIS;

/**
 * Whether a former key counts as revoked: it is not asked with again, and what waits for its revocation is closed.
 * An earlier version of this product noted `accepted: false` after the checks of one run alone; that proves nothing.
 */
export const isRevoked = ({ accepted, refusedSince }: OldKeyView): boolean =>
  accepted === false && refusedSince !== undefined;

/**
 * The view after one more check.
 *
 * @param accepted whether Apple let the key in; `undefined` where Apple could not be asked
 */
export function afterCheck(
  known: OldKeyView | undefined,
  accepted: boolean | undefined,
  now: EpochMillis,
): OldKeyView {
  if (known !== undefined && isRevoked(known)) return known;
  if (accepted === true) return { accepted };
  const refusedSince = known?.refusedSince;
  if (accepted === undefined) return refusedSince === undefined ? {} : { refusedSince };
  if (refusedSince === undefined) return { refusedSince: now };
  return now - refusedSince >= MINIMUM_BETWEEN_CHECKS_MILLIS
    ? { accepted: false, refusedSince }
    : { refusedSince };
}
