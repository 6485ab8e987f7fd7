import type { PriceRules } from '../../../functions/prices/plan/limits.ts';
import type { EntryKind, PlanEntry } from '../../../functions/prices/plan/plan-entry.ts';
import { type PriceRequest, parsePriceRequest } from '../../../functions/prices/request/price-request.ts';

/** A request for a subscription of team acme; what is given joins or replaces its fields. */
export function requestOf(changes: Record<string, unknown> = {}): PriceRequest {
  const parsed = parsePriceRequest({
    idempotencyKey: 'sale',
    team: 'acme',
    product: { kind: 'subscription', id: '1' },
    ...(saysPrices(changes) ? {} : { prices: { USA: '9.99' } }),
    requestedBy: 'cfo@acme.example',
    ...changes,
  });
  if (parsed.kind === 'rejected') throw new Error(JSON.stringify(parsed.problems));
  return parsed.value;
}

const saysPrices = (changes: Record<string, unknown>): boolean =>
  ['equalizeFrom', 'index', 'follow', 'baseTerritory'].some((name) => name in changes);

/** One territory of a plan, with what limits look at. */
export const targetEntry = (
  territory: string,
  from: string | null,
  to: string,
  kind: EntryKind,
): PlanEntry => ({
  territory,
  currency: 'USD',
  kind,
  present: from === null ? null : { price: from, proceeds: null },
  scheduled: [],
  target: { price: to, proceeds: null, pricePointId: `${territory}-${to}` },
  changePercent: percentOf(from, to),
  startDate: null,
  existingSubscribers: null,
  overwrites: [],
  removes: [],
  warnings: [],
  before: [],
  after: [],
});

/** Whole percents are all that these tests need. */
const percentOf = (from: string | null, to: string): string | null =>
  from === null || Number(from) === 0 ? null : String(Math.round((Number(to) / Number(from) - 1) * 100));

/** Limits that let everything pass. */
export const OPEN_RULES: PriceRules = {
  maxIncreasePercent: 1000,
  maxDecreasePercent: 100,
  territories: {},
  maxChangesPerDay: 100,
  blockedPeriods: [],
  desired: 'off',
  subscriptionWrites: 'auto',
};
