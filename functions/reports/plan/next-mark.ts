import { isDeepStrictEqual } from 'node:util';
import { Temporal } from 'temporal-polyfill';
import type { EpochMillis } from '../../platform/util/clock.ts';
import { sha256Hex } from '../../platform/util/hash.ts';
import { memoize } from '../../platform/util/memoize.ts';
import { DAY_MILLIS, HOUR_MILLIS } from '../../platform/util/time.ts';
import { dueAt, periodDays, reportDatesBetween } from '../catalogue/calendar.ts';
import type { CatalogueEntry, Frequency } from '../catalogue/catalogue.ts';
import { type Series, seriesKey } from '../catalogue/series.ts';
import { type ArrivalWindow, usualArrival } from '../partition/arrival.ts';
import type { LedgerItem } from '../partition/ledger-item.ts';
import { isQueued, QUEUED_FOR_MILLIS } from '../partition/plan-partitions.ts';
import type { SeriesMark } from './series-marks.ts';

/** Every date of a series is read so often, should a mark be wrong: not all series in the same hour. */
const READ_ALL_DAYS = { from: 5, to: 9 };
/** Items that are worth a write not to read them again: half a read unit, in every hour while something is open. */
const WORTH_A_WRITE = 8;
/** Within so many days the next report date of a frequency is due. */
const NEXT_WITHIN_DAYS: Record<Frequency, number> = {
  DAILY: 4,
  WEEKLY: 16,
  MONTHLY: 70,
  YEARLY: 740,
  FISCAL_MONTHLY: 80,
};

/** What a mark depends on besides the ledger. */
export type MarkSettings = Pick<SeriesMark, 'configured' | 'asked' | 'backfillDays'>;

/** From which date on the ledger is to be read. `everything`: the mark says nothing about the dates before. */
export type ReadRange = { from: string; everything: boolean };

/** Whether nothing at all is to be done for a series now. */
export const isQuiet = (
  mark: SeriesMark,
  { configured, backfillDays }: Omit<MarkSettings, 'asked'>,
  now: EpochMillis,
): boolean =>
  mark.configured === configured &&
  mark.backfillDays === backfillDays &&
  now < mark.readAllAt &&
  mark.quietUntil !== undefined &&
  now < mark.quietUntil;

/**
 * Whether a settled date is on the queue already, to be compared with Apple. All such dates of a series are noted in its
 * mark, by one write.
 */
export const isLookQueued = (
  mark: Pick<SeriesMark, 'looksQueuedAt'> | undefined,
  { recheckAt }: Pick<LedgerItem, 'recheckAt'>,
  now: EpochMillis,
): boolean =>
  mark?.looksQueuedAt !== undefined &&
  recheckAt !== undefined &&
  recheckAt <= mark.looksQueuedAt &&
  now < mark.looksQueuedAt + QUEUED_FOR_MILLIS;

/** After which time every date of a series is read again: some days, by chance, and for a series always the same. */
export const readAllMillisOf = (series: Series): number => {
  const chance = Number.parseInt(sha256Hex(seriesKey(series)).slice(0, 8), 16) / 2 ** 32;
  return Math.round((READ_ALL_DAYS.from + chance * (READ_ALL_DAYS.to - READ_ALL_DAYS.from)) * DAY_MILLIS);
};

/**
 * Whether the mark after a run is to be written. One that says less than it could is true all the same: on the morning
 * of a new date it is left as it is, and written when that date is settled.
 */
export function isWorthWriting(
  before: SeriesMark | undefined,
  after: SeriesMark,
  items: readonly Pick<LedgerItem, 'sk'>[],
): boolean {
  if (before === undefined || isDeepStrictEqual(before, after)) return before === undefined;
  const holds =
    before.configured === after.configured &&
    before.asked === after.asked &&
    before.backfillDays === after.backfillDays &&
    before.readAllAt === after.readAllAt;
  if (!holds || after.quietUntil !== undefined || before.looksQueuedAt !== after.looksQueuedAt) return true;
  return items.filter(({ sk }) => sk < after.openFrom).length >= WORTH_A_WRITE;
}

/** What of a series has to be read by this run. */
export function rangeToRead(
  mark: SeriesMark | undefined,
  { configured, asked, backfillDays }: MarkSettings,
  keptSince: string,
  now: EpochMillis,
): ReadRange {
  const holds =
    mark !== undefined &&
    mark.configured === configured &&
    mark.asked === asked &&
    mark.backfillDays === backfillDays &&
    now < mark.readAllAt;
  if (!holds) return { from: keptSince, everything: true };
  const rechecks = mark.recheckAt !== undefined && mark.recheckFrom !== undefined && mark.recheckAt <= now;
  return { from: rechecks ? (mark.recheckFrom ?? mark.openFrom) : mark.openFrom, everything: false };
}

