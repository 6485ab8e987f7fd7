import assert from 'node:assert/strict';
import { silent } from '../../../../bench/scale/simulated-access.ts';
import { fixedKey } from '../../../../functions/app-store-connect/auth/fixed-key.ts';
import { parseKeySecret } from '../../../../functions/app-store-connect/auth/key-secret.ts';
import { parseSettings } from '../../../../functions/platform/config/settings.ts';
import { rejected } from '../../../../functions/platform/validation/checked.ts';
import type { AcceptDependencies } from '../../../../functions/prices/accept/accept-dependencies.ts';
import { approveChange } from '../../../../functions/prices/accept/approve-change.ts';
import { sweepChanges } from '../../../../functions/prices/accept/sweep-changes.ts';
import { createIntroductoryOfferList } from '../../../../functions/prices/apple/introductory-offer-list.ts';
import { priceRules } from '../../../../functions/prices/apple/price-lists.ts';
import { createSchedulePriceList } from '../../../../functions/prices/apple/schedule-price-list.ts';
import { createSubscriptionPriceList } from '../../../../functions/prices/apple/subscription-price-list.ts';
import { type ApplyResult, applyChange } from '../../../../functions/prices/apply/apply-change.ts';
import type { PriceList } from '../../../../functions/prices/plan/price-list.ts';
import type { Product } from '../../../../functions/prices/request/product.ts';
import type { AuditLog } from '../../../../functions/prices/store/audit-log.ts';
import type { ChangeRecord } from '../../../../functions/prices/store/change-record.ts';
import { readPlan } from '../../../../functions/prices/store/plan-store.ts';
import { createSimulatedClock } from '../../../../local/clock/clock.ts';
import { clientFor } from '../../../app-store-connect/apple.ts';
import {
  acceptedChange,
  emptyLedger,
  memoryAudit,
  memoryLedger,
  memoryRefusals,
} from '../../../prices/memory.ts';
import { createLifeApple, PAIR, TEAM, type WriteFate } from '../life/life-apple.ts';

export const DAY = 24 * 3_600_000;
const MINUTE = 60_000;
export const WELL: WriteFate = { kind: 'well' };

const START = Date.parse('2026-11-24T18:00:00Z');
const UNDER_WAY = ['accepted', 'sending', 'verifying'];

const secret = JSON.stringify({
  keyId: 'LIFEKEY001',
  issuerId: '57246542-96fe-1a63-e053-0824d011072a',
  privateKey: PAIR.privateKey,
  kind: 'team',
});

/** A message of the queue was taken once more, and the change is not over: so long until the next one. */
const REDELIVERY_MILLIS = 10 * MINUTE;

/**
 * An Apple with one subscription and one in-app purchase, and the worker that changes their prices: the real one, with
 * its stores in memory and its client without HTTP.
 *
 * @param rules the team's `prices` in the settings
 */
