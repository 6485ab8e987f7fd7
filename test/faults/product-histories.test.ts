import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { playProduct, shrink } from './product-histories.ts';

// Reports, prices and keys of three teams at one Apple, under one clock, with every service in trouble now and then.
// What must hold stands in invariants.ts. `PRODUCT_SEEDS=17-17` plays one again; `npm run histories` plays more.

const BOUND_MILLIS = 20_000;
const [first = 1, last = 100_000] = (process.env['PRODUCT_SEEDS'] ?? '1-100000').split('-').map(Number);

function* seeds() {
  for (let seed = first; seed <= last; seed += 1) yield seed;
}

describe('Random histories of the whole product', () => {
  it(`keep every promise, as many as fit into ${BOUND_MILLIS / 1000} seconds`, async (context) => {
    const { broken, happened } = await playProduct(seeds(), { until: Date.now() + BOUND_MILLIS });
    context.diagnostic(JSON.stringify(happened));
    assert.equal(
      broken,
      undefined,
      `Seed ${broken?.seed}: ${broken?.message}\nAfter these events:\n${broken?.events.map((event) => `  ${JSON.stringify(event)}`).join('\n')}\nAgain: PRODUCT_SEEDS=${broken?.seed}-${broken?.seed} npm exec -- node --test test/faults/product-histories.test.ts`,
    );
    assert.ok(
      happened.effects > 0 && happened.partitions > 0,
      'nothing happened: the histories prove little',
    );
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
