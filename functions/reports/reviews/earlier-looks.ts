import { type AnalyticsPartition, EARLIEST_REPORT_DATE, LATEST_REPORT_DATE } from '../catalogue/series.ts';
import { type FetchPartitionDependencies, fetchPartition } from '../partition/fetch-partition.ts';
import type { Claim, ReportLedger } from '../partition/ledger.ts';
import type { LedgerItem } from '../partition/ledger-item.ts';
import type { Refusal } from '../partition/outcome.ts';
import { restoreReviewsTable, type StoreReviewsDependencies } from './store-reviews.ts';

/** What ending looks of other days needs. */
export type EarlierLooksDependencies = FetchPartitionDependencies &
  StoreReviewsDependencies & { ledger: Pick<ReportLedger, 'list' | 'makeClaimable'> };

/** Later looks of a day, counted in days from its first one. */
export const LOOKS_AFTER_DAYS = [4, 8, 12, 16, 20].map((hours) => hours / 24);

/** A look ends so many earlier ones at most: each costs some calls, and the next look ends the others. */
const MOST_ENDED = 50;

/** All looks at an app's reviews as they are at this moment, in order of their days. */
export const looksOf = (
  { ledger }: Pick<EarlierLooksDependencies, 'ledger'>,
  partition: AnalyticsPartition,
): Promise<LedgerItem[]> =>
  ledger.list(partition, EARLIEST_REPORT_DATE, LATEST_REPORT_DATE, { consistent: true });

/** The object key of what the last of these looks knew. */
export const knownAfter = (looks: readonly LedgerItem[]): string | undefined =>
  looks.findLast(({ knownKey }) => knownKey !== undefined)?.knownKey;

/**
 * Why the look of this day may not begin: two looks that begin with the same knowledge would both write what they find.
 * `undefined`: no other look stands in its way.
 *
 * Each look reads the others after it has won its own claim, so that of two looks at once at least one sees the other.
 *
 * @param looks all looks, read after the claim
 */
export function standsInTheWay(
  looks: readonly LedgerItem[],
  { sk }: Pick<LedgerItem, 'sk'>,
  now: number,
): string | undefined {
  // mutation: reviews-older-look-yields
  const later = looks.find((look) => look.sk > sk && look.fence > 0);
  if (later !== undefined)
    return `The look of ${later.sk} has begun and finds what this one would have found.`;
  // mutation: reviews-one-look-at-once
  const underWay = looks.find((look) => look.sk < sk && isFetched(look) && (look.leaseUntil ?? 0) > now);
  return underWay && `The look of ${underWay.sk} is still under way.`;
}

/**
 * Ends the earlier looks that are open, as this one has what they would have found: lets each table show what the ledger
 * says again, and takes the right to settle from a worker that has gone silent. However long ago it was: the planner
 * looks after the last weeks only.
 *
 * @returns whether what was known before this look is still the same: `false`, and this look has to begin anew
 * @throws what DynamoDB throws; a table that cannot be restored is tried again by the next look
 */
export async function endEarlierLooks(
  deps: EarlierLooksDependencies,
  { partition }: Claim<AnalyticsPartition>,
  looks: readonly LedgerItem[],
): Promise<boolean> {
  const open = looks.filter((look) => look.sk < partition.reportDate && isOpen(look));
  if (open.length === 0) return true;
  const silentFirst = open.toSorted((one, other) => Number(isFetched(other)) - Number(isFetched(one)));
  for (const look of silentFirst.slice(0, MOST_ENDED)) {
    const earlier = { ...partition, reportDate: look.sk };
    if (!isFetched(look)) await deps.ledger.makeClaimable(earlier, look.settledAs !== undefined);
    // mutation: reviews-end-earlier
    await fetchPartition(deps, earlier, {
      rules: { entry: undefined, restatementDays: LOOKS_AFTER_DAYS },
      attempt: (claim, directory) => endLook(deps, claim, partition.reportDate, directory),
    });
  }
  const before = (await looksOf(deps, partition)).filter(({ sk }) => sk < partition.reportDate);
  const wasKnown = knownAfter(looks.filter(({ sk }) => sk < partition.reportDate));
  // mutation: reviews-known-changed
  const isSame = knownAfter(before) === wasKnown;
  if (!isSame) deps.log.warn('An earlier look was settled meanwhile', { partition });
  return isSame;
}

/** Ends a look for a later one: what a try had put into its table before it failed is found by that one again. */
export async function endLook(
  deps: StoreReviewsDependencies,
  claim: Claim<AnalyticsPartition>,
  by: string,
  directory: string,
): Promise<Refusal> {
  // mutation: reviews-restore-table
  await restoreReviewsTable(deps, claim, directory);
  return { kind: 'expired', reason: `The look of ${by} has everything that this one would have found.` };
}

const isFetched = ({ state }: LedgerItem): boolean => state === 'fetching';

/** Never settled, or tried again since without a result: its table may show what the ledger does not know. */
const isOpen = (look: LedgerItem): boolean =>
  look.settledAs === undefined || isFetched(look) || (look.tries > 0 && look.recheckAt !== undefined);
