import type { Clock } from '../../functions/platform/util/clock.ts';
import { type AnyPartition, seriesKey } from '../../functions/reports/catalogue/series.ts';
import { LEASE_MILLIS, type ReportLedger } from '../../functions/reports/partition/ledger.ts';
import { type LedgerItem, ledgerItemSchema } from '../../functions/reports/partition/ledger-item.ts';

const OPEN = new Set<string>(['due', 'failed', 'waiting']);
const SETTLED = new Set<string>(['stored', 'empty', 'expired', 'notOffered']);

/**
 * The ledger's rules without DynamoDB. `test/histories/memory-ledger.test.ts` holds it against the real one, call by
 * call.
 */
export function createMemoryLedger(
  clock: Clock,
  onChange: (before: LedgerItem | undefined, after: LedgerItem) => void = () => undefined,
): ReportLedger & { items: ReadonlyMap<string, LedgerItem> } {
  const items = new Map<string, LedgerItem>();
  const keyOf = (pk: string, sk: string) => `${pk} ${sk}`;
  const find = (partition: AnyPartition) => items.get(keyOf(seriesKey(partition), partition.reportDate));
  const put = (item: LedgerItem): LedgerItem => {
    const key = keyOf(item.pk, item.sk);
    onChange(items.get(key), item);
    items.set(key, item);
    return item;
  };
  const fresh = ({ reportDate, ...series }: AnyPartition, state: LedgerItem['state']): LedgerItem =>
    ledgerItemSchema.parse({ pk: seriesKey(series), sk: reportDate, state });

  const claimable = (item: LedgerItem, now: number): boolean => {
    if (item.leaseUntil !== undefined && item.leaseUntil > now) return false;
    if (['due', 'failed', 'fetching'].includes(item.state)) return true;
    if (item.state === 'waiting') return item.nextAttemptAt !== undefined && item.nextAttemptAt <= now;
    return item.recheckAt !== undefined && item.recheckAt <= now;
  };

  return {
    items,
    list: async (series, from, to) =>
      [...items.values()]
        .filter(({ pk, sk }) => pk === seriesKey(series) && sk >= from && sk <= to)
        .sort((one, other) => (one.sk < other.sk ? -1 : 1)),
    expect: async (partition) => {
      if (find(partition) === undefined) put({ ...fresh(partition, 'due'), expectedAt: clock.now() });
    },
    expectQueued: async (partition) => {
      const item = find(partition);
      const now = clock.now();
      if (item === undefined) put({ ...fresh(partition, 'due'), expectedAt: now, queuedAt: now });
      else if (item.expectedAt === undefined) put({ ...item, expectedAt: now });
    },
    makeClaimable: async (partition, refetch) => {
      const item = find(partition);
      if (item === undefined || !(OPEN.has(item.state) || (refetch && SETTLED.has(item.state)))) return false;
      const now = clock.now();
      put({ ...item, nextAttemptAt: now, queuedAt: undefined, ...(refetch && { recheckAt: now }) });
      return true;
    },
    markOverdue: async (read, event) => {
      const item = items.get(keyOf(read.pk, read.sk));
      if (item === undefined || item.overdueToldAt !== undefined) return false;
      const abandoned = item.state === 'fetching' && (item.leaseUntil ?? Infinity) <= clock.now();
      if ((!OPEN.has(item.state) && !abandoned) || item.fence !== read.fence) return false;
      const fence = read.state === 'fetching' ? item.fence + 1 : item.fence;
      put({ ...item, fence, overdueToldAt: clock.now(), owed: [...read.owed, event], owedMark: event.id });
      return true;
    },
    markQueued: async (partition) => {
      const item = find(partition);
      // Not once a worker has been at it.
      if (item !== undefined && claimable(item, clock.now())) put({ ...item, queuedAt: clock.now() });
    },
    claim: async (partition) => {
      const now = clock.now();
      const item = find(partition) ?? fresh(partition, 'due');
      if (!claimable(item, now)) return { kind: 'notClaimable', item };
      const until = now + LEASE_MILLIS;
      const claimed = put({
        ...item,
        state: 'fetching',
        fence: item.fence + 1,
        claims: (item.claims ?? 0) + 1,
        leaseUntil: until,
        queuedAt: undefined,
      });
      return { kind: 'claimed', claim: { partition, item: claimed, lease: { fence: claimed.fence, until } } };
    },
    holds: async ({ partition, lease }) => find(partition)?.fence === lease.fence,
    settle: async ({ partition, lease }, settlement) => {
      const item = find(partition);
      // mutation: settle-under-fence
      if (item === undefined || item.fence !== lease.fence) return false;
      put({
        ...item,
        ...settlement,
        claims: undefined,
        owedMark: settlement.owed.at(-1)?.id,
        leaseUntil: undefined,
      });
      return true;
    },
    markPublished: async (partition, owed) => {
      const item = find(partition);
      const mark = owed.at(-1)?.id;
      if (item !== undefined && mark !== undefined && item.owedMark === mark)
        put({ ...item, owed: [], owedMark: undefined });
    },
  };
}
