import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { changePrices } from '../../bench/prices/clients/one-post-per-territory.ts';
import { plainFetch } from '../../bench/prices/clients/plain-fetch.ts';
import { naiveChange, rightOnes, startApple, traffic } from '../../bench/prices/clients/price-scene.ts';

const firstFive = (_: unknown, index: number): boolean => index < 5;

describe('A client of one POST per territory, as it is measured', () => {
  let apple: Awaited<ReturnType<typeof startApple>>;
  beforeEach(async () => {
    apple = await startApple();
  });
  afterEach(() => apple.simulator.close());

  it('counts what Apple saw and what is right', async () => {
    assert.equal(rightOnes(apple.simulator, 'subscription'), '0 of 175');
    assert.deepEqual(await changePrices(plainFetch(apple.access), naiveChange(2), firstFive), []);
    assert.deepEqual(traffic(apple.simulator), { reads: 2, writes: 5, limited: 0, repeated: 0 });
    assert.equal(rightOnes(apple.simulator, 'subscription'), '5 of 175');
  });

  it('counts the writes that a second run repeats', async () => {
    const client = plainFetch(apple.access);
    await changePrices(client, naiveChange(1), (_, index) => index < 3);
    await changePrices(client, naiveChange(1), firstFive);
    assert.deepEqual(traffic(apple.simulator), { reads: 4, writes: 8, limited: 0, repeated: 3 });
  });

  it('names the territories that Apple refused, and goes on', async () => {
    apple.simulator.faults.add({ match: { method: 'POST', nth: 3 }, effect: { kind: 'rateLimited' } });
    const refused = await changePrices(plainFetch(apple.access), naiveChange(1), firstFive);
    assert.equal(refused.length, 1);
    assert.deepEqual(traffic(apple.simulator), { reads: 2, writes: 5, limited: 1, repeated: 0 });
    assert.equal(rightOnes(apple.simulator, 'subscription'), '4 of 175');
  });
});
