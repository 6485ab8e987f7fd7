import { parseSettings } from '../../../functions/platform/config/settings.ts';
import { rejected } from '../../../functions/platform/validation/checked.ts';
import type { AcceptDependencies } from '../../../functions/prices/accept/accept-dependencies.ts';
import type { Plan } from '../../../functions/prices/plan/plan.ts';
import type { AuditLog } from '../../../functions/prices/store/audit-log.ts';
import { planSchema } from '../../../functions/prices/store/plan-store.ts';
import { emptyLedger, type LedgerData, memoryAudit, memoryLedger, memoryRefusals } from '../memory.ts';

/** 24 November 2026, 10:00 in California. */
export const NOW = Date.parse('2026-11-24T18:00:00Z');

export type Acceptance = AcceptDependencies & {
  audit: AuditLog;
  clock: { now(): number; at: number };
  data: LedgerData;
  /** Ids of the changes that were put on the queue. */
  queued: string[];
  events: { detailType: string; detail: Record<string, unknown> }[];
  metrics: string[];
};

/** Acceptance of price changes with everything behind it in memory. */
export function acceptance(rules: Record<string, unknown> = {}): Acceptance {
  const clock = { at: NOW, now: (): number => clock.at };
  const data = emptyLedger();
  const queued: string[] = [];
  const events: Acceptance['events'] = [];
  const metrics: string[] = [];
  return {
    settings: parseSettings({
      teams: [
        { name: 'acme', keys: { reports: 'r', prices: 'p' }, prices: rules },
        { name: 'readers', keys: { reports: 'q' } },
      ],
    }),
    ledger: memoryLedger(data, clock),
    audit: memoryAudit(new Map()),
    queueChange: async ({ changeId }) => void queued.push(changeId),
    findProduct: async (_, { name }) => rejected('product', `there is no ${name}`),
    refusals: memoryRefusals(),
    planOnly: async () => rejected('prices.USA', 'as the plan says'),
    sendEvents: async (list) => void events.push(...list),
    clock,
    log: { info: () => {}, warn: () => {}, error: () => {} },
    metric: (name, value) => void metrics.push(`${name} ${value}`),
    data,
    queued,
    events,
    metrics,
  };
}

export const wish = (changes: Record<string, unknown> = {}): Record<string, unknown> => ({
  idempotencyKey: 'sale',
  team: 'acme',
  product: { kind: 'subscription', id: '1' },
  prices: { USA: '9.99' },
  requestedBy: 'cfo@acme.example',
  ...changes,
});

/** A plan as it would be stored; what is given replaces its fields. */
export const planOf = (changes: Partial<Plan>): Plan =>
  planSchema.parse({
    team: 'acme',
    changeId: 'sale',
    product: { kind: 'subscription', id: '1' },
    startDate: null,
    entries: [],
    steps: [],
    stateSha256: 's',
    sha256: 'a'.repeat(64),
    ...changes,
  });
