import { hash } from 'node:crypto';
import { setImmediate as nextTick } from 'node:timers/promises';
import { z } from 'zod';
import { EXCHANGE_MILLIS } from '../../../functions/app-store-connect/client/send-once.ts';
import { AppStoreConnectError } from '../../../functions/app-store-connect/protocol/errors.ts';
import { applyChange } from '../../../functions/prices/apply/apply-change.ts';
import type { ApplyDependencies } from '../../../functions/prices/apply/context/apply-dependencies.ts';
import type { PriceList } from '../../../functions/prices/plan/price-list.ts';
import type { PriceState } from '../../../functions/prices/plan/price-state.ts';
import { type ChangeRecord, isOver } from '../../../functions/prices/store/change-record.ts';
import {
  acceptedChange,
  emptyLedger,
  memoryAudit,
  memoryLedger,
  point,
  stateShowing,
} from '../../prices/memory.ts';
import { OPEN_RULES } from '../../prices/request/requests.ts';
import { isSettled } from '../product/watch/invariants.ts';

// Runs the real worker, `applyChange`, through every interleaving within small bounds. Each call it makes of a
// store, of Apple or of the clock is a point at which it stands still until the explorer lets it go on, so that
// two workers, crashes, lost answers and late effects can meet in every order.

export type Bounds = {
  /** Requests of one product, oldest first. */
  requests: readonly Record<string, unknown>[];
  /** How often each change's message is delivered. */
  deliveries: number;
  crashes: number;
  /** Writes whose answer is lost, with or without effect, or whose effect comes late. */
  sendFaults: number;
  /** Writes that Apple acknowledges at once and carries out up to an hour and a half later. */
  lateEffects: number;
  /** Times the clock jumps past every lease while workers stand still. */
  jumps: number;
  /** Deliberate mistakes, to see that the explorer finds them. */
  sabotage?: 'no-fence' | 'blind-retry' | 'no-helping';
};

const TEAM = 'acme';
const START = Date.parse('2026-11-24T18:00:00Z');
const JUMP_MILLIS = 6 * 60_000 + 1_000;

/** How long after its acknowledgement a write takes effect at the latest: less than the change is read back. */
const LATEST_EFFECT_MILLIS = 90 * 60_000;

type Gate = { label: string; options: readonly string[]; go: (option: string) => void };
type Worker = {
  name: string;
  changeId: string;
  /** The calls of one wave stand at their gates together; they go on in order, as none of them sees another. */
  gates: Gate[];
  finished: boolean;
  /** Stands for all that it was told so far. */
  told: string;
  failure?: unknown;
};
type Effect = {
  changeId: string;
  seq: number;
  territory: string;
  price: string;
  changed: boolean;
  at: number;
};

/** A write that takes effect later. `acknowledged`: Apple has answered that it has. */
type Late = { territory: string; price: string; changeId: string; by: number; acknowledged: boolean };

/** The changes as they were accepted; made once for all histories. */
const ACCEPTED = new Map<Record<string, unknown>, ChangeRecord>();

function accepted(request: Record<string, unknown>, seq: number): ChangeRecord {
  const record = ACCEPTED.get(request) ?? acceptedChange(request, seq, START);
  ACCEPTED.set(request, record);
  return record;
}

export class World {
  now = START;
  readonly ledger = emptyLedger();
  readonly objects = new Map<string, string>();
  readonly prices: Record<string, string> = { USA: '9.99', FRA: '9.99', GBR: '9.99' };
  readonly pending: Late[] = [];
  /** `<change> <territory>` of every write that its change has stored as settled. */
  readonly settled = new Set<string>();
  readonly effects: Effect[] = [];
  readonly events: string[] = [];
  readonly workers: Worker[] = [];
  readonly left: Omit<Bounds, 'requests' | 'deliveries' | 'sabotage'> & { deliveries: number[] };
  readonly bounds: Bounds;
  violation: string | undefined;

  constructor(bounds: Bounds) {
    this.bounds = bounds;
    const { crashes, sendFaults, lateEffects, jumps } = bounds;
    const deliveries = bounds.requests.map(() => bounds.deliveries);
    this.left = { crashes, sendFaults, lateEffects, jumps, deliveries };
    for (const [index, request] of bounds.requests.entries()) {
      const record = accepted(request, index + 1);
      this.ledger.changes[`${TEAM}#${record.changeId}`] = structuredClone(record);
    }
  }

  clock = { now: () => this.now };

