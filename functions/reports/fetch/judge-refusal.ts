import type { EpochMillis } from '../../platform/util/clock.ts';
import { DAY_MILLIS, daysBefore } from '../../platform/util/time.ts';
import { isPastRetention, noSalesIsFinal, periodDays } from '../catalogue/calendar.ts';
import type { CatalogueEntry } from '../catalogue/catalogue.ts';
import { MULTI_VENDOR_REPORT } from '../catalogue/catalogue.ts';
import type { Partition } from '../catalogue/series.ts';
import type { ReportLedger } from '../partition/ledger.ts';
import type { LedgerItem } from '../partition/ledger-item.ts';
import type { Refusal } from '../partition/outcome.ts';
import { type Doubt, financeDoubt } from './finance-doubt.ts';
import { versionOf } from './read-report.ts';

/** So many days up to the last one with rows had some: a subscription report does not end from one day to the next. */
const STEADY_DAYS = 10;
const STEADY_WITHIN_DAYS = 14;
/** Without proof in the sales a day is believed after so many days, having been counted each time. */
const DOUBTED_DAYS = 3;
/** Days without rows are doubted for so long after the last day that had some; by then everybody has been told. */
const DOUBTED_RUN_DAYS = 30;

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
      const judged =
        entry.source.api === 'financeReports'
          ? await financeDoubt(ledger, partition, entry, now)
          : await salesDoubt(ledger, partition, entry, now);
      return judged === undefined
        ? refusal
        : judged.believed
          ? { ...refusal, doubt: `${judged.because}; it has stayed so for ${judged.doubtedDays} days` }
          : contradicted(refusal, judged.because);
    }
    default:
      return refusal;
  }
}

const contradicted = ({ reason }: Refusal, contradiction: string): Refusal => ({
  kind: 'contradicted',
  reason: `${reason} That is not believed: ${contradiction}.`,
});

async function salesDoubt(
  ledger: Pick<ReportLedger, 'list'>,
  partition: Partition,
  entry: CatalogueEntry,
  now: EpochMillis,
): Promise<Doubt | undefined> {
  const { from, to } = periodDays(entry, partition.reportDate);
  if (entry.frequency !== 'DAILY') {
    const report = partition.report.replace(/\/[A-Z]+$/, '/DAILY');
    const days = await ledger.list({ ...partition, report }, from, to);
    const sold = days.filter(({ rows = 0 }) => rows > 0);
    return sold.length === 0
      ? undefined
      : {
          because: `${sold.length} stored days of that period have sales, such as ${sold[0]?.sk}`,
          believed: false,
          doubtedDays: DOUBTED_DAYS,
        };
  }
  if (!entry.followsRenewals) return undefined;
  const [sales] = await ledger.list({ ...partition, report: MULTI_VENDOR_REPORT }, from, to);
  const retired = `version ${versionOf(entry.source)} may be retired; see docs/reports.md, "Versions"`;
  if (sales?.renewals === true)
    return {
      because: `the sales of the same day show renewals of subscriptions (${retired})`,
      believed: false,
      doubtedDays: DOUBTED_DAYS,
    };
  const before = daysBefore(from, DOUBTED_RUN_DAYS + STEADY_WITHIN_DAYS);
  const last = endOfSteadyDays(await ledger.list(partition, before, daysBefore(from, 1)), from);
  return last === undefined
    ? undefined
    : {
        because: `nearly every day until ${last} had rows (${retired})`,
        believed: now >= Date.parse(to) + (DOUBTED_DAYS + 1) * DAY_MILLIS,
        doubtedDays: DOUBTED_DAYS,
      };
}

/** The last day with rows, where the report came steadily until then and that is not long ago. */
function endOfSteadyDays(items: readonly LedgerItem[], day: string): string | undefined {
  const withRows = items.filter(({ rows = 0 }) => rows > 0).map(({ sk }) => sk);
  const last = withRows.at(-1);
  if (last === undefined || last < daysBefore(day, DOUBTED_RUN_DAYS)) return undefined;
  const steady = withRows.filter((date) => date > daysBefore(last, STEADY_WITHIN_DAYS));
  return steady.length >= STEADY_DAYS ? last : undefined;
}
