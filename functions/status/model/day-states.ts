import type { DayState, SeriesStatus } from './status.ts';

/** How a state is shown: colour is never its only sign. */
export const DAY_STATE_SIGNS: Record<DayState, { sign: string; name: string; meaning: string }> = {
  failed: { sign: '✕', name: 'failed', meaning: 'could not be settled; needs a person' },
  overdue: { sign: '!', name: 'overdue', meaning: 'should be there by now' },
  waiting: { sign: '…', name: 'waiting', meaning: 'Apple does not have it yet' },
  due: { sign: '›', name: 'due', meaning: 'on its way' },
  missing: { sign: '?', name: 'not planned', meaning: 'expected, and not yet known to the planner' },
  restated: { sign: '↻', name: 'restated', meaning: 'stored; Apple has corrected it since' },
  stored: { sign: '', name: 'stored', meaning: 'in the lake' },
  empty: { sign: '∅', name: 'empty', meaning: 'nothing was sold, and that is final' },
  notOffered: { sign: '–', name: 'not offered', meaning: 'Apple has no such report for this vendor' },
  expired: { sign: '×', name: 'expired', meaning: 'Apple no longer keeps it' },
};

/** Those that somebody should look at. */
export const needsPerson = (state: DayState): state is 'failed' | 'overdue' =>
  state === 'failed' || state === 'overdue';

/** Nothing out of the ordinary. */
export const isPlain = (state: DayState): boolean =>
  state === 'stored' || state === 'empty' || state === 'notOffered' || state === 'expired';

/** How many days of each state. */
export function countStates({ days }: Pick<SeriesStatus, 'days'>): ReadonlyMap<DayState, number> {
  const counts = new Map<DayState, number>();
  for (const { state } of days) counts.set(state, (counts.get(state) ?? 0) + 1);
  return counts;
}
