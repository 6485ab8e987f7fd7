import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { appleError, product, row, watchWorld } from './watch.ts';

const three = [product('1'), product('2'), product('3')];

describe('The watch over a team’s prices', () => {
  it('goes on where the last run stopped, and asks for no product twice on a day', async () => {
    const world = watchWorld(three);
    world.instead.set('3', () => {
      throw appleError('BUDGET_RESERVED');
    });
    const stopped = await world.run();
    assert.deepEqual([stopped?.result, stopped?.reason], ['waiting', 'Apple said BUDGET_RESERVED']);
    assert.deepEqual(world.tables, []);
    world.instead.clear();
    world.reads.length = 0;
    assert.equal((await world.run())?.result, 'baseline');
    assert.deepEqual(world.reads, ['3']);
    assert.deepEqual(world.tables, ['tables/price_list_daily/team=acme/report_date=2026-11-24/data.parquet']);
    assert.equal((await world.run())?.result, 'done');
  });

  it('begins no product that it has no time for', async () => {
    const world = watchWorld(three);
    world.remaining = 30_000;
    const { result, reason } = (await world.run()) ?? {};
    assert.deepEqual([result, reason, world.reads], ['waiting', 'the time of this run is used up', []]);
  });

  it('compares with the last day that was told, however many were missed', async () => {
    const world = watchWorld(three);
    await world.run();
    world.nextDay();
    // This day is read in part and never finished; what it saw was told to nobody.
    world.lists.set('1', [{ rows: [row({ proceeds: '6.50' })] }]);
    world.instead.set('3', () => {
      throw appleError('BUDGET_RESERVED');
    });
    assert.equal((await world.run())?.result, 'waiting');
    world.instead.clear();
    world.nextDay();
    assert.equal((await world.run())?.result, 'changed');
    const [event] = world.events;
    assert.deepEqual(
      [event?.since, event?.day, event?.changes.map(({ kind, products }) => [kind, products])],
      ['2026-11-24', '2026-11-26', [['proceeds', 1]]],
    );
    world.nextDay();
    assert.equal((await world.run())?.result, 'same');
  });

  it('leaves out a product that cannot be read, says so, and compares it later with what it was', async () => {
    const world = watchWorld(three);
    await world.run();
    world.nextDay();
    world.lists.set('1', [{ rows: [row({ proceeds: '6.50' })] }]);
    world.lists.set('2', [{ rows: [row({ proceeds: '6.40' })] }]);
    world.instead.set('2', () => {
      throw appleError('UNEXPECTED_ANSWER');
    });
    assert.deepEqual(
      [(await world.run())?.result, (await world.run())?.result, (await world.run())?.result],
      ['waiting', 'waiting', 'changed'],
    );
    assert.deepEqual([world.events[0]?.unread, world.events[0]?.products], [1, 1]);
    world.instead.clear();
    world.nextDay();
    await world.run();
    assert.deepEqual(
      world.events[1]?.changes.flatMap(({ examples }) => examples.map((one) => one.before?.proceeds)),
      ['6.99'],
    );
  });

  it('believes that a territory is gone when Apple leaves it out twice', async () => {
    const world = watchWorld([product('1')]);
    const both = [{ rows: [row(), row({ territory: 'FRA', currency: 'EUR' })] }];
    world.lists.set('1', both);
    await world.run();
    world.nextDay();
    let reads = 0;
    world.instead.set('1', () => {
      reads += 1;
      return reads === 1 ? [{ rows: [row()] }] : both;
    });
    assert.equal((await world.run())?.result, 'same');
    world.nextDay();
    world.instead.set('1', () => [{ rows: [row()] }]);
    await world.run();
    assert.deepEqual(
      world.events.flatMap(({ changes }) => changes.map(({ kind, territory }) => `${kind} ${territory}`)),
      ['territoryClosed FRA'],
    );
  });

  it('sends the same event again if it died before it noted that it had', async () => {
    const world = watchWorld([product('1')]);
    await world.run();
    world.nextDay();
    world.lists.set('1', [{ rows: [row({ proceeds: '6.50' })] }]);
    const told = world.objects.get('told.json') ?? '';
    await world.run();
    world.objects.set('told.json', told);
    await world.run();
    const [first, second] = world.events.map(({ id }) => id);
    assert.ok(first !== undefined && first === second);
  });

  it('takes new products, and a watch that begins anew, as they are', async () => {
    const world = watchWorld([product('1')]);
    await world.run();
    world.nextDay();
    world.products.push(product('2'));
    world.lists.set('2', [{ rows: [row()] }]);
    assert.equal((await world.run())?.result, 'same');
    world.nextDay();
    world.objects.delete('told.json');
    world.lists.set('1', [{ rows: [row({ price: '19.99' })] }]);
    assert.equal((await world.run())?.result, 'baseline');
  });

  it('is late after more than two days without a finished one', async () => {
    const world = watchWorld([product('1')]);
    await world.run();
    for (let day = 1; day <= 3; day += 1) world.nextDay();
    world.remaining = 0;
    assert.equal((await world.run())?.isLate, true);
  });
});
