import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { ChangeRecord } from '../../../functions/prices/store/change-record.ts';
import type { World } from '../../../local/world/world.ts';
import { change, ending, eventsOf, pricesOn, recordOf, startPrices } from './price-teams.ts';
import { ask, MINUTE, told } from './prices.ts';

const DAY = 24 * 60 * MINUTE;
const UNTIL = '2026-12-10';
const TERRITORIES = ['USA', 'HUN', 'FRA'];

describe('A temporary price of a subscription where a territory changes its currency meanwhile', () => {
  let world: World;
  const restore: (() => void)[] = [];
  before(async () => {
    world = await startPrices();
  });
  after(async () => {
    for (const back of restore.toReversed()) back();
    await world.close();
  });

  const sale = (id: string, idempotencyKey: string, prices: Record<string, string>) =>
    change(world, {
      idempotencyKey,
      product: { kind: 'subscription', id },
      prices,
      until: UNTIL,
      preserveCurrentPrice: false,
    });
  const sweep = () => ask(world, { sweep: true });
  /** The way back's next attempt, at its end. */
  const attemptOf = async (changeId: string, number: number): Promise<ChangeRecord> => {
    await sweep();
    return ending(world, `until-${UNTIL}.${number}/${changeId}`);
  };
  const on = (id: string, territories = TERRITORIES) =>
    pricesOn(world, 'subscription', id, UNTIL, territories);

  it('goes back in all other territories at once; of that one people are told what to do, and it is left', async () => {
    const [id, other] = ['7701', '7702'];
    const { prices: shop } = world.simulator;
    shop.addSubscription({ team: 'acme', id, prices: { USA: '49.99', HUN: '24500', FRA: '49.99' } });
    shop.addSubscription({ team: 'acme', id: other, prices: { HUN: '24500' } });
    const prices = { USA: '44.99', HUN: '22000', FRA: '44.99' };
    const first = await sale(id, 'moved', prices);
    assert.equal(first.state, 'applied', JSON.stringify(first.problems));
    await sale(other, 'moved-alone', { HUN: '22000' });
    await world.pass(DAY);
    restore.push(world.simulator.prices.changeCurrency('HUN', 'EUR'));
    const [, temporary] = on(id);

    const refused = await attemptOf('moved', 1);
    assert.equal(refused.state, 'rejected');
    assert.deepEqual(
      refused.problems.map(({ path }) => path).filter((path) => path.startsWith('currencies')),
      ['currencies.HUN'],
    );
    assert.match(
      refused.problems.map(({ message }) => message).join('\n'),
      /keeps the temporary price: .* in HUF, but Apple sells in HUN in EUR now\. Request a price in EUR for HUN/,
    );
    assert.deepEqual(eventsOf(world, refused.changeId), ['Price Change Rejected']);

    // At once: nobody waits an hour for what would be refused again.
    const back = await attemptOf('moved', 2);
    assert.equal(back.state, 'applied', JSON.stringify(back.problems));
    assert.deepEqual(Object.keys(back.request.prices ?? {}).toSorted(), ['FRA', 'USA']);
    assert.deepEqual(on(id), ['49.99', temporary, '49.99']);
    await sweep();
    const { wayBack } = (await recordOf(world, 'moved')) ?? {};
    assert.match(
      wayBack?.outcome ?? '',
      /has set the prices of before from 2026-12-10 on; HUN keeps the temporary price, as Apple sells there in another currency now or offers the price of before no more: request a price there/,
    );

    // Where nothing is left to go back, the way back ends.
    assert.equal((await attemptOf('moved-alone', 1)).state, 'rejected');
    await sweep();
    const alone = (await recordOf(world, 'moved-alone'))?.wayBack;
    assert.match(alone?.outcome ?? '', /^ended: HUN keeps the temporary price/);

    const before = told(world).length;
    await world.pass(2 * DAY);
    await sweep();
    assert.deepEqual(
      told(world)
        .slice(before)
        .filter((event) => event.includes('until-')),
      [],
      'nothing is asked for again and again',
    );
  });

  it('goes back in all other territories where Apple offers the price of before no more', async () => {
    const id = '7703';
    world.simulator.prices.addSubscription({ team: 'acme', id, prices: { USA: '49.99', FRA: '49.99' } });
    const first = await sale(id, 'withdrawn', { USA: '44.99', FRA: '44.99' });
    assert.equal(first.state, 'applied', JSON.stringify(first.problems));
    await world.pass(DAY);
    restore.push(world.simulator.prices.withdrawPrice('FRA', '49.99'));
    const problemsOf = ({ problems }: ChangeRecord) => problems.map(({ path }) => path);
    // Price points are kept for a week: Apple refuses the write, and they are read again for the next attempt.
    assert.deepEqual(problemsOf(await attemptOf('withdrawn', 1)), ['FRA']);
    await world.pass(60 * MINUTE);
    assert.deepEqual(problemsOf(await attemptOf('withdrawn', 2)), ['prices.FRA']);
    const back = await attemptOf('withdrawn', 3);
    assert.deepEqual([back.state, back.request.prices], ['applied', { USA: '49.99' }]);
    assert.deepEqual(on(id, ['USA', 'FRA']), ['49.99', '44.99']);
    await sweep();
    const { wayBack } = (await recordOf(world, 'withdrawn')) ?? {};
    assert.match(wayBack?.outcome ?? '', /FRA keeps the temporary price/);
  });
});
