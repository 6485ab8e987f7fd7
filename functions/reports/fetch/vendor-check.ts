import { MULTI_VENDOR_REPORT } from '../catalogue/catalogue.ts';
import { LATEST_REPORT_DATE, type Partition } from '../catalogue/series.ts';
import type { ReportLedger } from '../partition/ledger.ts';
import type { Refusal } from '../partition/outcome.ts';

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
