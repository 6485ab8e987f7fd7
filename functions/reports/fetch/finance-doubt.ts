import type { EpochMillis } from '../../platform/util/clock.ts';
import { DAY_MILLIS, daysBefore } from '../../platform/util/time.ts';
import { noSalesFinalAt, periodDays } from '../catalogue/calendar.ts';
import type { CatalogueEntry } from '../catalogue/catalogue.ts';
import { MULTI_VENDOR_REPORT } from '../catalogue/catalogue.ts';
import type { Partition } from '../catalogue/series.ts';
import type { ReportLedger } from '../partition/ledger.ts';

/** The reports that hold all regions. Sales of one region are not known from the ledger. */
const ALL_REGIONS = ['FINANCIAL/ZZ', 'FINANCE_DETAIL/Z1'];
/** What is sold on the last days may be settled in the next fiscal month. */
const SETTLED_LATER_DAYS = 3;
/** A vendor without a bank account gets no finance reports, whatever it sells: so long it is doubted and told. */
const DOUBTED_DAYS = 7;

/** What speaks against "There were no sales", and whether it is believed all the same, being told once more. */
export type Doubt = { because: string; believed: boolean; doubtedDays: number };

/**
 * A finance month without sales is doubted where stored days of that month have sales that earned money, or where the
 * other report of all regions is stored. Days with downloads of free apps alone are no reason.
 */
export async function financeDoubt(
  ledger: Pick<ReportLedger, 'list'>,
  partition: Partition,
  entry: CatalogueEntry,
  now: EpochMillis,
): Promise<Doubt | undefined> {
  if (!ALL_REGIONS.includes(partition.report)) return undefined;
  const because = (await earningDays(ledger, partition, entry)) ?? (await storedSibling(ledger, partition));
  return because === undefined
    ? undefined
    : {
        because,
        believed: now >= noSalesFinalAt(entry, partition.reportDate) + DOUBTED_DAYS * DAY_MILLIS,
        doubtedDays: DOUBTED_DAYS,
      };
}

async function earningDays(
  ledger: Pick<ReportLedger, 'list'>,
  partition: Partition,
  entry: CatalogueEntry,
): Promise<string | undefined> {
  const { from, to } = periodDays(entry, partition.reportDate);
  const last = daysBefore(to, SETTLED_LATER_DAYS);
  const days = await ledger.list({ ...partition, report: MULTI_VENDOR_REPORT }, from, last);
  const earned = days.filter(({ proceeds, renewals }) => proceeds ?? renewals ?? false);
  return earned.length === 0
    ? undefined
    : `${earned.length} stored days of that fiscal month (${from} to ${to}) have sales with proceeds, such as ${earned[0]?.sk}`;
}

async function storedSibling(
  ledger: Pick<ReportLedger, 'list'>,
  partition: Partition,
): Promise<string | undefined> {
  for (const report of ALL_REGIONS.filter((name) => name !== partition.report)) {
    const [item] = await ledger.list({ ...partition, report }, partition.reportDate, partition.reportDate);
    if ((item?.rows ?? 0) > 0) return `${report} of that month is stored and has ${item?.rows} rows`;
  }
  return undefined;
}
