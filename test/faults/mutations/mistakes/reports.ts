import {
  afterTheNext,
  argumentIs,
  followedBy,
  literalIs,
  never,
  notAwaited,
  onlyFirstOperand,
  otherwise,
  removed,
  valueIs,
  withoutLastTerm,
} from '../form/changes.ts';
import type { Mistake } from '../form/mistake.ts';

/** Mistakes that the histories of reports must notice. */
export const REPORT_MISTAKES: readonly Mistake[] = [
  {
    mistake: 'a worker that was overtaken settles all the same',
    mark: 'settle-under-fence',
    change: onlyFirstOperand,
  },
  {
    mistake: '"no sales" of a week or month is believed at once',
    mark: 'no-sales-final',
    change: withoutLastTerm,
  },
  {
    mistake: '"not available yet" is taken for "no sales"',
    mark: 'report-not-ready',
    change: literalIs('not-ready', 'no-sales'),
  },
  {
    mistake: 'a partition is settled without its table',
    mark: 'write-table',
    change: removed,
  },
  {
    mistake: 'the raw file is written after the table, and a lost answer there is passed over',
    mark: 'write-raw',
    change: notAwaited,
  },
  {
    mistake: 'stored reports are not compared with Apple again',
    mark: 'recheck-stored',
    change: followedBy(', recheckAt: undefined'),
  },
  {
    mistake: 'empty days are not asked about again',
    mark: 'recheck-empty',
    change: followedBy(', recheckAt: undefined'),
  },
  {
    mistake: 'an unchanged report is taken for a restated one',
    mark: 'report-changed',
    change: valueIs('true'),
  },
  {
    mistake: 'an earlier version is forgotten when a report is restated',
    mark: 'keep-versions',
    change: otherwise,
  },
  {
    mistake: 'the planner notes that a partition is queued before it is, and never looks again',
    mark: 'queued-for',
    change: valueIs('1_000 * 24 * 3_600_000'),
  },
  {
    mistake: 'a lapsed lease is not noticed: who died holds its partition for good',
    mark: 'lapsed-lease',
    change: valueIs('false'),
  },
  {
    mistake: 'events are taken off the owed ones before they are sent',
    mark: 'send-report-events',
    change: afterTheNext,
  },
  {
    mistake: 'events of a settlement are only sent, never owed',
    mark: 'settle-with-events',
    change: argumentIs(1, (settlement) => `{ ...${settlement}, owed: [] }`),
  },
  {
    mistake: 'a failed comparison un-settles a stored report',
    mark: 'stays-settled',
    change: never,
  },
];

/** Mistakes of which one history in hundreds tells: two workers must meet at one table. */
export const RARE_REPORT_MISTAKES: readonly Mistake[] = [
  {
    mistake: 'a worker that was overtaken replaces the table',
    mark: 'claim-stands-before-table',
    change: never,
  },
  {
    mistake: 'the table is replaced whatever it is by now',
    mark: 'table-as-it-was',
    change: never,
  },
];
