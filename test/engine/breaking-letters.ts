import { createChance } from './chance.ts';
import type { History } from './history.ts';

/** Histories of ten drawn letters each. One breaks a promise where a B comes after an A. */
export const history: History<string> = {
  play: async (seed, only) => {
    const chance = createChance(seed);
    const drawn = Array.from({ length: 10 }, () => chance.pick(['A', 'B', 'C', 'D']));
    const steps = only ?? drawn;
    const broken = /A.*B/.test(steps.join('')) ? 'a B after an A' : undefined;
    return { broken, steps, happened: { letters: steps.length } };
  },
  describe: (letter) => `the letter ${letter}`,
};
