import { applyChange } from '../../../../functions/prices/apply/apply-change.ts';
import type { ApplyDependencies } from '../../../../functions/prices/apply/context/apply-dependencies.ts';
import { memoryAudit, memoryLedger } from '../../../prices/memory.ts';
import { OPEN_RULES } from '../../../prices/request/requests.ts';
import { priceListOf } from './apple.ts';
import { free, pass, type Worker } from './gates.ts';
import { TEAM, type World } from './price-world.ts';

/** Starts the real worker on a change's message. Each of its calls passes a gate. */
export function startWorker(world: World, changeId: string): void {
  const worker: Worker = {
    name: `${changeId}/${world.workers.length}`,
    changeId,
    gates: [],
    finished: false,
    told: '',
  };
  world.workers.push(worker);
  const gated =
    <Args extends unknown[], T>(label: string, run: (...args: Args) => Promise<T> | T) =>
    (...args: Args): Promise<T> =>
      pass(worker, label, ['go'], () => run(...args));
  const ledger = memoryLedger(world.ledger, world.clock, {
    sawChange: (before, after) => world.sawChange(before, after),
    sawProduct: () => undefined,
  });
  const readAgain = gated('read change', ledger.change);
  const audit = memoryAudit(world.objects);
  const { sabotage } = world.bounds;
  const sendEvents = (events: Parameters<ApplyDependencies['sendEvents']>[0]): void => {
    for (const { detailType, detail } of events) world.events.push(`${detailType} ${detail['changeId']}`);
  };
  const deps: ApplyDependencies = {
    ledger: {
      ...ledger,
      // Who reads its change right when its message comes is as good as who gets the message only when it reads.
      change: (team, id) =>
        worker.told === '' ? free(worker, 'read change', () => ledger.change(team, id)) : readAgain(team, id),
      transition: gated('move', async (record, move) => {
        if (sabotage === 'no-fence' && move.kind !== 'take') {
          const stored = await ledger.change(record.team, record.changeId);
          const fence = stored?.fence ?? 0;
          const unfenced = 'fence' in move ? { ...move, fence } : move;
          return ledger.transition({ ...record, rev: stored?.rev ?? 0, fence }, unfenced);
        }
        return ledger.transition(record, move);
      }),
      product: gated('read product', async (key) => {
        const product = await ledger.product(key);
        return sabotage === 'no-helping' && product !== undefined
          ? { ...product, holder: undefined }
          : product;
      }),
      writeProduct: gated('write product', ledger.writeProduct),
    },
    audit,
    priceList: () => priceListOf(world, worker, changeId),
    rules: () => OPEN_RULES,
    clock: world.clock,
    sleep: (millis) => pass(worker, 'sleep', ['go'], () => world.advanceTo(world.now + millis)),
    remainingMillis: () => 300_000,
    // Nobody reads what was sent, so when it is sent matters only to who may die before or after.
    sendEvents:
      world.bounds.crashes > 0 ? gated('send events', sendEvents) : async (events) => sendEvents(events),
    log: { info: () => {}, warn: () => {}, error: () => {} },
    metric: () => {},
  };
  applyChange(deps, TEAM, changeId).then(
    () => {
      worker.finished = true;
    },
    (error) => {
      worker.finished = true;
      worker.failure = error;
    },
  );
}
