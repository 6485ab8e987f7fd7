import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { World } from '../../../../local/world/world.ts';
import {
  answerOf,
  asked,
  change,
  ending,
  newSubscription,
  pricesOn,
  startPrices,
  TOMORROW,
  wish,
  writesOf,
} from '../price-teams.ts';

const POINTS = 'GET /v1/subscriptions/{id}/pricePoints 200';

describe('A price that Apple acknowledges', () => {
  let world: World;
  before(async () => {
    world = await startPrices();
  });
  after(() => world.close());

  it('and shows minutes later is waited for, with the reason, and not sent again', async () => {
    const id = newSubscription(world);
    world.simulator.faults.add({
      match: { method: 'POST', path: '/v1/subscriptionPrices' },
      effect: { kind: 'delayedEffect', millis: 3 * 60_000, answer: 'normal' },
    });
    asked(world);
    const json = wish({
      idempotencyKey: 'shown-late',
      product: { kind: 'subscription', id },
      prices: { USA: '44.99' },
    });
    assert.equal((await answerOf(world, json)).status, 'accepted');
    const verifying = await ending(world, 'shown-late', { reached: ({ state }) => state === 'verifying' });
    assert.match(verifying.waiting?.reason ?? '', /does not show the new price of USA yet/);
    assert.equal(verifying.waiting?.since, verifying.verification?.since);
    const record = await ending(world, 'shown-late', { minutesARound: 2 });
    assert.deepEqual([record.state, record.waiting], ['applied', undefined]);
    assert.deepEqual(writesOf(asked(world)), ['POST /v1/subscriptionPrices 201']);
    assert.deepEqual(pricesOn(world, 'subscription', id, TOMORROW, ['USA']), ['44.99']);
  });
});

describe('A price point that Apple has withdrawn', () => {
  let world: World;
  before(async () => {
    world = await startPrices();
  });
  after(() => world.close());

  it('is not taken from the cache any more once a write of it was refused', async () => {
    const id = newSubscription(world);
    const reads = (): number =>
      asked(world).filter((request) => request === POINTS.replace('{id}', id)).length;
    const request = { product: { kind: 'subscription', id }, prices: { USA: '44.99' } };
    world.simulator.faults.add({
      match: { method: 'POST', path: '/v1/subscriptionPrices' },
      effect: {
        kind: 'status',
        status: 409,
        code: 'ENTITY_ERROR.RELATIONSHIP.INVALID',
        detail:
          "There is no resource of type 'subscriptionPricePoints' with this id; the price point is gone.",
      },
    });
    asked(world);
    const refused = await change(world, { idempotencyKey: 'gone', ...request });
    assert.deepEqual([refused.state, reads()], ['failed', 1]);
    const again = await change(world, { idempotencyKey: 'gone-again', ...request });
    assert.deepEqual([again.state, reads()], ['applied', 1]);
    const known = { ...request, prices: { USA: '39.99' } };
    assert.equal((await change(world, { idempotencyKey: 'kept', ...known })).state, 'applied');
    assert.equal(reads(), 0);
  });
});
