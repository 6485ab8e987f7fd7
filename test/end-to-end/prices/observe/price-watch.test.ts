import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import type { World } from '../../../../local/world/world.ts';
import { operatorOf } from '../../../cli/operator/operator.ts';
import { change } from '../price-teams.ts';
import { movedDaysSchema, startPriceWatch } from './watched-prices.ts';

describe('Watched prices', () => {
  let watched: Awaited<ReturnType<typeof startPriceWatch>>;
  let world: World;
  const undo: (() => void)[] = [];
  before(async () => {
    watched = await startPriceWatch();
    ({ world } = watched);
  });
  after(() => {
    for (const put of undo) put();
    return world.close();
  });

  it('are written to the lake on the first day, and nobody is alarmed', async () => {
    const { result, event } = await watched.told();
    assert.deepEqual([result, event], ['baseline', undefined]);
    const ask = await watched.table('2026-11-24');
    assert.deepEqual(
      await ask(
        'SELECT product_kind AS kind, product_plan AS plan, count(*)::INTEGER AS rows FROM prices GROUP BY ALL ORDER BY ALL',
      ),
      [
        { kind: 'app', plan: null, rows: 175 },
        { kind: 'inAppPurchase', plan: null, rows: 175 },
        { kind: 'subscription', plan: 'MONTHLY', rows: 2 },
        { kind: 'subscription', plan: 'UPFRONT', rows: 175 },
      ],
    );
    assert.deepEqual(
      await ask(
        `SELECT product_name, sku, territory, currency, customer_price, developer_proceeds, developer_proceeds_year_two, price_source
         FROM prices WHERE territory IN ('USA', 'GBR') AND product_plan IS DISTINCT FROM 'MONTHLY' AND product_kind <> 'app' ORDER BY ALL`,
      ),
      [
        ['Coins 100', 'product.31', 'GBR', 'GBP', '8.990000', '6.290000', null, 'manual'],
        ['Coins 100', 'product.31', 'USA', 'USD', '9.990000', '6.990000', null, 'base'],
        ['Pro, yearly', 'product.6448311069', 'GBR', 'GBP', '44.990000', '31.490000', '38.240000', 'manual'],
        ['Pro, yearly', 'product.6448311069', 'USA', 'USD', '49.990000', '34.990000', '42.490000', 'manual'],
      ].map((row) =>
        Object.fromEntries(
          [
            'product_name',
            'sku',
            'territory',
            'currency',
            'customer_price',
            'developer_proceeds',
            'developer_proceeds_year_two',
            'price_source',
          ].map((name, index) => [name, row[index]]),
        ),
      ),
    );
  });

  it('are asked by the command, of one team and from a day on', async () => {
    const operator = operatorOf(world);
    const count = async (...options: string[]): Promise<unknown> => {
      const sql = 'SELECT count(*) AS rows FROM price_list_daily';
      const { out, err } = await operator.run(['reports', 'query', sql, ...options, '--json']);
      assert.equal(err, '');
      return JSON.parse(out);
    };
    assert.deepEqual(await count(), [{ rows: '527' }]);
    assert.deepEqual(await count('--team', 'acme', '--from', '2026-11-24'), [{ rows: '527' }]);
    assert.deepEqual(await count('--from', '2026-11-25'), [{ rows: '0' }]);
  });

  it('are read once per day', async () => {
    const before = world.simulator.requests().length;
    assert.equal((await watched.watch()).result, 'done');
    assert.equal(world.simulator.requests().length, before);
  });

  it('are silent where nothing moved', async () => {
    await watched.nextDay();
    assert.deepEqual(await watched.told(), { result: 'same', event: undefined, changes: undefined });
  });

  it('tell a tax as moved proceeds, in a mail that says so', async () => {
    await watched.nextDay();
    undo.push(world.simulator.prices.appleDecides('MUS', { taxPercent: 15 }));
    const { event, changes } = await watched.told();
    assert.deepEqual(changes, ['proceeds MUS']);
    assert.deepEqual([event?.since, event?.day, event?.products], ['2026-11-25', '2026-11-26', 3]);
    assert.deepEqual(
      event?.changes[0]?.examples.map(({ name, changePercent }) => [name, changePercent]),
      [
        ['Tide', '-14.9'],
        ['Pro, yearly', '-15'],
        ['Coins 100', '-15'],
      ],
    );
    const mail = world.cloud.notifications().at(-1);
    assert.match(String(mail?.subject), /acme: Apple changed proceeds in MUS \(3 products\)/);
    assert.match(JSON.stringify(mail), /3\.49 of 4\.99 USD +2\.97 of 4\.99 USD +-14\.9 %/);
  });

  it('tell automatic prices that Apple moved, but no price that somebody set', async () => {
    await watched.nextDay();
    undo.push(world.simulator.prices.appleDecides('KAZ', { equalPriceSteps: 2 }));
    undo.push(world.simulator.prices.appleDecides('GBR', { equalPriceSteps: 2 }));
    // The purchase has a price of its own in GBR; the app follows there.
    const { event, changes } = await watched.told();
    assert.deepEqual(changes, ['automaticPrice KAZ', 'automaticPrice GBR']);
    assert.deepEqual(
      event?.changes.map(({ products }) => products),
      [2, 1],
    );
  });

  it('tell another currency as one, and no price as moved', async () => {
    await watched.nextDay();
    undo.push(world.simulator.prices.changeCurrency('HUN', 'EUR'));
    const { event, changes } = await watched.told();
    assert.deepEqual(changes, ['currency HUN']);
    const [change] = event?.changes ?? [];
    assert.deepEqual(
      [change?.storefront, change?.previousCurrency, change?.currency, change?.products],
      [true, 'HUF', 'EUR', 3],
    );
  });

  it('tell opened and closed storefronts, and price points that are gone', async () => {
    await watched.nextDay();
    undo.push(
      world.simulator.prices.openTerritory({ id: 'GGY', currency: 'GBP' }),
      world.simulator.prices.closeTerritory('YEM'),
      world.simulator.prices.withdrawPrice('FRA', '4.99'),
    );
    const { event, changes } = await watched.told();
    assert.deepEqual(changes, ['territoryClosed YEM', 'territoryOpened GGY', 'pricePointGone FRA']);
    assert.deepEqual(
      event?.changes.map(({ storefront, products }) => [storefront ?? false, products]),
      [
        [true, 3],
        [true, 2],
        [false, 2],
      ],
    );
  });

  it('leave out what was requested here, what moves along with it, and scheduled prices that start', async () => {
    await watched.nextDay();
    await watched.watch();
    const record = await change(world, {
      idempotencyKey: 'own',
      product: { kind: 'inAppPurchase', id: '31' },
      prices: { USA: '10.99', DEU: '9.99' },
    });
    assert.equal(record.state, 'applied', JSON.stringify(record.problems));
    const later = await change(world, {
      idempotencyKey: 'later',
      product: { kind: 'subscription', id: '6448311069' },
      prices: { USA: '44.99' },
      startDate: '2026-12-02',
    });
    assert.equal(later.state, 'applied', JSON.stringify(later.problems));
    await watched.nextDay();
    assert.deepEqual((await watched.told()).changes, undefined);
    await watched.nextDay();
    assert.equal(
      world.simulator.prices.effective('subscription', '6448311069', '2026-12-02').get('USA'),
      '44.99',
    );
    assert.deepEqual((await watched.told()).changes, undefined);
  });

  it('are told by the command: each day that moved something, product by product, and nothing of other days', async () => {
    const { exit, out } = await operatorOf(world).run(['prices', 'moves', '--json']);
    assert.equal(exit, 0);
    const days = movedDaysSchema.parse(JSON.parse(out));
    assert.deepEqual(
      days.map(({ day, since }) => [day, since]),
      [
        ['2026-11-29', '2026-11-28'],
        ['2026-11-28', '2026-11-27'],
        ['2026-11-27', '2026-11-26'],
        ['2026-11-26', '2026-11-25'],
      ],
    );
    const [opened, currency, automatic, tax] = days;
    assert.deepEqual(
      opened?.storefronts.map(({ kind, territory }) => [kind, territory]),
      [
        ['territoryOpened', 'GGY'],
        ['territoryClosed', 'YEM'],
      ],
    );
    assert.deepEqual(currency?.storefronts, [
      { kind: 'currency', territory: 'HUN', previousCurrency: 'HUF', currency: 'EUR' },
    ]);
    assert.deepEqual(
      automatic?.moves.map(({ kind, territory, product }) => `${product.name} ${kind} ${territory}`),
      ['Tide automaticPrice GBR', 'Tide automaticPrice KAZ', 'Coins 100 automaticPrice KAZ'],
    );
    assert.deepEqual(
      tax?.moves.map(({ product, before, after, changePercent }) => [
        product.name,
        product.plan,
        before?.proceeds,
        after?.proceeds,
        changePercent,
      ]),
      [
        ['Tide', undefined, '3.49', '2.97', '-14.9'],
        ['Pro, yearly', undefined, '34.99', '29.74', '-15'],
        ['Coins 100', undefined, '6.99', '5.94', '-15'],
      ],
    );
    const text = (await operatorOf(world).run(['prices', 'moves', '--last', '4d'])).out;
    assert.match(
      text,
      /2026-11-29, team acme \(compared with 2026-11-28\)\n +The App Store has opened in GGY/,
    );
    assert.doesNotMatch(text, /2026-11-26, team/);
    const csv = (await operatorOf(world).run(['prices', 'moves', '--csv'])).out;
    assert.match(csv, /^day,since,team,kind,territory,product_kind/);
    assert.match(
      csv,
      /2026-11-26,2026-11-25,acme,proceeds,MUS,app,9,,Tide,[^,]*,USD,4\.99,3\.49,,USD,4\.99,2\.97,,-14\.9\r\n/,
    );
  });

  it('stand on the status page by day and product, also in the widget of a dashboard', async () => {
    const widget = z
      .string()
      .parse(await world.cloud.invoke('StatusWidget', { view: 'prices', widgetContext: {} }));
    assert.match(widget, /What Apple moved by itself/);
    assert.match(widget, /Sun 29 Nov[\s\S]*The App Store has closed in Yemen \(YEM\)/);
    assert.match(
      widget,
      /Thu 26 Nov[\s\S]*Tide[\s\S]*Proceeds changed[\s\S]*Mauritius \(MUS\)[\s\S]*3\.49 of 4\.99 USD/,
    );
  });

  it('go on where they stopped, and skip a day that was never finished', async () => {
    await watched.nextDay();
    undo.push(world.simulator.prices.appleDecides('BTN', { taxPercent: 5 }));
    // Apple answers nothing for one product on this day.
    world.simulator.faults.add({
      match: { path: '/v1/subscriptions/6448311069/prices' },
      effect: { kind: 'html' },
    });
    const stopped = await watched.watch();
    assert.equal(stopped.result, 'waiting', JSON.stringify(stopped));
    await watched.nextDay();
    const before = world.simulator.requests().length;
    const { event, changes } = await watched.told();
    assert.deepEqual(changes, ['proceeds BTN']);
    assert.deepEqual([event?.since, event?.day], ['2026-12-02', '2026-12-04']);
    assert.ok(world.simulator.requests().length > before);
  });

  it('were read within what the roles of the functions allow', () => {
    assert.deepEqual(world.cloud.authorization().denied, []);
  });
});
