import { deepEqual, equal, match, ok, throws } from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { history as breakingLetters } from './breaking-letters.ts';
import { playEvery, playSeeds, shrink } from './history.ts';
import { parseSeeds, seedsToPlay } from './seeds.ts';
import { playInParts } from './shares.ts';

describe('The engine of random histories', () => {
  it('plays a seed the same way every time', async () => {
    deepEqual(await breakingLetters.play(7), await breakingLetters.play(7));
  });

  it('stops at the first history that breaks a promise, and leaves only the steps that it needs', async () => {
    const { broken, happened } = await playSeeds(breakingLetters, parseSeeds('1-1000'));
    equal(broken?.message, 'a B after an A');
    deepEqual(broken?.steps, ['the letter A', 'the letter B']);
    equal(happened['histories'], broken?.seed);
  });

  it('leaves the steps as they were found where it is asked to', async () => {
    const { broken } = await playSeeds(breakingLetters, parseSeeds('1-1000'), { shorten: false });
    equal(broken?.steps.length, 10);
  });

  it('shrinks to steps that stand far apart', async () => {
    const steps = [0, 1, 2, 3, 4, 5, 6];
    deepEqual(await shrink(steps, async (some) => some.includes(1) && some.includes(5)), [1, 5]);
  });

  it('plays many histories in parts, and counts what happened in all of them', async () => {
    const counted: number[] = [];
    const file = join(import.meta.dirname, 'letters.ts');
    const result = await playInParts(file, parseSeeds('1-600'), ({ played }) => counted.push(played));
    deepEqual(result, { broken: [], crashed: [], happened: { histories: 600, letters: 6_000 } });
    deepEqual([counted.length, counted.at(-1)], [3, 600]);
  });

  it('goes on after broken histories, lists every one of them, and makes only the first one short', async () => {
    const seeds = parseSeeds('1-600');
    const told: number[] = [];
    const file = join(import.meta.dirname, 'breaking-letters.ts');
    const { broken, first, happened } = await playInParts(file, seeds, (part) =>
      told.push(part.broken.length),
    );
    const alone = await playEvery(breakingLetters, seeds);
    deepEqual(broken, alone.broken);
    ok(broken.length > 1 && broken.length < 600);
    equal(happened['histories'], 600);
    equal(told.length, 3);
    equal(
      told.reduce((sum, count) => sum + count),
      broken.length,
    );
    deepEqual(first, { ...broken[0], steps: ['the letter A', 'the letter B'] });
  });

  it('tells which seeds a process that crashed was to play', async () => {
    const { broken, crashed } = await playInParts('no-such-module.ts', [1, 2, 3], () => undefined);
    deepEqual(broken, []);
    equal(crashed[0]?.seeds, '1,2,3');
    match(crashed[0]?.message ?? '', /no-such-module/);
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
