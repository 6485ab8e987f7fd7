import { someOf } from '../platform/util/shorten.ts';
import { daysOf, type Window } from './windows.ts';

/** Above this share of missing days a comparison would mostly compare what is stored. */
const MAXIMUM_MISSING = 0.1;

const missingOf = (window: Window, settled: ReadonlySet<string>): string[] =>
  daysOf(window).filter((day) => !settled.has(day));

function sentence(days: readonly string[], window: string): string[] {
  if (days.length === 0) return [];
  return [
    `${days.length} days of ${window} are not stored: ${someOf(days)}.`.replace(
      /^1 days of (.*) are/,
      '1 day of $1 is',
    ),
  ];
}

/** Which days are not there, and whether the two windows can be compared. */
export function coverageNotes(
  { period, before }: { period: Window; before: Window },
  settled: ReadonlySet<string>,
): { comparable: boolean; missingDays: string[]; notes: string[] } {
  const [now, then] = [missingOf(period, settled), missingOf(before, settled)];
  const total = daysOf(before).length;
  const comparable = then.length <= total * MAXIMUM_MISSING;
  return {
    comparable,
    missingDays: [...then, ...now],
    notes: [
      ...sentence(now, 'this period'),
      ...(comparable
        ? sentence(then, 'the period before')
        : [`No comparison: ${then.length} of the ${total} days before are not stored.`]),
    ],
  };
}
