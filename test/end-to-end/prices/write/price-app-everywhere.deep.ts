import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as wait } from 'node:timers/promises';
import { territories } from '../../../../local/simulator/prices/territories.ts';
import { answerOf, asked, startPrices, wish } from '../price-teams.ts';

/** The first plan of an app with a price of its own everywhere, to its end. */
const FIRST_PLAN_MILLIS = 5 * 60_000;
const NEXT_PLAN_READS = 20;

describe('An app with prices of its own in 174 territories', () => {
  it('is planned to its end within five minutes, and the next time with few reads', async (context) => {
    const world = await startPrices();
    world.simulator.prices.addApp({ team: 'acme', id: '900', prices: { USA: '9.99' } });
    const factors = Object.fromEntries(
      territories.filter(({ id }) => id !== 'USA').map(({ id }, index) => [id, 0.8 + (index % 5) / 20]),
    );
    const index = { territory: 'USA', price: '9.99', factors };
    const plan = async (idempotencyKey: string) => {
      const started = performance.now();
      for (let asks = 1; ; asks += 1) {
        const answer = await answerOf(
          world,
          wish({
            idempotencyKey,
            product: { kind: 'app', id: '900' },
            dryRun: true,
            prices: undefined,
            index,
          }),
        );
        const millis = performance.now() - started;
        if (answer.status !== 'planning' || millis > 2 * FIRST_PLAN_MILLIS)
          return { ...answer, asks, millis, reads: asked(world).length };
        await wait(5_000);
      }
    };
    const first = await plan('everywhere-1');
    const second = await plan('everywhere-2');
    context.diagnostic(
      `first: ${first.reads} reads, ${first.asks} asks, ${Math.round(first.millis / 1000)} s; second: ${second.reads} reads, ${Math.round(second.millis / 1000)} s`,
    );
    await world.close();
    assert.deepEqual([first.status, second.status], ['planned', 'planned']);
    assert.ok(first.millis < FIRST_PLAN_MILLIS, `${first.millis} ms`);
    assert.ok(second.reads <= NEXT_PLAN_READS, `${second.reads} reads`);
  });
});
