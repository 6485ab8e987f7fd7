import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { operatorOf } from '../../../cli/operator/operator.ts';
import {
  answerOf,
  asked,
  change,
  ending,
  eventsOf,
  type PriceWorld,
  pricesOn,
  startPrices,
  TODAY,
  TOMORROW,
  wish,
} from '../price-teams.ts';
import { ask } from '../prices.ts';

const PRO = 'com.acme.pro';
const YEARLY = 'com.acme.pro.yearly';
const COINS = 'com.acme.pro.coins';

describe('A product by the name that its developer gave it', () => {
  let world: PriceWorld;
  before(async () => {
    world = await startPrices();
    const { prices } = world.simulator;
    for (const team of ['acme', 'enforcing']) {
      const id = (number: number): string => String(team === 'acme' ? number : number + 50);
      const usa = { prices: { USA: '9.99' }, onlyIn: ['USA', 'FRA'] };
      prices.addApp({ team, id: id(901), name: 'Acme Pro', productId: PRO, ...usa });
      prices.addApp({ team, id: id(902), name: 'Acme Light', productId: 'com.acme.light', ...usa });
      prices.addSubscription({
        team,
        id: id(911),
        name: 'Pro Yearly',
        productId: YEARLY,
        app: id(901),
        group: 'Pro',
        prices: { USA: '49.99', FRA: '49.99' },
        monthlyPrices: { USA: '5.99' },
      });
      prices.addInAppPurchase({
        team,
        id: id(921),
        name: '100 coins',
        productId: COINS,
        app: id(901),
        ...usa,
      });
    }
  });
  after(() => {
    world.bucket.close();
    return world.close();
  });

  it('is found once, then known; plan, record and events show its names', async () => {
    asked(world);
    const record = await change(world, {
      idempotencyKey: 'by-name',
      product: YEARLY,
      prices: { USA: '44.99' },
    });
    assert.deepEqual(
      [record.state, record.request.product, record.label],
      ['applied', { kind: 'subscription', id: '911' }, { name: 'Pro Yearly', productId: YEARLY }],
      JSON.stringify(record.problems),
    );
    assert.ok(asked(world).includes('GET /v1/apps 200'));
    const detail = world.cloud.events().find((event) => event.detail['changeId'] === 'by-name')?.detail;
    assert.deepEqual(detail?.['product'], {
      kind: 'subscription',
      id: '911',
      name: 'Pro Yearly',
      productId: YEARLY,
    });
    const dry = await answerOf(
      world,
      wish({ idempotencyKey: 'dry', product: YEARLY, prices: { USA: '39.99' }, dryRun: true }),
    );
    assert.deepEqual(dry.plan?.label, { name: 'Pro Yearly', productId: YEARLY });
    assert.ok(!asked(world).includes('GET /v1/apps 200'));
  });

  it('is the same request by name and by number', async () => {
    const json = { idempotencyKey: 'either', prices: { USA: '8.99' } };
    assert.equal((await change(world, { ...json, product: PRO })).state, 'applied');
    const again = await answerOf(world, wish({ ...json, product: { kind: 'app', id: '901' } }));
    assert.equal(again.status, 'duplicate');
    assert.deepEqual(pricesOn(world, 'app', '901', TODAY, ['USA']), ['8.99']);
  });

  it('of a number shows its names all the same', async () => {
    const product = { kind: 'inAppPurchase', id: '921' };
    const record = await change(world, { idempotencyKey: 'coins', product, prices: { USA: '8.99' } });
    assert.deepEqual(record.label, { name: '100 coins', productId: COINS });
  });

  it('with a plan means the price list of that plan', async () => {
    const record = await change(world, {
      idempotencyKey: 'monthly',
      product: { id: YEARLY, plan: 'MONTHLY' },
      prices: { USA: '4.99' },
    });
    assert.equal(record.state, 'applied', JSON.stringify(record.problems));
    assert.deepEqual(pricesOn(world, 'subscription', '911', TOMORROW, ['USA'], 'MONTHLY'), ['4.99']);
  });

  it('that Apple does not know is refused with the nearest names, beside all else that is wrong', async () => {
    const answer = await answerOf(
      world,
      wish({ idempotencyKey: 'typo', product: 'com.acme.pro.yearli', prices: { USA: 'x' } }),
    );
    assert.equal(answer.status, 'rejected');
    const problems = (answer.problems ?? []).map(({ path, message }) => `${path}: ${message}`).join('\n');
    assert.match(problems, /product: Apple has no .*"com.acme.pro.yearli".*nearest: com.acme.pro.yearly/);
    assert.match(problems, /prices.USA: must be a plain decimal/);
    const kind = await answerOf(
      world,
      wish({ idempotencyKey: 'kind', product: { kind: 'app', id: YEARLY }, prices: { USA: '9.99' } }),
    );
    assert.match(kind.problems?.[0]?.message ?? '', /Pro Yearly.*not of kind app|has no app/);
  });

  it('is no reason to refuse a request while Apple cannot be asked: its event is delivered again', async () => {
    const detail = wish({ idempotencyKey: 'bus', product: 'com.acme.light', prices: { USA: '8.99' } });
    const event = { 'detail-type': 'Price Change Requested', detail };
    const down = world.simulator.faults.add({
      match: { path: '/v1/apps' },
      times: Infinity,
      effect: { kind: 'status', status: 500, code: 'UNEXPECTED_ERROR' },
    });
    await assert.rejects(ask(world, event), /PRODUCT_UNRESOLVED/);
    down.remove();
    await ask(world, event);
    assert.equal((await ending(world, 'bus')).state, 'applied');
    assert.deepEqual(eventsOf(world, 'bus'), ['Price Change Applied']);
  });

  it('names rows of a CSV file, without their kind', async () => {
    await world.bucket.put(
      'inbox/prices/names.csv',
      `team,product_id,territory,price\nacme,${COINS},USA,7.99\n`,
    );
    await world.quiet();
    const answer = JSON.stringify(await world.bucket.read('outbox/prices/names.csv.answer.json'));
    const changeId = /"changeId":"([^"]+)"/.exec(answer)?.[1] ?? '';
    const record = await ending(world, changeId);
    assert.deepEqual([record.state, record.request.product.id], ['applied', '921'], answer);
  });

  it('names a file of desired prices', async () => {
    const key = `desired/prices/enforcing/${PRO}.json`;
    await world.bucket.put(key, JSON.stringify({ prices: { USA: '7.99' } }));
    const result = JSON.stringify(await world.cloud.invoke('ReconcilePrices', {}));
    assert.match(result, /com\.acme\.pro\.json","result":"requested"/);
    const drift = world.cloud.events().find((event) => event.detail['file'] === key)?.detail;
    assert.deepEqual(drift?.['product'], { kind: 'app', id: '951', name: 'Acme Pro', productId: PRO });
    await world.bucket.put('desired/prices/enforcing/app/951.csv', 'territory,price\nUSA,7.99\n');
    await assert.rejects(world.cloud.invoke('ReconcilePrices', {}), /conflict: .*951\.csv says the prices/);
  });

  it('is listed by asc-jobs products with its present price', async () => {
    const operator = operatorOf(world);
    const { exit, out } = await operator.run(['products', '--team', 'acme', '--json']);
    assert.equal(exit, 0, out);
    const listed: Record<string, unknown>[] = JSON.parse(out);
    const yearly = listed.find(({ productId }) => productId === YEARLY);
    assert.deepEqual(yearly, {
      team: 'acme',
      kind: 'subscription',
      id: '911',
      name: 'Pro Yearly',
      productId: YEARLY,
      group: 'Pro',
      price: { territory: 'USA', price: '49.99', currency: 'USD' },
    });
    assert.deepEqual(
      listed.map(({ productId }) => productId),
      [PRO, YEARLY, COINS, 'com.acme.light'],
    );
    const table = await operator.run(['products', '--team', 'acme', '--app', PRO]);
    assert.match(table.out, /com\.acme\.pro\.coins/);
    assert.doesNotMatch(table.out, /com\.acme\.light/);
    const none = await operator.run(['products', '--team', 'acme', '--app', 'com.nobody']);
    assert.match(
      none.err,
      /"com\.nobody" is none of the team's apps; there are com\.acme\.pro, com\.acme\.light/,
    );
    const status = await operator.run(['prices', 'status', '--team', 'acme']);
    assert.match(status.out.replace(/\s*│\s*/g, ' '), /Pro Yearly/);
  });
});
