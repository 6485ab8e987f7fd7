import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { operatorOf } from '../../../cli/operator/operator.ts';
import { change, newSubscription, type PriceWorld, startPrices } from '../price-teams.ts';

const NAMES = ['DEU', 'ESP', 'FRA', 'GBR', 'ITA', 'AUT', 'NLD', 'BEL', 'USA', 'GRC'];

describe('Apple’s ids of the requests of a price change', () => {
  let world: PriceWorld;
  before(async () => {
    world = await startPrices();
  });
  after(() => world.close());

  const writeIds = (): string[] =>
    world.simulator
      .requests()
      .flatMap(({ method, status, requestId }) =>
        method === 'GET' || (status ?? 0) >= 400 ? [] : [requestId],
      );
  const endOf = async (changeId: string, state: string): Promise<Record<string, unknown>> => {
    const keys = await world.bucket.list(`audit/prices/acme/2026/11/${changeId}/`);
    return JSON.parse(
      JSON.stringify(await world.bucket.read(keys.find((key) => key.endsWith(`999-${state}.json`)) ?? '')),
    );
  };

  it('are kept after success, one per wave, in record, audit and prices status', async () => {
    const id = newSubscription(world, { territories: NAMES });
    const before = writeIds().length;
    const prices = Object.fromEntries(NAMES.map((name) => [name, '44.99']));
    const record = await change(world, {
      idempotencyKey: 'many',
      product: { kind: 'subscription', id },
      prices,
    });
    assert.equal(record.state, 'applied');
    const sent = new Set(writeIds().slice(before));
    assert.equal(sent.size, NAMES.length);
    // The first goes alone, then eight at once, then the last.
    const [alone, together, last, ...more] = record.acknowledgments.map(({ step }) =>
      Number(step.slice(0, 3)),
    );
    assert.deepEqual([alone, last, more], [1, 10, []]);
    // Which of the eight Apple answers first is not ours to say.
    assert.ok(together !== undefined && together >= 2 && together <= 9, String(together));
    for (const { requestId } of record.acknowledgments)
      assert.ok(sent.has(requestId.split(' ')[0] ?? ''), requestId);
    assert.deepEqual((await endOf('many', 'applied'))['acknowledgments'], record.acknowledgments);
    const operator = operatorOf(world);
    const [first] = record.acknowledgments;
    assert.ok(first);
    assert.match(
      (await operator.run(['prices', 'status', 'many'])).out,
      new RegExp(`request ids, for its support: ${first.requestId}`),
    );
    const [shown] = JSON.parse((await operator.run(['prices', 'status', 'many', '--json'])).out);
    assert.deepEqual(
      shown.appleRequestIds,
      record.acknowledgments.map(({ requestId }) => requestId),
    );
  });

  it('stand in the problem after a refusal', async () => {
    const id = newSubscription(world);
    world.simulator.faults.add({
      match: { method: 'POST', path: '/v1/subscriptionPrices' },
      effect: { kind: 'status', status: 409, code: 'STATE_ERROR', detail: 'The subscription is locked.' },
    });
    const record = await change(world, {
      idempotencyKey: 'locked',
      product: { kind: 'subscription', id },
      prices: { USA: '44.99' },
    });
    assert.equal(record.state, 'failed');
    const refused = world.simulator
      .requests()
      .findLast(({ method, status }) => method === 'POST' && status === 409);
    assert.ok(refused);
    assert.match(
      record.problems[0]?.message ?? '',
      new RegExp(`The subscription is locked\\..*\\(Apple's request id ${refused.requestId}\\)$`),
    );
  });
});
