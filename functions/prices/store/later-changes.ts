import { productKey } from '../request/product.ts';
import type { ChangeRecord } from './change-record.ts';
import type { PriceLedger } from './price-ledger.ts';
import { rollbackAmong } from './recent-changes.ts';

type Dependencies = { ledger: Pick<PriceLedger, 'changesSince'> };

/**
 * Changes of the same product that were accepted after a change, oldest first.
 *
 * @returns `sent`: those that have sent something; `unsent`: those that found every price there already
 */
export async function laterOf(
  { ledger }: Dependencies,
  record: ChangeRecord,
): Promise<{ sent: ChangeRecord[]; unsent: ChangeRecord[] }> {
  const key = productKey(record.team, record.request.product);
  const sent: ChangeRecord[] = [];
  const unsent: ChangeRecord[] = [];
  for await (const other of ledger.changesSince(record.team, record.acceptedAt)) {
    const isLater = other.seq > record.seq && other.changeId !== record.changeId;
    if (!isLater || productKey(other.team, other.request.product) !== key) continue;
    // mutation: same-price-decides
    const foundAll = !other.everSent && other.state === 'applied';
    if (other.everSent) sent.push(other);
    else if (foundAll) unsent.push(other);
  }
  const bySeq = (a: ChangeRecord, b: ChangeRecord): number => a.seq - b.seq;
  return { sent: sent.toSorted(bySeq), unsent: unsent.toSorted(bySeq) };
}

/** Changes of the same product that were accepted after a change and have sent something, oldest first. */
export const laterChanges = async (deps: Dependencies, record: ChangeRecord): Promise<ChangeRecord[]> =>
  (await laterOf(deps, record)).sent;

/** The change that has taken a change back, if any. */
export async function rollbackOf(deps: Dependencies, record: ChangeRecord): Promise<string | undefined> {
  return rollbackAmong(await laterChanges(deps, record), record)?.changeId;
}
