import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { history, SCENARIOS, seedOf } from './campaign-history.ts';

describe('A worker that dies at any call of a campaign', () => {
  for (const [index, { name }] of SCENARIOS.entries())
    it(`${name}: nothing twice, nothing lost, and never a half`, async () => {
      const whole = await history.play(seedOf(index, 0));
      assert.equal(whole.broken, undefined);
      const calls = whole.happened['calls'] ?? 0;
      assert.ok(calls > 30, `${calls} calls`);
      for (let crash = 1; crash <= 2 * calls; crash += 1) {
        const { broken } = await history.play(seedOf(index, crash));
        assert.equal(broken, undefined);
      }
    });
});
