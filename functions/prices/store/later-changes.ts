import { productKey } from '../request/product.ts';
import type { ChangeRecord } from './change-record.ts';
import type { PriceLedger } from './price-ledger.ts';
import { rollbackAmong } from './recent-changes.ts';

type Dependencies = { ledger: Pick<PriceLedger, 'changesSince'> };

/** Changes of the same product that were accepted after a change and have sent something, oldest first. */
export async function laterChanges({ ledger }: Dependencies, record: ChangeRecord): Promise<ChangeRecord[]> {
  const key = productKey(record.team, record.request.product);
  const later: ChangeRecord[] = [];
  for await (const other of ledger.changesSince(record.team, record.acceptedAt)) {
    const isLater = other.seq > record.seq && other.everSent && other.changeId !== record.changeId;
    if (isLater && productKey(other.team, other.request.product) === key) later.push(other);
  }
  return later.toSorted((a, b) => a.seq - b.seq);
}

/** Changes of the same product that were accepted after a change and found every price there already. */
export async function laterUnsent({ ledger }: Dependencies, record: ChangeRecord): Promise<ChangeRecord[]> {
  const key = productKey(record.team, record.request.product);
  const later: ChangeRecord[] = [];
  for await (const other of ledger.changesSince(record.team, record.acceptedAt)) {
    // mutation: same-price-decides
    const isLater = other.seq > record.seq && !other.everSent && other.state === 'applied';
    if (isLater && productKey(other.team, other.request.product) === key) later.push(other);
  }
  return later;
}

/** The change that has taken a change back, if any. */
export async function rollbackOf(deps: Dependencies, record: ChangeRecord): Promise<string | undefined> {
  return rollbackAmong(await laterChanges(deps, record), record)?.changeId;
}
