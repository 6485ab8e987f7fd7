import type { EpochMillis } from '../../platform/util/clock.ts';
import type { EarlierPrice } from '../plan/limits.ts';
import { isWritten } from '../plan/plan-entry.ts';
import { compareDecimals } from '../request/decimal.ts';
import { pacificToday } from '../request/pacific-day.ts';
import { type Product, productKey } from '../request/product.ts';
import type { AuditLog } from './audit-log.ts';
import type { ChangeRecord } from './change-record.ts';
import { readPlans } from './plan-store.ts';
import type { PriceLedger } from './price-ledger.ts';

/**
 * What a product cost at a moment, by territory: what it cost before the first of our changes since. Territories that
 * none of them changed are absent; what was changed on Apple's page is not known here.
 */
export async function pricesAt(
  { ledger, audit }: { ledger: Pick<PriceLedger, 'changesSince'>; audit: AuditLog },
  team: string,
  product: Product,
  moment: EpochMillis,
): Promise<ReadonlyMap<string, EarlierPrice>> {
  const changes: ChangeRecord[] = [];
  for await (const change of plannedChanges(ledger, team, product, moment))
    if (change.everSent) changes.push(change);
  const prices = new Map<string, EarlierPrice>();
  for (const change of changes.toSorted((a, b) => a.seq - b.seq)) {
    const plans = await readPlans(audit, change);
    for (const entry of plans.toReversed().flatMap(({ entries }) => entries)) {
      const { territory, present, currency } = entry;
      if (isWritten(entry) && present !== null && !prices.has(territory))
        prices.set(territory, { price: present.price, currency });
    }
  }
  return prices;
}

/**
 * Territory → the day on which the last increase began that present subscribers got, by our own changes since a moment.
 * What did not take effect, and what was changed on Apple's page, is not known here.
 */
export async function increasesSince(
  { ledger, audit }: { ledger: Pick<PriceLedger, 'changesSince'>; audit: AuditLog },
  team: string,
  product: Product,
  moment: EpochMillis,
): Promise<ReadonlyMap<string, string>> {
  const days = new Map<string, string>();
  for await (const change of plannedChanges(ledger, team, product, moment)) {
    if (change.state !== 'applied') continue;
    for (const entry of (await readPlans(audit, change)).flatMap(({ entries }) => entries)) {
      const { territory, present, target, existingSubscribers } = entry;
      const rises =
        isWritten(entry) &&
        existingSubscribers === 'newPrice' &&
        present !== null &&
        compareDecimals(target.price, present.price) > 0;
      const day = entry.startDate ?? pacificToday(change.acceptedAt);
      if (rises && day > (days.get(territory) ?? '')) days.set(territory, day);
    }
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