  /** Lets an effect happen, and holds it against what must never happen. */
  apply(changeId: string, territory: string, price: string): void {
    const record = this.ledger.changes[`${TEAM}#${changeId}`];
    if (record === undefined) throw new Error(changeId);
    const changed = this.prices[territory] !== price;
    this.prices[territory] = price;
    if (!changed) return;
    this.effects.push({ changeId, seq: record.seq, territory, price, changed, at: this.now });
    if (isOver(record)) this.violation ??= `${changeId} had an effect after it was ${record.state}`;
    const same = this.effects.filter((each) => each.changeId === changeId && each.territory === territory);
    if (same.length > 1) this.violation ??= `${changeId} took effect twice in ${territory}`;
    if (this.effects.some(({ seq }) => seq > record.seq)) {
      this.violation ??= `${changeId} took effect after a newer change`;
    }
  }

  advanceTo(moment: number): void {
    if (moment <= this.now) return;
    this.now = moment;
    // What was never answered happens within its request's deadline; what was acknowledged, when it is due.
    for (const late of this.pending.splice(0)) {
      if (late.acknowledged && (late.by > moment || !this.isSettled(late))) this.pending.push(late);
      else this.apply(late.changeId, late.territory, late.price);
    }
  }

  /** A change has stored that a write of its was acknowledged, or seen in effect. */
  isSettled = ({ changeId, territory }: Pick<Late, 'changeId' | 'territory'>): boolean =>
    this.settled.has(`${changeId} ${territory}`);

  /** What is acknowledged and stored is never sent again; what was lost before it was stored may be. */
  sent(changeId: string, territory: string): void {
    if (this.isSettled({ changeId, territory })) {
      this.violation ??= `${changeId} sent ${territory} again after its acknowledgement was stored`;
    }
    const open = this.pending.filter((late) => late.changeId !== changeId || late.territory !== territory);
    this.pending.splice(0, this.pending.length, ...open);
  }

  /** The record of a change was written: which steps of its wave it counts as settled. */
  sawChange(before: ChangeRecord | undefined, after: ChangeRecord): void {
    for (const step of before?.sending?.steps ?? []) {
      const open = after.sending?.steps.includes(step) === true;
      const hasNewPlan = after.planKeys.length > (before?.planKeys.length ?? 0);
      const isDone = hasNewPlan
        ? after.settledBefore.at(-1)?.steps.includes(step) === true
        : isSettled(after, step);
      if (!open && isDone) this.settled.add(`${after.changeId} ${step.slice(-3)}`);
    }
  }

  /**
   * What decides how it goes on: two histories that lead here need not both be followed. A worker that is done has
   * left all it did in the stores; of one that stands still everything it was told counts. Workers have no names here,
   * as it does not matter which of two goes on.
   */
  key(): string {
    const standing = this.workers
      .filter(({ finished, failure }) => !finished || failure !== undefined)
      .map(({ changeId, told, gates, failure }) =>
        [changeId, told, gates.map(({ label }) => label).join(), String(failure)].join('|'),
      );
    return digest(
      JSON.stringify([
        this.now,
        this.ledger,
        [...this.objects.keys()].sort(),
        this.prices,
        this.pending,
        [...this.settled].sort(),
        this.effects.map(({ changeId, territory }) => `${changeId} ${territory}`),
        [...new Set(this.events)].sort(),
        this.left,
        standing.sort(),
      ]),
    );
  }
}

