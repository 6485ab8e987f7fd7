import { setImmediate as nextTick } from 'node:timers/promises';
import { createChance } from '../../engine/chance.ts';
import type { History } from '../../engine/history.ts';
import { choicesOf, finish, take } from './interleavings/explore.ts';
import { type Bounds, World } from './interleavings/price-world.ts';

export type Finding = { path: readonly string[]; violation: string };
export type Exploration = { histories: number; states: number; finding: Finding | undefined };

/** Nothing more is chosen: what is under way comes to its end. */
const REST = 'rest';

/** What happens next, of what can; `undefined`: the history is not followed any further. */
type Choose = (world: World, choices: readonly string[], path: readonly string[]) => string | undefined;

/** Runs a history by what `choose` says; ends when nothing can happen or `choose` stops it. */
async function follow(
  bounds: Bounds,
  choose: Choose,
): Promise<{ path: string[]; violation: string | undefined; ended: boolean }> {
  const world = new World(bounds);
  const path: string[] = [];
  for (let choices = choicesOf(world); choices.length > 0; choices = choicesOf(world)) {
    const choice = choose(world, choices, path);
    if (choice === undefined) return { path, violation: world.violation, ended: false };
    if (choice === REST) break;
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

/** Histories by chance: what happens next is drawn; worker steps are likelier than trouble. */
export const wander = (bounds: Bounds): History<string> => ({
  play: async (seed, only) => {
    const { path, violation } = await follow(bounds, only === undefined ? drawn(seed) : along(only));
    return { broken: violation, steps: path, happened: { steps: path.length } };
  },
  describe: (choice) => choice,
});

function drawn(seed: number): Choose {
  const random = createChance(seed).next;
  return (_, choices) => {
    const steps = choices.filter((choice) => choice.endsWith(' go'));
    const pool = steps.length > 0 && random() < 0.85 ? steps : choices;
    return pool[Math.floor(random() * pool.length)];
  };
}

/** Goes along a path; what cannot happen where it stands is passed over. */
function along(path: readonly string[]): Choose {
  const left = [...path];
  return (_, choices) => {
    for (let next = left.shift(); next !== undefined; next = left.shift())
      if (choices.includes(next)) return next;
    return REST;
  };
}
