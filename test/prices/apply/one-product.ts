import { z } from 'zod';
import type { ApplyDependencies } from '../../../functions/prices/apply/context/apply-dependencies.ts';
import type { PriceList } from '../../../functions/prices/plan/price-list.ts';
import type { PriceState } from '../../../functions/prices/plan/price-state.ts';
import { acceptedChange, emptyLedger, memoryAudit, memoryLedger, point, stateShowing } from '../memory.ts';
import { OPEN_RULES } from '../request/requests.ts';

export const NOW = Date.parse('2026-11-24T18:00:00Z');
export const PRODUCT = 'acme#subscription#1';
const sentSchema = z.object({ price: z.string() });

/** One subscription with one price, and the ledger's changes of it. */
export function oneProduct() {
  const shown = { price: '9.99' };
  const sent: string[] = [];
  const data = emptyLedger();
  const clock = { now: () => NOW };
  const read = async (): Promise<PriceState> => stateShowing([['USA', shown.price]]);
  const list: PriceList = {
    read,
    readBack: read,
    label: async () => undefined,
    pricePoints: async () => ['4.99', '7.99', '9.99'].map((price) => point('USA', price)),
    equalizations: async () => [],
    territories: async () => new Map([['USA', 'USD']]),
    steps: (_, entries) =>
      entries
        .filter(({ kind }) => kind === 'change')
        .map(({ territory, target, before, after }) => ({
          name: territory,
          write: { method: 'POST', path: '/', body: { price: target.price } },
          effects: { [territory]: { before, after } },
          replacesAll: false,
        })),
    turnToSend: async (writes) => writes,
    send: async ({ body }) => {
      const { price } = sentSchema.parse(body);
      sent.push(price);
      shown.price = price;
      return undefined;
    },
  };
  const deps: ApplyDependencies = {
    ledger: memoryLedger(data, clock),
    audit: memoryAudit(new Map()),
    priceList: () => list,
    rules: () => OPEN_RULES,
    sendEvents: async () => undefined,
    sleep: async () => undefined,
    remainingMillis: () => 300_000,
    clock,
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    metric: () => undefined,
  };
  const put = (changeId: string, price: string, seq: number): void => {
    const request = {
      idempotencyKey: changeId,
      team: 'acme',
      product: { kind: 'subscription', id: '1' },
      prices: { USA: price },
      requestedBy: 'cfo@acme.example',
    };
    data.changes[`acme#${changeId}`] = acceptedChange(request, seq, NOW);
  };
  return { deps, data, sent, put, list };
}
