import type { EpochMillis } from '../../platform/util/clock.ts';
import { DAY_MILLIS, MINUTE_MILLIS } from '../../platform/util/time.ts';
import { MULTI_VENDOR_REPORT } from '../catalogue/catalogue.ts';
import { LATEST_REPORT_DATE, type Partition } from '../catalogue/series.ts';
import type { ReportLedger } from '../partition/ledger.ts';
import type { Refusal } from '../partition/outcome.ts';
import { type VendorRefusal, WHOLE_VENDOR } from './vendor-refusals.ts';

/** A refused vendor is asked about again daily: a new deployment or a right may have healed it. */
const REFUSED_AGAIN_MILLIS = DAY_MILLIS;
/** The vendor's daily sales decide; just under an hour is met by the planner's next run. */
const UNCLEAR_AGAIN_MILLIS = 50 * MINUTE_MILLIS;
/** Whether a vendor has come to have data of a type is asked monthly. */
const NOT_OFFERED_AGAIN_MILLIS = 30 * DAY_MILLIS;

/**
 * Apple answers "Invalid vendor number" also for a right vendor that has no data of a type. Every vendor has
 * daily sales reports: where those were answered, the number is right and this report is not offered; where they
 * are still to be answered, nothing can be told yet.
 *
 * @param salesSubscribed whether the vendor's daily sales are fetched at all
 */
export async function judgeVendor(
  { ledger, salesSubscribed }: { ledger: Pick<ReportLedger, 'list'>; salesSubscribed: boolean },
  partition: Partition,
  refusal: Refusal,
): Promise<Refusal> {
  if (refusal.kind !== 'invalid-vendor' || partition.report === MULTI_VENDOR_REPORT) return refusal;
  if (!salesSubscribed) {
    return {
      kind: 'invalid-vendor',
      reason: `${refusal.reason}. Subscribe ${MULTI_VENDOR_REPORT} as well, to tell a wrong number from a report that this vendor does not have.`,
    };
  }
  const sales = await ledger.list({ ...partition, report: MULTI_VENDOR_REPORT }, '0', LATEST_REPORT_DATE);
  // mutation: vendor-not-offered
  if (sales.some(({ settledAs }) => settledAs === 'stored' || settledAs === 'empty')) {
    return {
      kind: 'not-offered',
      reason: `${refusal.reason}. Daily sales are answered, so the number is right: Apple has no ${partition.report} for this vendor.`,
    };
  }
  if (sales.some(({ state }) => state === 'failed')) return refusal;
  return {
    kind: 'not-ready',
    reason: `${refusal.reason}. Whether the number is wrong is told by the vendor's daily sales, which are not answered yet.`,
  };
}

/** What is noted of a refused vendor number, so that other partitions wait behind this one instead of asking, too. */
export function vendorRefusalOf(
  { report, reportDate }: Partition,
  judged: Refusal,
  now: EpochMillis,
): VendorRefusal {
  const of = { report, reportDate, reason: judged.reason };
  switch (judged.kind) {
    case 'not-offered':
      return { ...of, sk: report, kind: 'notOffered', nextAttemptAt: now + NOT_OFFERED_AGAIN_MILLIS };
    case 'invalid-vendor': {
      const sk = report === MULTI_VENDOR_REPORT ? WHOLE_VENDOR : report;
      return { ...of, sk, kind: 'refused', nextAttemptAt: now + REFUSED_AGAIN_MILLIS };
    }
    default:
      return { ...of, sk: report, kind: 'unclear', nextAttemptAt: now + UNCLEAR_AGAIN_MILLIS };
  }
}

/** What becomes of a partition without asking Apple, while a refusal of its vendor or report stands. */
export function behind(refusal: VendorRefusal, partition: Partition): Refusal {
  const { kind, reason, report, reportDate } = refusal;
  if (kind === 'notOffered') return { kind: 'not-offered', reason };
  // The one that Apple was asked for: its message comes again until it lies in the dead letters.
  if (kind === 'refused' && report === partition.report && reportDate === partition.reportDate)
    return { kind: 'invalid-vendor', reason };
  return {
    kind: 'behind',
    reason: `Waits behind ${report} of ${reportDate}, which Apple refused: ${reason}`,
  };
}
