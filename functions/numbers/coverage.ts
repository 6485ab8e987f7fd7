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

/** What missing days mean for a comparison. */
export type Coverage = {
  /** Whether the period before is told at all. */
  comparable: boolean;
  /** Whether the change between the two is told. */
  changeIsTold: boolean;
  missingDays: string[];
  notes: string[];
};

/**
 * Which days are not there, and whether the two windows can be compared.
 *
 * @param isBalance a balance is that of one day: other days of this period that are missing change nothing
 */
export function coverageNotes(
  { period, before }: { period: Window; before: Window },
  settled: ReadonlySet<string>,
  isBalance: boolean,
): Coverage {
  const [now, then] = [missingOf(period, settled), missingOf(before, settled)];
  const [nowTotal, thenTotal] = [daysOf(period).length, daysOf(before).length];
  const comparable = then.length <= thenTotal * MAXIMUM_MISSING;
  const isWhole = isBalance || now.length <= nowTotal * MAXIMUM_MISSING;
  return {
    comparable,
    changeIsTold: comparable && isWhole,
    missingDays: [...then, ...now],
    notes: [
      ...sentence(now, 'this period'),
      ...(comparable
        ? sentence(then, 'the period before')
        : [noComparison(then.length, `${thenTotal} days before`)]),
      ...(comparable && !isWhole ? [noComparison(now.length, `${nowTotal} days of this period`)] : []),
    ],
  };
}

const noComparison = (missing: number, of: string): string =>
  `No comparison: ${missing} of the ${of} ${missing === 1 ? 'is' : 'are'} not stored.`;
