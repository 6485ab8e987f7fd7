/** How often each thing happened, so that a harness that provokes nothing is noticed. */
export type Counts = Record<string, number>;

/**
 * What came of one history. `broken`: the promise that was broken, in words. `steps`: what happened in it, in order,
 * of which a repeat may leave some out.
 */
export type Played<Step> = { broken: string | undefined; steps: readonly Step[]; happened: Counts };

/** Histories that chance decides. The same seed is the same history. */
export type History<Step> = {
  /** Plays the history of a seed. `only`: with these of its steps and no others. */
  play(seed: number, only?: readonly Step[]): Promise<Played<Step>>;
  /** A step in words. */
  describe(step: Step): string;
};

/** A history that broke a promise, as it was found. */
export type BrokenSeed = { seed: number; message: string };

/** A history that broke a promise, with the steps that it needs for that. */
export type Broken = BrokenSeed & { steps: readonly string[] };

export type PlayOptions = {
  /** Performance time from which no other history is begun. */
  until?: number;
  /** `false`: the steps as they were found, not the fewest that still break the promise. */
  shorten?: boolean;
};

/** Plays histories until one breaks a promise. */
export async function playSeeds<Step>(
  history: History<Step>,
  seeds: Iterable<number>,
  { until = Number.POSITIVE_INFINITY, shorten = true }: PlayOptions = {},
): Promise<{ broken?: Broken; happened: Counts }> {
  const happened: Counts = {};
  for (const seed of seeds) {
    if (performance.now() >= until) break;
    const played = await history.play(seed);
    addCounts(happened, { histories: 1, ...played.happened });
    if (played.broken === undefined) continue;
    const steps = shorten
      ? await shrink(played.steps, async (fewer) => (await history.play(seed, fewer)).broken !== undefined)
      : played.steps;
    const again = shorten ? await history.play(seed, steps) : played;
    const message = again.broken ?? played.broken;
    return { broken: { seed, message, steps: steps.map(history.describe) }, happened };
  }
  return { happened };
}

/** Plays all histories, also after one that breaks a promise, and lists those that do in the order of the seeds. */
export async function playEvery<Step>(
  history: History<Step>,
  seeds: Iterable<number>,
): Promise<{ broken: readonly BrokenSeed[]; happened: Counts }> {
  const broken: BrokenSeed[] = [];
  const happened: Counts = {};
  for (const seed of seeds) {
    const played = await history.play(seed);
    addCounts(happened, { histories: 1, ...played.happened });
    if (played.broken !== undefined) broken.push({ seed, message: played.broken });
  }
  return { broken, happened };
}

/** Adds what happened to what has happened so far. */
export function addCounts(sum: Counts, happened: Counts): void {
  for (const [name, count] of Object.entries(happened)) sum[name] = (sum[name] ?? 0) + count;
}

/** Leaves out steps, ever smaller runs of them, as long as the rest still fails. */
export async function shrink<Step>(
  steps: readonly Step[],
  fails: (steps: readonly Step[]) => Promise<boolean>,
): Promise<readonly Step[]> {
  let left = steps;
  for (let size = Math.ceil(left.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
    for (let from = 0; from < left.length; ) {
      const fewer = left.toSpliced(from, size);
      if (await fails(fewer)) left = fewer;
      else from += size;
    }
  }
  return left;
}
