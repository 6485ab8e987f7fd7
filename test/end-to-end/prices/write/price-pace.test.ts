import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import { originSchema } from '../../../../functions/prices/request/origin.ts';
import type { ChangeRecord } from '../../../../functions/prices/store/change-record.ts';
import {
  answerOf,
  change,
  ending,
  eventsOf,
  newSubscription,
  type PriceWorld,
  pricesOn,
  recordOf,
  startPrices,
  TOMORROW,
  wish,
} from '../price-teams.ts';

const MANY = { USA: '44.99', FRA: '44.99', DEU: '44.99', ITA: '44.99', ESP: '44.99', GBR: '44.99' };
const NAMES = Object.keys(MANY);
const STEPS = NAMES.toSorted().map((name, index) => `00${index + 1}-${name}`);

/** Five of the six steps are settled. */
const allButOne = ({ cursor, settledAhead, sending }: ChangeRecord): boolean =>
  sending === undefined && cursor + settledAhead.length === 5;
const openStep = ({ cursor, settledAhead }: ChangeRecord): string =>
  STEPS.slice(cursor).find((step) => !settledAhead.includes(step)) ?? '';

describe('A price change that Apple slows down or puts off', () => {
  let world: PriceWorld;
  before(async () => {
    world = await startPrices();
  });
  after(() => world.close());

  const add = () => newSubscription(world, { territories: NAMES });
  const json = (idempotencyKey: string, id: string, more: Record<string, unknown> = {}) =>
    wish({ idempotencyKey, product: { kind: 'subscription', id }, prices: MANY, ...more });
  const applied = (id: string) =>
    world.simulator.prices.history('subscription', id).filter(({ outcome }) => outcome === 'applied');
  const audit = (changeId: string) => world.bucket.list(`audit/prices/acme/2026/11/${changeId}/`);
  const nameOf = (key: string) => (key.split('/').at(-1) ?? '').replace('.json', '');

  it('by a 429 half-way goes on later, and nothing is sent twice', async () => {
    const id = add();
    for (const nth of [3, 4])
      world.simulator.faults.add({
        match: { method: 'POST', path: '/v1/subscriptionPrices', nth },
        effect: { kind: 'rateLimited', ...(nth === 3 && { retryAfterSeconds: 1 }) },
      });
    assert.equal((await answerOf(world, json('slowed', id))).status, 'accepted');
    const record = await ending(world, 'slowed', { minutesARound: 2 });
    assert.deepEqual([record.state, record.planKeys.length, record.replans], ['applied', 1, 0]);
    assert.deepEqual(
      pricesOn(world, 'subscription', id, TOMORROW, NAMES),
      NAMES.map(() => '44.99'),
    );
    const changed = applied(id).flatMap(({ changes }) => changes.map(({ territory }) => territory));
    assert.deepEqual(changed.toSorted(), NAMES.toSorted());
    await world.passTo(Date.parse('2026-11-24T18:20:00Z'));
  });

  it('writes down each step before it is sent, and in the end the proof', async () => {
    const id = add();
    world.simulator.faults.add({
      match: { method: 'POST', path: '/v1/subscriptionPrices', nth: 3 },
      effect: { kind: 'rateLimited', retryAfterSeconds: 60 },
    });
    await answerOf(world, json('audited', id));
    const stopped = await ending(world, 'audited', {
      reached: allButOne,
    });
    const steps = (await audit('audited')).map(nameOf).filter((name) => /^0(?!00)/.test(name));
    const wave = steps.map((name) => name.replace(/more-\w+/, 'more'));
    // The first goes alone, the others at once; one of them is slowed down.
    assert.deepEqual(wave, ['001-DEU', '002-ESP-and-4-more']);
    await ending(world, 'audited', { minutesARound: 2 });
    const names = await audit('audited');
    assert.deepEqual(
      names.map(nameOf).map((name) => name.replace(/(plan|more)-[\w-]+/, '$1')),
      ['000-plan', '001-DEU', '002-ESP-and-4-more', openStep(stopped), '999-applied'].toSorted(),
    );
    const [, first = '', second = ''] = names;
    const step = { from: '2026-11-25', price: '44.99' };
    const { origin, ...audited } = z
      .looseObject({ origin: originSchema })
      .parse(await world.bucket.read(first));
    assert.match(origin.lambdaRequestId, /./, 'the invocation by which the request came');
    assert.deepEqual(audited, {
      team: 'acme',
      changeId: 'audited',
      product: { kind: 'subscription', id },
      requestedBy: 'cfo@acme.example',
      planSha256: stopped.planSha256,
      before: { DEU: [{ from: null, price: '49.99' }] },
      after: { DEU: [{ from: null, price: '49.99' }, step] },
    });
    assert.match(
      JSON.stringify(await world.bucket.read(second)),
      /"steps":\{"002-ESP":\{"before":\{"ESP":\[\{"from":null,"price":"49.99"\}\]\},"after"/,
    );
    assert.match(
      JSON.stringify(await world.bucket.read(names.at(-1) ?? '')),
      /"proof":\{"DEU":\[\{"from":null,"price":"49.99"\},\{"from":"2026-11-25","price":"44.99"\}\]/,
    );
    await world.passTo(Date.parse('2026-11-24T18:40:00Z'));
  });

  it('to the day after tomorrow starts then, where the request names no day', async () => {
    world.simulator.behaviour.subscriptionLeadDays = 2;
    const id = add();
    const record = await change(world, json('two-days', id));
    assert.deepEqual([record.state, record.postponedTo, record.replans], ['applied', '2026-11-26', 0]);
    assert.deepEqual(pricesOn(world, 'subscription', id, '2026-11-25', ['USA']), ['49.99']);
    assert.deepEqual(
      pricesOn(world, 'subscription', id, '2026-11-26', NAMES),
      NAMES.map(() => '44.99'),
    );
    assert.equal(
      world.simulator.prices.history('subscription', id).filter(({ outcome }) => outcome === 'refused')
        .length,
      1,
    );
    assert.deepEqual(eventsOf(world, 'two-days'), ['Price Change Applied']);
  });

  it('by a week starts in a week, and by more fails', async () => {
    world.simulator.behaviour.subscriptionLeadDays = 7;
    const id = add();
    const usa = { prices: { USA: '44.99' } };
    assert.equal((await change(world, json('week', id, usa))).state, 'applied');
    assert.deepEqual(pricesOn(world, 'subscription', id, '2026-12-01', ['USA']), ['44.99']);
    world.simulator.behaviour.subscriptionLeadDays = 8;
    const failed = await change(world, json('too-long', add(), usa));
    assert.deepEqual(
      [failed.state, failed.outcome],
      ['failed', 'failed: no price of this change took effect'],
    );
    assert.match(
      failed.problems[0]?.message ?? '',
      /The start date '2026-12-01' is before 2026-12-02, the earliest allowed/,
    );
  });

  it('is told so where the request names the day', async () => {
    world.simulator.behaviour.subscriptionLeadDays = 2;
    const id = add();
    const record = await change(world, json('named', id, { startDate: TOMORROW }));
    assert.deepEqual([record.state, record.postponedTo], ['failed', undefined]);
    assert.equal(world.simulator.prices.history('subscription', id).length, 1);
    assert.deepEqual(eventsOf(world, 'named'), ['Price Change Failed']);
  });

  it('while half of it is sent, as its day has come meanwhile: the rest starts later, nothing twice', async () => {
    world.simulator.behaviour.subscriptionLeadDays = 1;
    const id = add();
    world.simulator.faults.add({
      match: { method: 'POST', path: '/v1/subscriptionPrices', nth: 4 },
      effect: { kind: 'rateLimited', retryAfterSeconds: 60 },
    });
    await world.passTo(Date.parse('2026-11-24T23:50:00Z'));
    await answerOf(world, json('overnight', id));
    const stopped = await ending(world, 'overnight', {
      reached: allButOne,
    });
    world.cloud.pauseQueues();
    await world.passTo(Date.parse('2026-11-25T09:00:00Z'));
    world.cloud.resumeQueues();
    const record = await ending(world, 'overnight', { minutesARound: 8 });
    assert.equal(record.state, 'applied', JSON.stringify(record.problems));
    assert.equal(record.planKeys.length, 2);
    const changed = applied(id).flatMap(({ changes }) =>
      changes.map(({ territory, from }) => `${territory} ${from}`),
    );
    const late = openStep(stopped).slice(-3);
    assert.deepEqual(
      changed.toSorted(),
      NAMES.map((name) => `${name} 2026-11-2${name === late ? 6 : 5}`).toSorted(),
    );
    const rollback = { team: 'acme', changeId: 'overnight', requestedBy: 'coo', preserveCurrentPrice: true };
    assert.equal((await answerOf(world, { rollback: { ...rollback, dryRun: true } })).status, 'rejected');
    assert.equal((await recordOf(world, 'overnight'))?.postponedTo, '2026-11-26');
  });
});
