/** Full days after a change that a look compares; all are multiples of seven, so weekdays balance. */
export type LookDays = 7 | 28 | 56;

export const LOOKS: readonly LookDays[] = [7, 28, 56];

/** Days before and from the change that are left out: territories switch at their own midnight, and people rush or wait. */
// mutation: effect-gap
export const GAP_DAYS = 3;
/** Days that are compared before the change. */
// mutation: effect-before
export const BEFORE_DAYS = 56;
/** Days before the change in which the same comparison is played at dates without a change. */
export const HISTORY_DAYS = 365;
/** Days that one comparison spans. */
export const spanDays = (after: LookDays): number => after + BEFORE_DAYS + 2 * GAP_DAYS;