/**
 * The mark after a run. Pure.
 *
 * @param before the mark that told what to read; its statements about the dates before `range.from` still hold
 * @param items the dates from `range.from` on, as they were read
 * @param isWaiting whether an item waits for something though it is settled, such as another version
 * @param added dates that were only now added to the ledger, or that may still have to be
 * @param looks whether settled dates were put on the queue now
 * @param readAllMillis after which time every date is read again: {@link readAllMillisOf}
 */
export function nextMark(
  before: SeriesMark | undefined,
  range: ReadRange,
  {
    items,
    added,
    isWaiting,
    looks,
    readAllMillis,
  }: {
    items: readonly LedgerItem[];
    added: readonly string[];
    isWaiting: (item: LedgerItem) => boolean;
    looks: boolean;
    readAllMillis: number;
  },
  entry: CatalogueEntry,
  settings: MarkSettings,
  now: EpochMillis,
): SeriesMark | undefined {
  const newest = [...items.map(({ sk }) => sk), ...added].sort().at(-1) ?? before?.newest;
  if (newest === undefined || newest === '') return undefined;
  const open = items.filter((item) => !isAtRest(item, now) || isWaiting(item)).map(({ sk }) => sk);
  const openFrom = [...open, ...added].sort()[0] ?? newest;
  const kept = range.everything ? undefined : before;
  const resting = items.filter(({ sk }) => sk < openFrom || (open.length === 0 && added.length === 0));
  const rechecks = [
    ...resting.flatMap(({ sk, recheckAt }) => (recheckAt === undefined ? [] : [{ from: sk, at: recheckAt }])),
    ...(kept?.recheckAt !== undefined && kept.recheckAt > now && kept.recheckFrom !== undefined
      ? [{ from: kept.recheckFrom, at: kept.recheckAt }]
      : []),
  ];
  const recheckAt = rechecks.length === 0 ? undefined : Math.min(...rechecks.map(({ at }) => at));
  const recheckFrom = rechecks.map(({ from }) => from).sort()[0];
  const readAllAt = kept?.readAllAt ?? now + readAllMillis;
  const window = windowOf(kept, items, entry, range.everything);
  const isOpen = open.length > 0 || added.length > 0;
  const quietUntil = isOpen
    ? undefined
    : Math.min(recheckAt ?? readAllAt, readAllAt, nextExpectedAt(entry, newest, window));
  const looksQueuedAt = looks ? now : before?.looksQueuedAt;
  return {
    ...settings,
    epoch: before?.epoch ?? 0,
    openFrom,
    ...(isOpen && looksQueuedAt !== undefined && { looksQueuedAt }),
    ...(recheckFrom !== undefined && recheckAt !== undefined && { recheckFrom, recheckAt }),
    readAllAt,
    ...(quietUntil !== undefined && { quietUntil }),
    newest,
    newestDueAt: dueAt(entry, newest),
    window,
  };
}

/** Settled, told, on no queue, and not to be compared with Apple before later. */
const isAtRest = (item: LedgerItem, now: EpochMillis): boolean =>
  ['stored', 'empty', 'expired', 'notOffered'].includes(item.state) &&
  item.owed.length === 0 &&
  !isQueued(item, now) &&
  (item.recheckAt === undefined || item.recheckAt > now);

/** Learned anew where enough dates were read; a few of them would narrow it for no reason. */
function windowOf(
  before: SeriesMark | undefined,
  items: readonly LedgerItem[],
  entry: CatalogueEntry,
  everything: boolean,
): ArrivalWindow {
  const learned = usualArrival(items, (date) => dueAt(entry, date));
  return before === undefined || everything || (entry.frequency === 'DAILY' && items.length >= 21)
    ? learned
    : before.window;
}

/** Somewhat before the hours in which a series usually appears, so that they may be found to be earlier ones. */
const EXPLORED_MILLIS = 2 * HOUR_MILLIS;

/** How long before a report is due the hourly runs ask for it. */
export function earlyMillis({ earliestHours }: CatalogueEntry, { from, learned }: ArrivalWindow): number {
  const earliest = earliestHours * HOUR_MILLIS;
  return learned ? Math.min(earliest, Math.max(0, EXPLORED_MILLIS - from)) : earliest;
}

/** When the report date after the newest one is expected at the earliest. */
function nextExpectedAt(entry: CatalogueEntry, newest: string, window: ArrivalWindow): EpochMillis {
  const next = nextDateAfter(entry.frequency, newest, periodDays(entry, newest).to);
  return next === undefined ? 0 : dueAt(entry, next) - earlyMillis(entry, window);
}

const nextDateAfter = memoize(1_000, (frequency: Frequency, newest: string, lastDay: string) => {
  const to = Temporal.PlainDate.from(lastDay).add({ days: NEXT_WITHIN_DAYS[frequency] });
  return reportDatesBetween({ frequency }, lastDay, to.toString())
    .filter((date) => date > newest)
    .at(-1);
});