export async function openShop(rules: Record<string, unknown> = {}) {
  const clock = createSimulatedClock(START, () => 0);
  const fates: WriteFate[] = [];
  const writes: string[] = [];
  const events: string[] = [];
  const metrics: string[] = [];
  const apple = createLifeApple(clock, () => fates.shift() ?? WELL);
  const data = emptyLedger();
  const ledger = memoryLedger(data, clock);
  /** The audit: key → content. */
  const objects = new Map<string, string>();
  const stored = memoryAudit(objects);
  const audit: AuditLog = {
    ...stored,
    write: async (subject, name, content) => {
      hooks.onAudit(name);
      return stored.write(subject, name, content);
    },
  };
  const keys = fixedKey({ key: await parseKeySecret('s', secret), versionId: '1', versionCreatedAt: START });
  const prices = { maxIncreasePercent: 1000, maxDecreasePercent: 100, ...rules };
  const withPrices = parseSettings({ teams: [{ name: TEAM, keys: { reports: 'r', prices: 'p' }, prices }] });
  const withoutPrices = parseSettings({ teams: [{ name: TEAM, keys: { reports: 'r' } }] });
  const hooks = {
    /** Called after each write. */
    onWrite: (_method: string): unknown => undefined,
    /** Answers a read in Apple's place. */
    onRead: (_url: URL): Response | undefined => undefined,
    /** Answers everything in Apple's place, before it has an effect. */
    instead: (): Response | undefined => undefined,
    /** Called before an audit object is written; may throw. */
    onAudit: (_name: string): void => undefined,
    /** The team's price key and settings were taken out of the settings. */
    isTeamGone: false,
  };
  const settings = () => (hooks.isTeamGone ? withoutPrices : withPrices);
  const sleep = async (millis: number): Promise<void> => clock.advance(millis);
  const client = clientFor(keys, {
    baseUrl: 'https://apple.example',
    clock,
    fetch: async (url, init) => {
      const method = init?.method ?? 'GET';
      const instead = hooks.instead() ?? (method === 'GET' ? hooks.onRead(new URL(String(url))) : undefined);
      if (instead !== undefined) return instead;
      if (method === 'GET') return apple.fetch(url, init);
      const answer = await apple.fetch(url, init).catch((error: unknown) => {
        writes.push(`${method} without an answer`);
        throw error;
      });
      writes.push(`${method} ${answer.status}`);
      await hooks.onWrite(method);
      return answer;
    },
    priority: 'price',
    sleep,
  });
  const listOf = ({ kind, id }: Product): PriceList => {
    if (kind !== 'subscription') return createSchedulePriceList(client, clock, { kind, id });
    const list = createSubscriptionPriceList(client, clock, { id, plan: 'UPFRONT', writes: 'auto' });
    return {
      ...list,
      introductoryOffers: () => createIntroductoryOfferList(client, clock, { id, plan: 'UPFRONT' }, list),
    };
  };
  const base = {
    ledger,
    audit,
    clock,
    log: silent,
    metric: (name: string, value: number) => void metrics.push(`${name} ${value}`),
    sendEvents: async (list: readonly { detailType: string; detail: Record<string, unknown> }[]) => {
      for (const { detailType, detail } of list) events.push(`${detailType} ${detail['changeId']}`);
    },
  };
  const accepting = (): AcceptDependencies => ({
    ...base,
    settings: settings(),
    queueChange: async () => undefined,
    findProduct: async () => rejected('product', 'there is none'),
    refusals: memoryRefusals(),
    planOnly: async () => rejected('prices', 'nobody plans'),
  });
  const record = (changeId: string): ChangeRecord => {
    const found = data.changes[`${TEAM}#${changeId}`];
    assert.ok(found !== undefined);
    return found;
  };
  const accept = (changeId: string, fields: Record<string, unknown>): void => {
    const request = {
      idempotencyKey: changeId,
      team: TEAM,
      product: { kind: 'subscription', id: '1' },
      requestedBy: 'cfo',
      ...fields,
    };
    const seq = 1 + Object.keys(data.changes).length;
    data.changes[`${TEAM}#${changeId}`] = acceptedChange(request, seq, clock.now());
  };
  /** A worker takes the change's message. The result says when the message comes again. */
  const take = (changeId: string): Promise<ApplyResult> =>
    applyChange(
      {
        ...base,
        // An execution environment of its own: it remembers no plan.
        audit: { ...audit },
        priceList: (team, product) => {
          priceRules(settings(), team);
          return listOf(product);
        },
        rules: (team) => priceRules(settings(), team),
        sleep,
        remainingMillis: () => 300_000,
      },
      TEAM,
      changeId,
    );
  const work = async (changeId: string): Promise<ChangeRecord> => {
    await take(changeId);
    return record(changeId);
  };
  /** Its message comes again and again until the change is over, or waits for a person. */
  const workToEnd = async (changeId: string): Promise<ChangeRecord> => {
    for (let round = 0; round < 12; round += 1) {
      const { state } = await work(changeId);
      if (!UNDER_WAY.includes(state)) return record(changeId);
      clock.advance(REDELIVERY_MILLIS);
    }
    throw new Error(`${changeId} does not end: ${JSON.stringify(record(changeId))}`);
  };
  return {
    apple,
    clock,
    fates,
    writes,
    events,
    metrics,
    hooks,
    objects,
    accept,
    record,
    take,
    work,
    workToEnd,
    change: async (changeId: string, fields: Record<string, unknown>): Promise<ChangeRecord> => {
      accept(changeId, fields);
      return workToEnd(changeId);
    },
    /** What the change follows. */
    planOf: (changeId: string) => readPlan(audit, record(changeId)),
    sweep: () => sweepChanges({ ...accepting(), audit }),
    approve: ({ changeId, planSha256 }: ChangeRecord) =>
      approveChange(accepting(), { team: TEAM, changeId, planSha256, by: 'ceo' }),
    /** What a new customer pays. */
    priceOn: (day: string, territory = 'USA', { kind, id }: Product = { kind: 'subscription', id: '1' }) =>
      apple.prices.effective(kind, id, day).get(territory),
  };
}
