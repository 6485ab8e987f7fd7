import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  answerOf,
  approvalAnswer,
  asked,
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
  writesOf,
} from '../price-teams.ts';
import { approve, ask, MINUTE, put, TEN } from '../prices.ts';

describe('A price change that is held up', () => {
  let world: PriceWorld;
  before(async () => {
    world = await startPrices();
  });
  after(() => world.close());

  const add = (team = 'acme', price = '49.99') => ({
    kind: 'subscription',
    id: newSubscription(world, { team, price }),
  });
  const usa = (id: string, day = TOMORROW) => pricesOn(world, 'subscription', id, day, ['USA'])[0];

  it('by a dry run returns and stores its plan, claims nothing and sends nothing', async () => {
    const product = add();
    const json = wish({ idempotencyKey: 'dry', product, prices: { USA: '44.99', FRA: '49.99' } });
    asked(world);
    const answer = await answerOf(world, { ...json, dryRun: true });
    assert.equal(answer.status, 'planned');
    const [fra, us] = answer.plan?.entries ?? [];
    assert.deepEqual(
      [fra?.kind, us?.kind, us?.changePercent, us?.startDate],
      ['none', 'change', '-10', TOMORROW],
    );
    assert.deepEqual(
      [us?.present, us?.target.price, us?.target.proceeds],
      [{ price: '49.99', proceeds: us?.present?.proceeds }, '44.99', '31.49'],
    );
    assert.deepEqual(await world.bucket.read(answer.planKey ?? ''), {
      ...JSON.parse(JSON.stringify(answer.plan)),
      requestedBy: 'cfo@acme.example',
    });
    assert.deepEqual([await recordOf(world, 'dry'), writesOf(asked(world))], [undefined, []]);
    assert.equal((await change(world, json)).planSha256, answer.plan?.sha256);
  });

  it('by what is wrong with it is rejected whole, with every reason', async () => {
    const product = add('strict', '44.99');
    const record = await change(world, {
      idempotencyKey: 'wrong',
      team: 'strict',
      product,
      prices: { USA: '49.99', FRA: '54.99', GBX: '1', JPN: '4999.50', GBR: '41.11' },
      startDate: 'now',
    });
    assert.equal(record.state, 'rejected');
    assert.deepEqual(
      record.problems.map(({ path }) => path),
      [
        'prices.GBX',
        'prices.JPN',
        'prices.GBR',
        'startDate',
        'prices.FRA',
        'prices.FRA',
        'prices.USA',
        'preserveCurrentPrice',
      ],
    );
    assert.deepEqual(world.simulator.prices.history('subscription', product.id), []);
    assert.deepEqual(eventsOf(world, 'wrong'), ['Price Change Rejected']);
    const [key = ''] = (await world.bucket.list('audit/prices/strict/2026/11/wrong/')).filter((name) =>
      name.includes('rejected'),
    );
    assert.match(JSON.stringify(await world.bucket.read(key)), /"outcome":"rejected: 8 problems"/);
  });

  it('in a blocked period is told so together with the rest', async () => {
    const product = add('resting');
    const record = await change(world, {
      idempotencyKey: 'blocked',
      team: 'resting',
      product,
      prices: { USA: '5.01' },
    });
    assert.equal(record.state, 'rejected');
    const [blocked, ...others] = record.problems.map(({ message }) => message);
    assert.match(blocked ?? '', /^no price changes are sent from 2026-11-20 to 2026-11-30 \(launch\)/);
    assert.equal(others.length, 1);
  });

  it('by the day’s number is rejected; what changed nothing does not count, and tomorrow is another day', async () => {
    const product = add('rare');
    const rare = (idempotencyKey: string, price: string) =>
      change(world, { idempotencyKey, team: 'rare', product, prices: { USA: price } });
    assert.equal((await rare('d0', '49.99')).state, 'applied');
    assert.equal((await rare('dx', '48.11')).state, 'rejected');
    assert.equal((await rare('d1', '44.99')).state, 'applied');
    const full = await rare('d2', '39.99');
    assert.equal(full.state, 'rejected');
    assert.match(full.problems[0]?.message ?? '', /has had its 1 changes of 2026-11-24; ask again tomorrow/);
    await world.pass(24 * 3_600_000);
    assert.equal((await rare('d3', '39.99')).state, 'applied');
    await world.passTo(TEN);
  });

  it('until its deadline is rejected afterwards, and sends nothing', async () => {
    const product = add();
    world.cloud.pauseQueues();
    const json = wish({
      idempotencyKey: 'late',
      product,
      prices: { USA: '44.99' },
      notAfter: '2026-11-24T18:30:00Z',
    });
    assert.equal((await answerOf(world, json)).status, 'accepted');
    await world.passTo(Date.parse('2026-11-24T18:31:00Z'));
    world.cloud.resumeQueues();
    const record = await ending(world, 'late');
    assert.deepEqual([record.state, record.problems[0]?.path], ['rejected', 'notAfter']);
    assert.deepEqual(world.simulator.prices.history('subscription', product.id), []);
    await world.passTo(TEN);
  });

  it('until its deadline by Apple’s limit fails, and sends nothing more', async () => {
    const product = add();
    world.simulator.faults.add({
      match: { method: 'POST', path: '/v1/subscriptionPrices' },
      effect: { kind: 'rateLimited', retryAfterSeconds: 300 },
    });
    const notAfter = new Date(world.clock.now() + 10 * MINUTE).toISOString();
    await answerOf(world, wish({ idempotencyKey: 'limited', product, prices: { USA: '44.99' }, notAfter }));
    await ending(world, 'limited', {
      reached: ({ state, sending, rev }) => state === 'sending' && sending === undefined && rev > 4,
    });
    await world.pass(11 * MINUTE);
    const record = await ending(world, 'limited', { minutesARound: 8 });
    assert.deepEqual(
      [record.state, record.problems[0]?.path, usa(product.id)],
      ['failed', 'notAfter', '49.99'],
    );
    assert.equal(world.simulator.prices.history('subscription', product.id).length, 0);
    await world.passTo(TEN);
  });
});

