import { deepEqual, equal, match, throws } from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { createChance } from './chance.ts';
import { type History, playSeeds, shrink } from './history.ts';
import { parseSeeds, seedsToPlay } from './seeds.ts';
import { playInParts } from './shares.ts';

/** Each seed draws ten letters; a history breaks where a B comes after an A. */
const letters: History<string> = {
  play: async (seed, only) => {
    const chance = createChance(seed);
    const drawn = Array.from({ length: 10 }, () => chance.pick(['A', 'B', 'C', 'D']));
    const steps = only ?? drawn;
    const broken = /A.*B/.test(steps.join('')) ? 'a B after an A' : undefined;
    return { broken, steps, happened: { letters: steps.length } };
  },
  describe: (letter) => `the letter ${letter}`,
};

describe('The engine of random histories', () => {
  it('plays a seed the same way every time', async () => {
    deepEqual(await letters.play(7), await letters.play(7));
  });

  it('stops at the first history that breaks a promise, and leaves only the steps that it needs', async () => {
    const { broken, happened } = await playSeeds(letters, parseSeeds('1-1000'));
    equal(broken?.message, 'a B after an A');
    deepEqual(broken?.steps, ['the letter A', 'the letter B']);
    equal(happened['histories'], broken?.seed);
  });

  it('leaves the steps as they were found where it is asked to', async () => {
    const { broken } = await playSeeds(letters, parseSeeds('1-1000'), { shorten: false });
    equal(broken?.steps.length, 10);
  });

  it('shrinks to steps that stand far apart', async () => {
    const steps = [0, 1, 2, 3, 4, 5, 6];
    deepEqual(await shrink(steps, async (some) => some.includes(1) && some.includes(5)), [1, 5]);
  });

  it('plays many histories in parts, and counts what happened in all of them', async () => {
    const counted: number[] = [];
    const file = join(import.meta.dirname, 'letters.ts');
    const { broken, happened } = await playInParts(file, parseSeeds('1-600'), (count) => counted.push(count));
    equal(broken, undefined);
    deepEqual(happened, { histories: 600, letters: 6_000 });
    deepEqual([counted.length, counted.at(-1)], [3, 600]);
  });

  it('reads seeds as they are typed, and refuses what names none', () => {
    deepEqual(parseSeeds('17'), [17]);
    deepEqual(parseSeeds('1-3,9'), [1, 2, 3, 9]);
    throws(() => parseSeeds('many'), /say 17, 1,5,9 or 1-500/);
    deepEqual(seedsToPlay('X', 2, { X_COUNT: '3' }), { seeds: [1, 2, 3], asked: false });
    deepEqual(seedsToPlay('X', 2, { X_SEEDS: '5' }), { seeds: [5], asked: true });
    match(JSON.stringify(seedsToPlay('X', 2, {})), /\[1,2\]/);
  });
});
