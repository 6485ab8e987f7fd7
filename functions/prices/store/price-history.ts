import type { Clock, EpochMillis } from '../../platform/util/clock.ts';
import { DAY_MILLIS } from '../../platform/util/time.ts';
import type { EarlierPrice } from '../plan/limits.ts';
import { isWritten, type PlanEntry } from '../plan/plan-entry.ts';
import { compareDecimals } from '../request/decimal.ts';
import { pacificToday } from '../request/pacific-day.ts';
import { type Product, productKey } from '../request/product.ts';
import type { AuditLog } from './audit-log.ts';
import type { ChangeRecord } from './change-record.ts';
import { readPlans } from './plan-store.ts';
import type { PriceLedger } from './price-ledger.ts';

/** A price may have been scheduled so long before the day on which it began. */
const SCHEDULED_AHEAD_MILLIS = 366 * DAY_MILLIS;

/**
 * What a product cost at a moment, by territory: what it cost before the first of our prices that began since. Territories
 * that none of them changed are absent; what was changed on Apple's page is not known here.
 */
export async function pricesAt(
  { ledger, audit }: { ledger: Pick<PriceLedger, 'changesSince'>; audit: AuditLog },
  team: string,
  product: Product,
  moment: EpochMillis,
): Promise<ReadonlyMap<string, EarlierPrice>> {
  const changes: ChangeRecord[] = [];
  for await (const change of plannedChanges(ledger, team, product, moment - SCHEDULED_AHEAD_MILLIS)) {
    // Of what ended before the moment only prices that Apple took can have begun since.
    if (change.everSent && (change.movedAt >= moment || change.state === 'applied')) changes.push(change);
  }
  const prices = new Map<string, EarlierPrice>();
  for (const { change, entry } of await standingEntries(audit, changes))
    addPrice(prices, change, entry, moment);
  return prices;
}

type WrittenEntry = { change: ChangeRecord; entry: PlanEntry };

/** What changes have written, in their order. What a later one displaced while its day was still ahead never began. */
async function standingEntries(
  audit: AuditLog,
  changes: readonly ChangeRecord[],
): Promise<Iterable<WrittenEntry>> {
  const standing = new Set<WrittenEntry>();
  const scheduled = new Map<string, WrittenEntry>();
  for (const change of changes.toSorted((a, b) => a.seq - b.seq)) {
    const takenOn = pacificToday(change.verification?.since ?? change.movedAt);
    const plans = await readPlans(audit, change);
    for (const entry of plans
      .toReversed()
      .flatMap(({ entries }) => entries)
      .filter(isWritten)) {
      const { territory, startDate } = entry;
      for (const from of change.state === 'applied' ? displacedAfter(entry, takenOn) : []) {
        const displaced = scheduled.get(`${territory} ${from}`);
        if (displaced !== undefined) standing.delete(displaced);
      }
      const written = { change, entry };
      standing.add(written);
      if (startDate !== null) scheduled.set(`${territory} ${startDate}`, written);
    }
  }
  return standing;
}

/** Days of scheduled prices that an entry took away while they were ahead. One that had begun by then was in effect. */
const displacedAfter = ({ overwrites }: PlanEntry, takenOn: string): string[] =>
  overwrites.flatMap(({ from }) => (from !== null && takenOn < from ? [from] : []));

/** What an entry tells of the price at a moment; entries come in the order of their changes. */
function addPrice(
  prices: Map<string, EarlierPrice>,
  change: ChangeRecord,
  entry: PlanEntry,
  moment: EpochMillis,
): void {
  const { territory, present, target, currency } = entry;
  if (present === null) return;
  if (!hasBegunBy(change, entry, moment)) {
    if (!prices.has(territory)) prices.set(territory, { price: present.price, currency });
  } else if (prices.has(territory) && change.state === 'applied') {
    // Requested after a price that began later, and in effect before that.
    prices.set(territory, { price: target.price, currency });
  }
}

const hasBegunBy = ({ movedAt }: ChangeRecord, { startDate }: PlanEntry, moment: EpochMillis): boolean =>
  startDate === null ? movedAt < moment : startDate <= pacificToday(moment);

/**
 * Territory → the day on which the last increase began that present subscribers got, by our own changes since a moment. One
 * that is still ahead is none: the next change displaces it. What did not take effect, and what was changed on Apple's page,
 * is not known here.
 */
export async function increasesSince(
  { ledger, audit, clock }: { ledger: Pick<PriceLedger, 'changesSince'>; audit: AuditLog; clock: Clock },
  team: string,
  product: Product,
  moment: EpochMillis,
): Promise<ReadonlyMap<string, string>> {
  const changes: ChangeRecord[] = [];
  for await (const change of plannedChanges(ledger, team, product, moment - SCHEDULED_AHEAD_MILLIS))
    if (change.state === 'applied') changes.push(change);
  const days = new Map<string, string>();
  const [first, today] = [pacificToday(moment), pacificToday(clock.now())];
  for (const { change, entry } of await standingEntries(audit, changes)) {
    const { territory, present, target, existingSubscribers } = entry;
    const rises =
      existingSubscribers === 'newPrice' &&
      present !== null &&
      compareDecimals(target.price, present.price) > 0;
    const day = entry.startDate ?? pacificToday(change.acceptedAt);
    const isPast = first <= day && day <= today;
    if (rises && isPast && day > (days.get(territory) ?? '')) days.set(territory, day);
  }
  return days;
}

/** Changes of a product's prices since a moment that have a plan; those of its introductory offers are left out. */
async function* plannedChanges(
  ledger: Pick<PriceLedger, 'changesSince'>,
  team: string,
  product: Product,
  moment: EpochMillis,
): AsyncGenerator<ChangeRecord> {
  for await (const change of ledger.changesSince(team, moment)) {
    const { product: changed, introductoryOffer } = change.request;
    const isOfPrices =
      productKey(team, changed) === productKey(team, product) && introductoryOffer === undefined;
    if (isOfPrices && change.planKey !== undefined) yield change;
  }
}
