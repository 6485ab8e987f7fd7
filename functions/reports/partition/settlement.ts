import type { EpochMillis } from '../../platform/util/clock.ts';
import { DAY_MILLIS, HOUR_MILLIS, MINUTE_MILLIS } from '../../platform/util/time.ts';
import { noSalesFinalAt, noSalesIsFinal } from '../catalogue/calendar.ts';
import type { CatalogueEntry } from '../catalogue/catalogue.ts';
import type { AnyPartition } from '../catalogue/series.ts';
import type { Remark } from '../table/remark.ts';
import type { LedgerItem, PendingEvent } from './ledger-item.ts';
import type { Noted, Refusal } from './outcome.ts';
import { emptyEvent, restatedEvent, storedEvent } from './report-events.ts';

/** A report that lies in the lake, raw and as table. */
export type StoredReport = {
  kind: 'report';
  sha256: string;
  bytes: number;
  rows: number;
  rawKey: string;
  /** All raw files, where the report comes in several. */
  rawKeys?: string[];
  tableKey: string;
  /** What a person should know of the file. Absent: the file was not converted again. */
  remarks?: readonly Remark[];
  /** Events that are published beside that of the report, once it is settled. */
  events?: readonly PendingEvent[];
  /** Attributes that are written with the settlement. */
  noted?: Noted;
};

export type FetchOutcome = StoredReport | Refusal;

/** The attributes that settle a claimed item; `undefined` removes one. */
export type Settlement = Pick<LedgerItem, 'state' | 'tries' | 'versions' | 'owed'> & Partial<LedgerItem>;

/** `entry` is absent for reports without a calendar: their "no sales" is never final. */
export type SettlementRules = { entry: CatalogueEntry | undefined; restatementDays: readonly number[] };

/** The planner runs hourly: a wait of just under an hour is met by its next run. */
const ASK_AGAIN_MILLIS = 50 * MINUTE_MILLIS;
/** A report that is not ready may be asked for by the planner's next run, which may be one of its frequent ones. */
const NOT_READY_AGAIN_MILLIS = 8 * MINUTE_MILLIS;
/** A week's or month's "no sales" is waited out for days: four questions a day are enough. */
const NOT_FINAL_AGAIN_MILLIS = 6 * HOUR_MILLIS - 10 * MINUTE_MILLIS;
const MAXIMUM_BACKOFF_MILLIS = 6 * HOUR_MILLIS;
/** Whether a vendor has come to have data of a type is asked monthly. */
const OFFERED_AGAIN_MILLIS = 30 * DAY_MILLIS;
/** Parked work is looked at again daily, as a new deployment or a new key may have healed it. */
const FAILED_AGAIN_MILLIS = DAY_MILLIS;

/**
 * Decides what a claimed partition becomes. Pure: item and outcome in, attributes out.
 *
 * What was settled stays settled: when a repeated look at a stored report gives anything but a report, the
 * stored one stands and is looked at again later.
 */
export function settlementOf(
  item: LedgerItem,
  partition: AnyPartition,
  outcome: FetchOutcome,
  rules: SettlementRules,
  now: EpochMillis,
): Settlement {
  if (outcome.kind === 'report') return settleReport(item, partition, outcome, rules, now);
  const answer = { lastAnswer: answerOf(outcome), versions: item.versions, owed: item.owed };
  // mutation: stays-settled
  if (item.settledAs !== undefined) return keepSettled(item, item.settledAs, outcome, rules, now);
  switch (outcome.kind) {
    case 'no-sales':
      if (rules.entry === undefined || !noSalesIsFinal(rules.entry, partition.reportDate, now)) {
        return { ...answer, ...waiting(item, now, untilFinal(partition, rules.entry, now)) };
      }
      return {
        ...answer,
        // mutation: recheck-empty
        ...settled('empty', now, now, rules),
        owed: [...item.owed, emptyEvent(partition, outcome.doubt)],
      };
    case 'expired':
      return { ...answer, ...settled('expired', now, now, rules), recheckAt: undefined };
    case 'not-offered':
      return { ...answer, ...settled('notOffered', now, now, rules), recheckAt: now + OFFERED_AGAIN_MILLIS };
    case 'invalid-vendor':
      return { ...answer, state: 'failed', tries: item.tries + 1, nextAttemptAt: now + FAILED_AGAIN_MILLIS };
    case 'not-ready':
      return { ...answer, ...waiting(item, now, NOT_READY_AGAIN_MILLIS) };
    case 'contradicted':
      return { ...answer, ...waiting(item, now, NOT_FINAL_AGAIN_MILLIS) };
    case 'behind':
      return { ...answer, ...waiting(item, now, 0) };
    case 'key-refused':
      return { ...answer, ...waiting(item, now, ASK_AGAIN_MILLIS) };
    case 'transient':
      return { ...answer, ...waiting(item, now, transientWait(item, outcome.retryAfterMillis)) };
    case 'failed':
      return { ...answer, state: 'failed', tries: item.tries + 1, nextAttemptAt: now + FAILED_AGAIN_MILLIS };
  }
}

