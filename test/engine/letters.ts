import { createChance } from './chance.ts';
import type { History } from './history.ts';

/** Histories of ten drawn letters each, which break nothing: for the test of those who play them. */
export const history: History<string> = {
  play: async (seed) => {
    const chance = createChance(seed);
    const steps = Array.from({ length: 10 }, () => chance.pick(['A', 'B', 'C']));
    return { broken: undefined, steps, happened: { letters: steps.length } };
  },
  describe: (letter) => letter,
};
