import type { PricePoint } from '../../functions/app-store-connect/resources/price-points.ts';
import type { Clock } from '../../functions/platform/util/clock.ts';
import type { PriceState } from '../../functions/prices/plan/price-state.ts';
import { fingerprintOf, parsePriceRequest } from '../../functions/prices/request/price-request.ts';
import { type AuditLog, auditKey } from '../../functions/prices/store/audit-log.ts';
import {
  type ChangeRecord,
  changeRecordSchema,
  isOver,
  owesWayBack,
  type ProductRecord,
} from '../../functions/prices/store/change-record.ts';
import { applyTransition, TransitionConflictError } from '../../functions/prices/store/change-transitions.ts';
import type { RefusedRequest, RefusedRequests } from '../../functions/prices/store/kept/refused-requests.ts';
import type { PriceLedger } from '../../functions/prices/store/price-ledger.ts';

/** Everything a {@link memoryLedger} holds; plain data, so that it can be compared and copied. */
export type LedgerData = {
  changes: Record<string, ChangeRecord>;
  products: Record<string, ProductRecord>;
  sequences: Record<string, number>;
  days: Record<string, string[]>;
};

export const emptyLedger = (): LedgerData => ({ changes: {}, products: {}, sequences: {}, days: {} });

/** A copy of plain data, at a tenth of the price of `structuredClone`: histories copy millions of records. */
export function copyOf<Plain>(value: Plain): Plain;
export function copyOf(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((each) => copyOf(each));
  const copy: Record<string, unknown> = {};
  for (const [name, each] of Object.entries(value)) copy[name] = copyOf(each);
  return copy;
}

/** Told of every record that was written, with the one before it. */
export type LedgerWatch = {
  sawChange(before: ChangeRecord | undefined, after: ChangeRecord): void;
  sawProduct(before: ProductRecord | undefined, after: ProductRecord): void;
};

const NOBODY: LedgerWatch = { sawChange: () => undefined, sawProduct: () => undefined };

/** The ledger's contract in memory: the same moves, refused for the same reasons. */
export function memoryLedger(data: LedgerData, clock: Clock, watch: LedgerWatch = NOBODY): PriceLedger {
  const put = (key: string, record: ChangeRecord): void => {
    const before = data.changes[key];
    data.changes[key] = copyOf(record);
    watch.sawChange(before, data.changes[key]);
  };
  const name = (team: string, changeId: string): string => `${team}#${changeId}`;
  return {
    change: async (team, changeId) => copyOf(data.changes[name(team, changeId)]),
    claim: async (record) => {
      const present = data.changes[name(record.team, record.changeId)];
      // mutation: idempotency-claim
      if (present !== undefined) return { kind: 'exists', record: copyOf(present) };
      put(name(record.team, record.changeId), record);
      return { kind: 'claimed' };
    },
    transition: async (record, move) => {
      const after = applyTransition(record, move, clock.now());
      const key = name(record.team, record.changeId);
      // mutation: price-record-moved
      if (data.changes[key]?.rev !== record.rev) throw new TransitionConflictError(record, 'has moved since');
      put(key, after);
      return after;
    },
    product: async (key) => copyOf(data.products[key]),
    writeProduct: async (key, before, after) => {
      const present = data.products[key];
      if (present?.rev !== before?.rev) return false;
      data.products[key] = copyOf(after);
      watch.sawProduct(present, data.products[key]);
      return true;
    },
    nextSeq: async (key) => {
      data.sequences[key] = (data.sequences[key] ?? 0) + 1;
      return data.sequences[key];
    },
    countToday: async (team, day, changeId, most) => {
      const key = `${team}#${day}`;
      const counted = data.days[key] ?? [];
      if (!counted.includes(changeId) && counted.length >= most) return false;
      data.days[key] = [...new Set([...counted, changeId])];
      return true;
    },
    countAllToday: async (team, day, changeIds, most) => {
      const key = `${team}#${day}`;
      const all = [...new Set([...(data.days[key] ?? []), ...changeIds])];
      if (all.length > most && changeIds.some((id) => !data.days[key]?.includes(id))) return false;
      data.days[key] = all;
      return true;
    },
    changesSince: async function* (team, since) {
      for (const record of Object.values(data.changes)) {
        if (record.team === team && record.movedAt >= since) yield copyOf(record);
      }
    },
    open: async function* () {
      for (const record of Object.values(data.changes)) {
        if (!isOver(record) || record.owed.length > 0 || owesWayBack(record)) yield copyOf(record);
      }
    },
  };
}

/** Refused requests in memory. */
export function memoryRefusals(data = new Map<string, RefusedRequest>()): RefusedRequests {
  return {
    read: async (sha256) => copyOf(data.get(sha256)),
    write: async (sha256, refused) => void data.set(sha256, copyOf(refused)),
  };
}

/** Write-once objects in memory. */
export function memoryAudit(objects: Map<string, string>): AuditLog {
  return {
    write: async (record, name, content) => {
      const key = auditKey(record, name);
      if (!objects.has(key)) objects.set(key, JSON.stringify(content));
      return key;
    },
    read: async (key) => JSON.parse(objects.get(key) ?? 'null'),
  };
}

/** An accepted change as `accept-price-change` would have written it. */
export function acceptedChange(request: Record<string, unknown>, seq: number, at: number): ChangeRecord {
  const parsed = parsePriceRequest(request);
  if (parsed.kind === 'rejected') throw new Error(JSON.stringify(parsed.problems));
  return changeRecordSchema.parse({
    team: parsed.value.team,
    changeId: parsed.value.idempotencyKey,
    rev: 1,
    state: 'accepted',
    fingerprint: fingerprintOf(parsed.value),
    request: parsed.value,
    seq,
    acceptedAt: at,
    movedAt: at,
  });
}

export const point = (territory: string, customerPrice: string): PricePoint => ({
  id: `${territory}-${customerPrice}`,
  territory,
  customerPrice,
  proceeds: undefined,
});

/** What Apple shows of a product on 24 November: a price in each of some territories, nothing scheduled, no subscribers. */
export const stateShowing = (prices: Iterable<readonly [territory: string, price: string]>): PriceState => ({
  today: '2026-11-24',
  earliest: undefined,
  period: undefined,
  hasSubscribers: false,
  baseTerritory: undefined,
  territories: new Map(
    [...prices].map(([territory, price]) => [
      territory,
      { currency: 'USD', present: point(territory, price), scheduled: [], automatic: false },
    ]),
  ),
  records: [],
});
