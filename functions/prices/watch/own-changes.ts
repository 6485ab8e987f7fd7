import type { EpochMillis } from '../../platform/util/clock.ts';
import { HOUR_MILLIS } from '../../platform/util/time.ts';
import { type Product, productKey } from '../request/product.ts';
import type { AuditLog } from '../store/audit-log.ts';
import type { ChangeRecord } from '../store/change-record.ts';
import { readPlans } from '../store/plan-store.ts';
import type { PriceLedger } from '../store/price-ledger.ts';
import type { Move, OwnTargets } from './moves.ts';

/** A change may have been recorded a little before the reading that did not show it yet. */
const SLACK_MILLIS = 3 * HOUR_MILLIS;

export type OwnChanges = (product: Product, since: EpochMillis) => Promise<OwnTargets>;

/**
 * What our own changes since a moment wanted, from the audit: every target of every plan that sent something. The base
 * territory's followers are among them, as the plan lists what moves along.
 *
 * @returns looks a product up. The ledger is asked once per moment, and a plan is read once.
 */
export function ownChanges(
  { ledger, audit }: { ledger: Pick<PriceLedger, 'changesSince'>; audit: AuditLog },
  team: string,
): OwnChanges {
  const sent = new Map<EpochMillis, Promise<ChangeRecord[]>>();
  const targets = new Map<string, Promise<OwnTargets>>();
  const sentSince = async (since: EpochMillis): Promise<ChangeRecord[]> => {
    const changes: ChangeRecord[] = [];
    for await (const change of ledger.changesSince(team, since - SLACK_MILLIS))
      if (change.everSent && change.planKey !== undefined && change.request.introductoryOffer === undefined)
        changes.push(change);
    return changes;
  };
  const targetsOf = async (product: Product, since: EpochMillis): Promise<OwnTargets> => {
    const changes = sent.get(since) ?? sentSince(since);
    sent.set(since, changes);
    const found = new Map<string, string[]>();
    for (const change of await changes) {
      if (productKey(team, change.request.product) !== productKey(team, product)) continue;
      for (const { territory, target, after } of (await readPlans(audit, change)).flatMap(
        ({ entries }) => entries,
      ))
        found.set(territory, [
          ...(found.get(territory) ?? []),
          target.price,
          ...after.map(({ price }) => price),
        ]);
    }
    return found;
  };
  return (product, since) => {
    const key = `${productKey(team, product)} ${since}`;
    const found = targets.get(key) ?? targetsOf(product, since);
    targets.set(key, found);
    return found;
  };
}

/** The list that a move is of. */
export const productOf = ({ product: { kind, id }, plan }: Move): Product => ({
  kind,
  id,
  ...(plan === 'MONTHLY' && { plan }),
});
