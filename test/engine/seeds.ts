/** The seeds that a text names: `17`, `1,5,9`, `1-500`, or several of them. */
export const parseSeeds = (text: string): number[] =>
  text.split(',').flatMap((part) => {
    const [first = Number.NaN, last = first] = part.split('-').map(Number);
    if (!Number.isInteger(first) || !Number.isInteger(last) || last < first)
      throw new RangeError(`"${text}" names no seeds; say 17, 1,5,9 or 1-500`);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });

/** What is to be played. `asked`: somebody named seeds, to see a failure again. */
export type Seeds = { seeds: readonly number[]; asked: boolean };

/**
 * The seeds of a suite: those of `<NAME>_SEEDS`, else the first `<NAME>_COUNT`, else the usual number.
 *
 * @param name of the suite in the environment, such as `PRODUCT`
 */
export function seedsToPlay(name: string, usualCount: number, env = process.env): Seeds {
  const named = env[`${name}_SEEDS`];
  if (named !== undefined) return { seeds: parseSeeds(named), asked: true };
  const count = Number(env[`${name}_COUNT`] ?? usualCount);
  return { seeds: parseSeeds(`1-${count}`), asked: false };
}

/** How to see one seed again. */
export const againWith = (name: string, seed: number, file: string): string =>
  `Again: ${name}_SEEDS=${seed} npm exec -- node --test ${file}`;
