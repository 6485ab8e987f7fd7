import type { EpochMillis } from '../../platform/util/clock.ts';
import { isPastRetention, noSalesIsFinal, periodDays } from '../catalogue/calendar.ts';
import type { CatalogueEntry } from '../catalogue/catalogue.ts';
import { MULTI_VENDOR_REPORT } from '../catalogue/catalogue.ts';
import type { Partition } from '../catalogue/series.ts';
import type { ReportLedger } from '../partition/ledger.ts';
import type { LedgerItem } from '../partition/ledger-item.ts';
import type { Refusal } from '../partition/outcome.ts';

const DAY = 24 * 3_600_000;
/** So many of the days before had rows: a subscription report does not end from one day to the next. */
const STEADY_DAYS = 10;
const STEADY_WITHIN_DAYS = 14;
/** Without proof in the sales it is believed after so many days, having been counted each time. */
const DOUBTED_DAYS = 3;

/**
 * Holds Apple's refusal against what is known already. What contradicts it is not believed: the partition waits,
 * is asked for again, and the contradiction is measured.
 */
export async function judgeRefusal(
  { ledger }: { ledger: Pick<ReportLedger, 'list'> },
  partition: Partition,
  entry: CatalogueEntry,
  refusal: Refusal,
  now: EpochMillis,
): Promise<Refusal> {
  switch (refusal.kind) {
    case 'expired':
      return isPastRetention(entry, partition.reportDate, now)
        ? refusal
        : contradicted(refusal, `Apple keeps ${partition.report} of ${partition.reportDate} for longer`);
    case 'no-sales': {
      if (!noSalesIsFinal(entry, partition.reportDate, now)) return refusal;
      const contradiction = await salesOf(ledger, partition, entry, now);
      return contradiction === undefined ? refusal : contradicted(refusal, contradiction);
    }
    default:
      return refusal;
  }
}

const contradicted = ({ reason }: Refusal, contradiction: string): Refusal => ({
  kind: 'contradicted',
  reason: `${reason} That is not believed: ${contradiction}.`,
});

/** Why "There were no sales" cannot be true, or `undefined`. */
async function salesOf(
  ledger: Pick<ReportLedger, 'list'>,
  partition: Partition,
  entry: CatalogueEntry,
  now: EpochMillis,
): Promise<string | undefined> {
  if (entry.source.api !== 'salesReports') return undefined;
  const { from, to } = periodDays(entry, partition.reportDate);
  if (entry.frequency !== 'DAILY') {
    const report = partition.report.replace(/\/[A-Z]+$/, '/DAILY');
    const days = await ledger.list({ ...partition, report }, from, to);
    const sold = days.filter(({ rows = 0 }) => rows > 0);
    return sold.length === 0
      ? undefined
      : `${sold.length} stored days of that period have sales, such as ${sold[0]?.sk}`;
  }
  if (!entry.followsRenewals) return undefined;
  const [sales] = await ledger.list({ ...partition, report: MULTI_VENDOR_REPORT }, from, to);
  const retired = `version ${entry.source.version} may be retired; see docs/reports.md, "Versions"`;
  if (sales?.renewals === true)
    return `the sales of the same day show renewals of subscriptions (${retired})`;
  const before = await ledger.list(partition, daysBefore(from, STEADY_WITHIN_DAYS), daysBefore(from, 1));
  const doubted = now < Date.parse(to) + (DOUBTED_DAYS + 1) * DAY;
  return doubted && isSteady(before)
    ? `the days before had rows (${retired}); it is believed if it stays so for ${DOUBTED_DAYS} days`
    : undefined;
}

const isSteady = (items: readonly LedgerItem[]): boolean =>
  items.filter(({ rows = 0 }) => rows > 0).length >= STEADY_DAYS;

const daysBefore = (day: string, days: number): string =>
  new Date(Date.parse(day) - days * DAY).toISOString().slice(0, 10);