describe('A price change above the threshold', () => {
  let world: PriceWorld;
  let products = 600;
  before(async () => {
    world = await startPrices();
  });
  after(() => world.close());

  const waiting = async (
    idempotencyKey: string,
    prices: Record<string, string>,
    more: Record<string, unknown> = {},
  ) => {
    products += 1;
    const id = String(products);
    world.simulator.prices.addSubscription({ team: 'careful', id, prices: { USA: '49.99', FRA: '49.99' } });
    const product = { kind: 'subscription', id };
    await ask(world, wish({ idempotencyKey, team: 'careful', product, prices, ...more }));
    const record = await ending(world, idempotencyKey, {
      team: 'careful',
      reached: ({ state, owed }) => ['planned', 'applied'].includes(state) && owed.length === 0,
    });
    return { id, product, sha: record.planSha256 ?? '', state: record.state };
  };
  const approval = (changeId: string, planSha256: string, by = 'ceo@acme.example') => ({
    team: 'careful',
    changeId,
    planSha256,
    by,
  });
  const history = (id: string) => world.simulator.prices.history('subscription', id);

  it('waits, tells its plan, and is applied once somebody else approves that plan', async () => {
    const { id, sha, state } = await waiting('wait', { USA: '39.99' });
    assert.deepEqual(
      [state, history(id).length, eventsOf(world, 'wait')],
      ['planned', 0, ['Price Change Planned']],
    );
    const told = world.cloud.events().find((event) => event['detail-type'] === 'Price Change Planned');
    assert.equal(told?.detail['planSha256'], sha);

    const refused = async (json: unknown) =>
      (await approvalAnswer(world, json)).problems?.map(({ path }) => path);
    assert.deepEqual(await refused(approval('wait', 'b'.repeat(64))), ['planSha256']);
    assert.deepEqual(await refused(approval('wait', sha, 'cfo@acme.example')), ['by']);
    assert.equal((await recordOf(world, 'wait', 'careful'))?.state, 'planned');

    await put(world, 'Price Change Approved', approval('wait', sha));
    const record = await ending(world, 'wait', { team: 'careful' });
    assert.deepEqual([record.state, record.approval?.by], ['applied', 'ceo@acme.example']);
    assert.equal((await approvalAnswer(world, approval('wait', sha))).status, 'duplicate');
    assert.equal(history(id).length, 1);
  });

  it('needs another approval when Apple’s prices have moved meanwhile', async () => {
    const { id, product, sha } = await waiting('moved', { USA: '39.99' });
    const small = await change(world, {
      idempotencyKey: 'small',
      team: 'careful',
      product,
      prices: { USA: '47.99' },
      startDate: '2026-11-30',
    });
    assert.equal(small.state, 'applied');
    await approve(world, approval('moved', sha));
    const again = await ending(world, 'moved', {
      team: 'careful',
      reached: ({ state, planSha256, owed }) =>
        state === 'planned' && planSha256 !== sha && owed.length === 0,
    });
    assert.deepEqual(eventsOf(world, 'moved'), ['Price Change Planned', 'Price Change Planned']);
    assert.deepEqual(
      (await approvalAnswer(world, approval('moved', sha))).problems?.map(({ path }) => path),
      ['planSha256'],
    );
    await approve(world, approval('moved', again.planSha256 ?? ''));
    assert.equal((await ending(world, 'moved', { team: 'careful' })).state, 'applied');
    assert.deepEqual(pricesOn(world, 'subscription', id, '2026-12-01', ['USA']), ['39.99']);
  });

  it('holds up no other change of its product, and is rejected when nobody approves in time', async () => {
    const { id, product } = await waiting('nobody', { USA: '39.99' }, { notAfter: '2026-11-24T20:00:00Z' });
    const other = await change(world, {
      idempotencyKey: 'other',
      team: 'careful',
      product,
      prices: { FRA: '47.99' },
    });
    assert.equal(other.state, 'applied');
    await world.passTo(Date.parse('2026-11-24T20:01:00Z'));
    await ask(world, { sweep: true });
    const record = await ending(world, 'nobody', { team: 'careful' });
    assert.deepEqual([record.state, record.outcome], ['rejected', 'rejected: not approved in time']);
    assert.equal(history(id).length, 1);
  });

  it('below it nobody is asked', async () => {
    assert.equal((await waiting('below', { USA: '47.99' })).state, 'applied');
  });
});