function settleReport(
  item: LedgerItem,
  partition: AnyPartition,
  { kind: _, noted: __, events = [], remarks, ...report }: StoredReport,
  rules: SettlementRules,
  now: EpochMillis,
): Settlement {
  const first = item.sha256 === undefined;
  // mutation: report-changed
  const changed = item.sha256 !== report.sha256;
  const facts = { ...report, ...(remarks !== undefined && remarks.length > 0 && { remarks }) };
  const event = first
    ? storedEvent(partition, facts)
    : restatedEvent(partition, facts, item.sha256 ?? '', item.versions.length + 1);
  const remarked = remarks === undefined ? item.remarks : remarks.map(({ message }) => message);
  return {
    // mutation: recheck-stored
    ...settled('stored', item.settledAt ?? now, now, rules, storedSince(item) ?? now),
    ...report,
    storedAt: changed ? now : (item.storedAt ?? now),
    lastAnswer: undefined,
    ...(remarked !== undefined && remarked.length > 0
      ? { remarks: remarked, lastAnswer: remarked.join(' ') }
      : { remarks: undefined }),
    // mutation: keep-versions
    versions: changed && !first ? [...item.versions, versionOf(item)] : item.versions,
    owed: changed ? [...item.owed, ...events, event] : item.owed,
  };
}

function keepSettled(
  item: LedgerItem,
  settledAs: NonNullable<LedgerItem['settledAs']>,
  outcome: Refusal,
  rules: SettlementRules,
  now: EpochMillis,
): Settlement {
  const settledAt = item.settledAt ?? now;
  const confirmed = outcome.kind === 'no-sales' && settledAs === 'empty';
  const later =
    outcome.kind === 'expired'
      ? undefined
      : now + (outcome.kind === 'not-offered' ? OFFERED_AGAIN_MILLIS : transientWait(item, undefined));
  return {
    ...settled(settledAs, settledAt, now, rules, storedSince(item)),
    ...(!confirmed && { recheckAt: later, tries: item.tries + 1 }),
    lastAnswer: answerOf(outcome),
    versions: item.versions,
    owed: item.owed,
  };
}

/** The last answer in words, with what speaks against it where it is believed all the same. */
const answerOf = (outcome: Refusal): string =>
  outcome.kind === 'no-sales' && outcome.doubt !== undefined
    ? `${outcome.reason} Believed, though ${outcome.doubt}.`
    : outcome.reason;

/** When the first version was stored; a date may have been settled long before, such as one that Apple did not offer. */
const storedSince = ({ sha256, storedAt, versions: [first] }: LedgerItem): EpochMillis | undefined =>
  sha256 === undefined ? undefined : (first?.storedAt ?? storedAt) || undefined;

/** @param comparedSince the days after which Apple is asked again count from this moment */
function settled(
  state: NonNullable<LedgerItem['settledAs']>,
  settledAt: EpochMillis,
  now: EpochMillis,
  { restatementDays }: SettlementRules,
  comparedSince: EpochMillis = settledAt,
) {
  const recheckAt = restatementDays
    .map((days) => comparedSince + days * DAY_MILLIS)
    .filter((at) => at > now)
    .sort((a, b) => a - b)[0];
  return {
    state,
    settledAs: state,
    settledAt,
    recheckAt,
    tries: 0,
    nextAttemptAt: undefined,
    overdueToldAt: undefined,
  };
}

const waiting = (item: LedgerItem, now: EpochMillis, millis: number) => ({
  state: 'waiting' as const,
  tries: item.tries + 1,
  nextAttemptAt: now + millis,
});

/** Asked four times a day, and at once when "no sales" becomes final. */
function untilFinal(
  { reportDate }: AnyPartition,
  entry: CatalogueEntry | undefined,
  now: EpochMillis,
): number {
  const finalIn = entry === undefined ? Infinity : noSalesFinalAt(entry, reportDate) - now;
  return Math.min(NOT_FINAL_AGAIN_MILLIS, Math.max(finalIn, NOT_READY_AGAIN_MILLIS));
}

/** Doubles from a quarter of an hour to six hours, but never undercuts the wait that Apple stated. */
const transientWait = (item: LedgerItem, stated: number | undefined): number =>
  Math.max(stated ?? 0, Math.min(15 * MINUTE_MILLIS * 2 ** Math.min(item.tries, 10), MAXIMUM_BACKOFF_MILLIS));

const versionOf = ({ sha256 = '', rows = 0, bytes = 0, storedAt = 0, rawKeys }: LedgerItem) => ({
  sha256,
  rows,
  bytes,
  storedAt,
  ...(rawKeys !== undefined && { rawKeys }),
});
