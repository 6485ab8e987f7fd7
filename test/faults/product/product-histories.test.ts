import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { z } from 'zod';
import { addCounts, type Counts, shrink } from './product-histories.ts';

// Reports, prices and keys of three teams at one Apple, under one clock, with every service in trouble now and then.
// What must hold stands in invariants.ts. `PRODUCT_SEEDS=17-17` plays one again; `npm run histories` plays more.

const SECONDS = process.env['PRODUCT_SECONDS'] ?? '45';
/** Each process begins here, times its place: none gets as far as the next. */
const FAR = 1_000_000;
const PROCESSES = Math.min(4, availableParallelism());
const SHARES = process.env['PRODUCT_SEEDS']?.split(',') ?? [
  ...Array.from({ length: PROCESSES }, (_, index) => `${index * FAR + 1}-${(index + 1) * FAR}`),
];

const played = z.object({
  failure: z.object({ seed: z.number(), message: z.string(), events: z.array(z.unknown()) }).optional(),
  happened: z.record(z.string(), z.number()),
});

const play = (share: string): Promise<z.output<typeof played>> =>
  new Promise((resolve, reject) => {
    const script = join(import.meta.dirname, 'product-play.ts');
    // It exits with 1 where a promise was broken, and says which.
    execFile(process.execPath, [script, share, 'shortened', SECONDS], (error, stdout) => {
      if (stdout === '') reject(error ?? new Error('nothing was played'));
      else resolve(played.parse(JSON.parse(stdout)));
    });
  });

describe('Random histories of the whole product', () => {
  it(`keep every promise, as many as fit into ${SECONDS} seconds`, async (context) => {
    const shares = await Promise.all(SHARES.map(play));
    for (const { failure } of shares) {
      if (failure === undefined) continue;
      const { seed, message, events } = failure;
      assert.fail(
        `Seed ${seed}: ${message}\nAfter these events:\n${events.map((event) => `  ${JSON.stringify(event)}`).join('\n')}\nAgain: PRODUCT_SEEDS=${seed}-${seed} npm exec -- node --test test/faults/product/product-histories.test.ts`,
      );
    }
    const sum: Counts = {};
    for (const { happened } of shares) addCounts(sum, happened);
    context.diagnostic(JSON.stringify(sum));
    const idle = ['effects', 'partitions', 'kills', 'heldUp'].filter((name) => sum[name] === 0);
    if (process.env['PRODUCT_SEEDS'] === undefined)
      assert.deepEqual(idle, [], 'these never happened: the histories prove little');
  });

  it('a broken one is made short: only what it needs is left', async () => {
    const kinds = ['plan', 'sweep', 'duplicate', 'sweep', 'plan', 'duplicate', 'plan'] as const;
    const events = kinds.map((kind, seed) => ({ kind, seed }));
    const fails = async (some: readonly { seed: number }[]) =>
      some.some(({ seed }) => seed === 1) && some.some(({ seed }) => seed === 5);
    assert.deepEqual(
      (await shrink(events, fails)).map(({ seed }) => seed),
      [1, 5],
    );
  });
});
