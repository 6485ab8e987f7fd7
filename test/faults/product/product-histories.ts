import { drawEvents, type ProductEvent } from './product-events.ts';
import { TEAMS } from './product-teams.ts';
import { ProductWorld } from './product-world.ts';

export type Broken = { seed: number; message: string; events: readonly ProductEvent[] };

export type Counts = Record<string, number>;

/** Adds what happened to what has happened so far. */
export function addCounts(sum: Counts, happened: Counts): void {
  for (const [name, count] of Object.entries(happened)) sum[name] = (sum[name] ?? 0) + count;
}

/** Plays these events, then lets all come to rest. @returns the promise that was broken, if any */
async function play(seed: number, events: readonly ProductEvent[]) {
  const world = new ProductWorld(seed);
  try {
    for (const event of events) await world.take(event);
    await world.rest();
    return { message: undefined, happened: world.happened };
  } catch (error) {
    return { message: error instanceof Error ? error.message : String(error), happened: world.happened };
  }
}

/** Leaves out events, ever smaller runs of them, as long as a promise is still broken. */
export async function shrink(
  events: readonly ProductEvent[],
  fails: (events: readonly ProductEvent[]) => Promise<boolean>,
): Promise<readonly ProductEvent[]> {
  let left = events;
  for (let size = Math.ceil(left.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < left.length; ) {
      const fewer = left.toSpliced(from, size);
      if (await fails(fewer)) left = fewer;
      else from += size;
    }
  }
  return left;
}

/** Plays histories until one breaks a promise; that one comes back short. */
export async function playProduct(
  seeds: Iterable<number>,
  { until = Number.POSITIVE_INFINITY, shorten = true } = {},
) {
  const sum: Counts = {};
  let broken: Broken | undefined;
  for (const seed of seeds) {
    if (Date.now() >= until) break;
    const all = drawEvents(seed, TEAMS.length);
    const { message, happened } = await play(seed, all);
    addCounts(sum, { histories: 1, ...happened });
    if (message === undefined) continue;
    const events = !shorten
      ? all
      : await shrink(all, async (fewer) => (await play(seed, fewer)).message !== undefined);
    broken = { seed, message: shorten ? ((await play(seed, events)).message ?? message) : message, events };
    break;
  }
  return { broken, happened: sum };
}
