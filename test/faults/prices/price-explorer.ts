import { setImmediate as nextTick } from 'node:timers/promises';
import { createChance } from '../../histories/random.ts';
import { type Bounds, choicesOf, finish, take, World } from './price-world.ts';

export type Finding = { path: readonly string[]; violation: string };
export type Exploration = { histories: number; states: number; finding: Finding | undefined };

/** Runs a history along a path, then by what `choose` says; ends when nothing can happen or `choose` stops it. */
async function follow(
  bounds: Bounds,
  choose: (world: World, choices: readonly string[], path: readonly string[]) => string | undefined,
): Promise<{ path: string[]; violation: string | undefined; ended: boolean }> {
  const world = new World(bounds);
  const path: string[] = [];
  for (let choices = choicesOf(world); choices.length > 0; choices = choicesOf(world)) {
    const choice = choose(world, choices, path);
    if (choice === undefined) return { path, violation: world.violation, ended: false };
    path.push(choice);
    take(world, choice);
    await nextTick();
    if (world.violation !== undefined) return { path, violation: world.violation, ended: false };
  }
  return { path, violation: (await finish(world)) ?? world.violation, ended: true };
}

/** Follows every history within the bounds; stops at the first that breaks an invariant. */
export async function explore(bounds: Bounds): Promise<Exploration> {
  const seen = new Set<string>();
  const open: string[][] = [[]];
  let histories = 0;
  for (let prefix = open.pop(); prefix !== undefined; prefix = open.pop()) {
    const forced = prefix;
    histories += 1;
    const { path, violation } = await follow(bounds, (world, choices, soFar) => {
      const next = forced[soFar.length];
      if (next !== undefined) return next;
      const key = world.key();
      if (seen.has(key)) return undefined;
      seen.add(key);
      for (const other of choices.slice(1)) open.push([...soFar, other]);
      return choices[0];
    });
    if (violation !== undefined) return { histories, states: seen.size, finding: { path, violation } };
  }
  return { histories, states: seen.size, finding: undefined };
}

/** One history by chance: the same seed is the same history. Worker steps are likelier than trouble. */
export async function wander(bounds: Bounds, seed: number): Promise<Finding | undefined> {
  const random = createChance(seed).next;
  const { path, violation } = await follow(bounds, (_, choices) => {
    const steps = choices.filter((choice) => choice.endsWith(' go'));
    const pool = steps.length > 0 && random() < 0.85 ? steps : choices;
    return pool[Math.floor(random() * pool.length)];
  });
  return violation === undefined ? undefined : { path, violation };
}
