import type { Series } from '../catalogue/series.ts';
import type { ReportLedger } from '../partition/ledger.ts';
import type { VendorRefusal, VendorRefusals } from './vendor-refusals.ts';

/**
 * Ends a refusal: nothing waits behind it any more, and the partition that Apple refused is asked for with the
 * planner's next run, not only when its day of waiting is over.
 */
export async function liftRefusal(
  {
    ledger,
    vendors,
  }: { ledger: Pick<ReportLedger, 'makeClaimable'>; vendors: Pick<VendorRefusals, 'clear'> },
  { team, vendor }: Pick<Series, 'team' | 'vendor'>,
  refusal: VendorRefusal,
): Promise<void> {
  const { kind, report, reportDate } = refusal;
  // The partition first: after a crash the refusal still stands, and the next answer comes by here again.
  if (kind === 'refused') await ledger.makeClaimable({ team, vendor, report, reportDate }, false);
  await vendors.clear({ team, vendor }, [refusal]);
}
