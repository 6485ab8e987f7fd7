import { z } from 'zod';
import { EXCHANGE_MILLIS } from '../../../../functions/app-store-connect/client/send-once.ts';
import { AppStoreConnectError } from '../../../../functions/app-store-connect/protocol/errors.ts';
import type { PriceList } from '../../../../functions/prices/plan/price-list.ts';
import type { PriceState } from '../../../../functions/prices/plan/price-state.ts';
import { point, stateShowing } from '../../../prices/memory.ts';
import { pass, type Worker } from './gates.ts';
import { LATEST_EFFECT_MILLIS, type Late, type World } from './price-world.ts';

const sentSchema = z.object({ territory: z.string(), price: z.string() });

const SEND_FAULTS = ['lost before', 'lost after', 'late'];
/** Acknowledged at once, carried out later. */
export const LATER = 'acknowledged';

/** Apple as the worker reads and writes it, with what can go wrong with a write. */
export function priceListOf(world: World, worker: Worker, _changeId: string): PriceList {
  const read = (): PriceState => stateShowing(Object.entries(world.prices));
  const doubt = () => new AppStoreConnectError({ code: 'NETWORK', message: 'lost', outcomeUnknown: true });
  return {
    read: () => pass(worker, 'read Apple', ['go'], read),
    label: async () => undefined,
    readBack: () => pass(worker, 'read Apple', ['go'], read),
    pricePoints: async (names) =>
      names.flatMap((name) => ['7.99', '9.99', '12.99', '19.99'].map((price) => point(name, price))),
    equalizations: async () => [],
    territories: async () => new Map(Object.keys(world.prices).map((name) => [name, 'USD'])),
    steps: (_, entries) =>
      entries
        .filter(({ kind }) => kind === 'change')
        .map(({ territory, target, before, after }) => ({
          name: territory,
          write: { method: 'POST', path: '/', body: { territory, price: target.price } },
          effects: { [territory]: { before, after } },
          replacesAll: false,
        })),
    turnToSend: (writes) => Promise.resolve(writes),
    send: async ({ body }) => {
      const { territory, price } = sentSchema.parse(body);
      const changeId =
        Object.values(world.ledger.changes).find(({ request }) => request.prices?.[territory] === price)
          ?.changeId ?? '';
      const sentBy = world.now + EXCHANGE_MILLIS;
      const late = { territory, price, changeId };
      await pass(worker, `send ${territory}`, ['go', ...SEND_FAULTS, LATER], (option) => {
        // A request that has not left within its deadline never leaves.
        if (world.now > sentBy) throw doubt();
        world.sent(changeId, territory);
        carryOut(world, late, sentBy, option);
        if (SEND_FAULTS.includes(option) && world.bounds.sabotage !== 'blind-retry') throw doubt();
      });
      return undefined;
    },
  };
}

/** What Apple does with a write. */
function carryOut(
  world: World,
  late: Omit<Late, 'by' | 'acknowledged'>,
  sentBy: number,
  option: string,
): void {
  const { changeId, territory, price } = late;
  if (option === 'late') world.pending.push({ ...late, by: sentBy, acknowledged: false });
  if (option === LATER)
    world.pending.push({ ...late, by: world.now + LATEST_EFFECT_MILLIS, acknowledged: true });
  if (option === 'go' || option === 'lost after') world.apply(changeId, territory, price);
  if (world.bounds.sabotage === 'blind-retry' && SEND_FAULTS.includes(option))
    world.apply(changeId, territory, price);
}
