import { setImmediate as nextTick } from 'node:timers/promises';
import { isOver } from '../../../../functions/prices/store/change-record.ts';
import { LATER } from './apple.ts';
import type { Worker } from './gates.ts';
import type { Late, World } from './price-world.ts';
import { startWorker } from './worker.ts';

const JUMP_MILLIS = 6 * 60_000 + 1_000;

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