function startWorker(world: World, changeId: string): void {
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

/** Stands still until the explorer says how it goes on. */
function pass<T>(
  worker: Worker,
  label: string,
  options: readonly string[],
  run: (option: string) => Promise<T> | T,
): Promise<T> {
  return new Promise((resolve, reject) => {
    const gate: Gate = {
      label,
      options,
      go: (option) => {
        worker.gates = worker.gates.filter((each) => each !== gate);
        Promise.resolve()
          .then(() => run(option))
          .then(
            (value) => {
              hear(worker, label, option, JSON.stringify(value) ?? '');
              resolve(value);
            },
            (error) => {
              hear(worker, label, option, '!');
              reject(error);
            },
          );
      },
    };
    worker.gates.push(gate);
  });
}

/** As {@link pass}, but at once. */
async function free<T>(worker: Worker, label: string, run: () => Promise<T>): Promise<T> {
  const value = await run();
  hear(worker, label, JSON.stringify(value) ?? '');
  return value;
}

const hear = (worker: Worker, ...words: readonly string[]): void => {
  worker.told = digest([worker.told, ...words].join('|'));
};

const digest = (text: string): string => hash('sha1', text);

const sentSchema = z.object({ territory: z.string(), price: z.string() });

const SEND_FAULTS = ['lost before', 'lost after', 'late'];
/** Acknowledged at once, carried out later. */
const LATER = 'acknowledged';

function priceListOf(world: World, worker: Worker, _changeId: string): PriceList {
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

/** What can happen next. */
export function choicesOf(world: World): string[] {
  const choices = world.workers.flatMap((worker) => choicesOfWorker(world, worker));
  for (const [index, request] of world.bounds.requests.entries()) {
    if ((world.left.deliveries[index] ?? 0) > 0) choices.push(`deliver ${request['idempotencyKey']}`);
  }
  const standing = world.workers.some(({ gates }) => gates.length > 0);
  if (world.left.jumps > 0 && standing) choices.push('jump');
  if (world.pending.some((late) => isPossible(world, late))) choices.push('effect');
  return choices;
}

function choicesOfWorker({ left }: World, { name, gates: [gate] }: Worker): string[] {
  if (gate === undefined) return [];
  const leftOf = (option: string): number => (option === LATER ? left.lateEffects : left.sendFaults);
  const options = gate.options.filter((option) => option === 'go' || leftOf(option) > 0);
  return [...options, ...(left.crashes > 0 ? ['crash'] : [])].map((option) => `${name} ${option}`);
}

export function take(world: World, choice: string): void {
  if (choice === 'jump') {
    world.left.jumps -= 1;
    world.advanceTo(world.now + JUMP_MILLIS);
    return;
  }
  if (choice === 'effect') {
    const late = world.pending.find((each) => isPossible(world, each));
    if (late === undefined) return;
    world.pending.splice(world.pending.indexOf(late), 1);
    world.apply(late.changeId, late.territory, late.price);
    return;
  }
  if (choice.startsWith('deliver ')) {
    const key = choice.slice('deliver '.length);
    const index = world.bounds.requests.findIndex((request) => request['idempotencyKey'] === key);
    world.left.deliveries[index] = (world.left.deliveries[index] ?? 0) - 1;
    startWorker(world, key);
    return;
  }
  const space = choice.indexOf(' ');
  const worker = world.workers.find(({ name }) => name === choice.slice(0, space));
  const option = choice.slice(space + 1);
  if (option === 'crash') {
    world.left.crashes -= 1;
    if (worker !== undefined) {
      worker.gates = [];
      worker.finished = true;
    }
    return;
  }
  if (option === LATER) world.left.lateEffects -= 1;
  else if (option !== 'go') world.left.sendFaults -= 1;
  worker?.gates[0]?.go(option);
}

/** An acknowledged write waits until its acknowledgement is stored: before that it could be sent again. */
const isPossible = (world: World, late: Late): boolean => !late.acknowledged || world.isSettled(late);

/** Six minutes each: longer than the latest effect and the read-backs that wait for it. */
const LAST_ROUNDS = 36;

/** After the history: no more faults, messages come again and again, as the sweep sees to. Then all must be told. */
export async function finish(world: World): Promise<string | undefined> {
  world.left.sendFaults = 0;
  world.left.lateEffects = 0;
  for (let round = 0; round < LAST_ROUNDS; round += 1) {
    for (let worker = standing(world); worker !== undefined; worker = standing(world)) {
      worker.gates[0]?.go('go');
      await nextTick();
    }
    const open = Object.values(world.ledger.changes).filter(
      (record) => !isOver(record) || record.owed.length > 0,
    );
    const next = open[0];
    if (next === undefined) return endOf(world);
    world.advanceTo(world.now + JUMP_MILLIS);
    startWorker(world, next.changeId);
    await nextTick();
  }
  const open = Object.values(world.ledger.changes).filter(
    (record) => !isOver(record) || record.owed.length > 0,
  );
  return `not over after ${LAST_ROUNDS} more messages: ${open.map(({ changeId, state }) => `${changeId} ${state}`).join(', ')}`;
}

const standing = (world: World): Worker | undefined => world.workers.find(({ gates }) => gates.length > 0);

function endOf(world: World): string | undefined {
  const failure = world.workers.find((worker) => worker.failure !== undefined)?.failure;
  if (failure !== undefined) return `a worker failed: ${failure instanceof Error ? failure.stack : failure}`;
  const records = Object.values(world.ledger.changes);
  for (const { changeId } of records) {
    if (!world.events.some((event) => event.endsWith(` ${changeId}`)))
      return `nobody was told of ${changeId}`;
  }
  const last = records.filter(({ state }) => state === 'applied').toSorted((a, b) => b.seq - a.seq)[0];
  for (const [territory, price] of Object.entries(last?.request.prices ?? {})) {
    if (world.prices[territory] !== price) {
      return `${territory} costs ${world.prices[territory]}, though ${last?.changeId} asked for ${price} and was applied`;
    }
  }
  return undefined;
}
