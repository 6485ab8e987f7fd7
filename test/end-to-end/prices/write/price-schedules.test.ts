import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { pricePointAt } from '../../../../local/simulator/prices/price-points.ts';
import { itMore } from '../../../groups/extent.ts';
import {
  answerOf,
  asked,
  change,
  ending,
  type PriceWorld,
  pricesOn,
  startPrices,
  TODAY,
  wish,
  writesOf,
} from '../price-teams.ts';

const NEAR = ['USA', 'GBR', 'FRA'];
const DECEMBER = '2026-12-01';
const CHRISTMAS = '2026-12-24';

for (const kind of ['inAppPurchase', 'app'] as const) {
  describe(`Prices of an ${kind === 'app' ? 'app' : 'in-app purchase'}`, () => {
    /** Both kinds have one form of schedule: the first test shows it of both, the others in `npm test` of an app. */
    const others = kind === 'app' ? it : itMore;
    let world: PriceWorld;
    let products = 400;
    before(async () => {
      world = await startPrices();
    });
    after(() => world.close());

    /** One with a base in the USA and a price of its own in Britain; France follows. */
    const add = (more: Record<string, unknown> = {}): string => {
      products += 1;
      const input = { team: 'acme', id: String(products), prices: { USA: '9.99', GBR: '7.99' }, ...more };
      if (kind === 'app') world.simulator.prices.addApp(input);
      else world.simulator.prices.addInAppPurchase(input);
      return String(products);
    };
    const write = (idempotencyKey: string, id: string, more: Record<string, unknown>) =>
      change(world, { idempotencyKey, product: { kind, id }, ...more });
    const on = (id: string, day: string) => pricesOn(world, kind, id, day, NEAR);
    const manual = (id: string) =>
      world.simulator.prices
        .pricesOf(kind, id)
        .filter((price) => price.manual)
        .map(
          ({ territory, customerPrice, startDate, endDate }) =>
            `${territory} ${customerPrice} ${startDate ?? ''}–${endDate ?? ''}`,
        )
        .toSorted();

    it('change by one request; what is not named stays', async () => {
      const id = add();
      asked(world);
      const record = await write('one', id, { prices: { GBR: '8.99' } });
      assert.equal(record.state, 'applied', JSON.stringify(record.problems));
      assert.equal(writesOf(asked(world)).length, 1);
      assert.deepEqual(on(id, TODAY), ['9.99', '8.99', '9.99']);
      assert.deepEqual(manual(id), ['GBR 8.99 –', 'USA 9.99 –']);
    });

    others('may have several dates, and a later one touches neither the present nor the others', async () => {
      const id = add();
      await write('d1', id, { prices: { USA: '10.99' }, startDate: DECEMBER });
      await write('d2', id, { prices: { USA: '8.99', GBR: '6.99' }, startDate: CHRISTMAS });
      assert.deepEqual(manual(id), [
        `GBR 6.99 ${CHRISTMAS}–`,
        `GBR 7.99 –${CHRISTMAS}`,
        `USA 10.99 ${DECEMBER}–${CHRISTMAS}`,
        `USA 8.99 ${CHRISTMAS}–`,
        `USA 9.99 –${DECEMBER}`,
      ]);
      assert.deepEqual(on(id, TODAY), ['9.99', '7.99', '9.99']);
      await write('d3', id, { prices: { USA: '11.99' }, startDate: DECEMBER });
      assert.deepEqual([on(id, DECEMBER)[0], on(id, CHRISTMAS)[0]], ['11.99', '8.99']);
      await write('d4', id, { prices: { USA: '9.99' }, startDate: DECEMBER });
      assert.deepEqual(
        manual(id).filter((row) => row.startsWith('USA')),
        [`USA 8.99 ${CHRISTMAS}–`, `USA 9.99 –${CHRISTMAS}`],
      );
      assert.ok(
        world.simulator.prices
          .history(kind, id)
          .every(({ changes }) => changes.every(({ from }) => from >= DECEMBER)),
      );
    });

    others('keep scheduled ones when the present one changes', async () => {
      const id = add();
      await write('k1', id, { prices: { GBR: '6.99' }, startDate: DECEMBER });
      await write('k2', id, { prices: { USA: '10.99', GBR: '8.99' } });
      assert.deepEqual(
        [on(id, TODAY), on(id, DECEMBER)],
        [
          ['10.99', '8.99', '10.99'],
          ['10.99', '6.99', '10.99'],
        ],
      );
    });

    others('move with the base territory, which the plan shows and the limits hold', async () => {
      const id = add();
      const json = wish({
        idempotencyKey: 'base',
        product: { kind, id },
        prices: { USA: '10.99' },
        dryRun: true,
      });
      const { plan } = await answerOf(world, json);
      const entries = plan?.entries ?? [];
      const follows = entries.filter((entry) => entry.kind === 'follows');
      assert.deepEqual([entries.length, follows.length], [174, 173]);
      assert.ok(follows.every(({ territory }) => territory !== 'GBR'));
      const record = await write('base', id, { prices: { USA: '10.99' } });
      assert.equal(record.state, 'applied');
      assert.deepEqual(on(id, TODAY), ['10.99', '7.99', '10.99']);

      world.simulator.prices[kind === 'app' ? 'addApp' : 'addInAppPurchase']({
        team: 'strict',
        id: `9${id}`,
        prices: { USA: '44.99', FRA: '44.99' },
      });
      const held = await change(world, {
        idempotencyKey: `held-${kind}`,
        team: 'strict',
        product: { kind, id: `9${id}` },
        prices: { USA: '49.99' },
      });
      assert.equal(held.state, 'rejected');
      const paths = new Set(held.problems.map(({ path }) => path));
      assert.ok(
        paths.has('prices.USA') && paths.has('prices.DEU') && !paths.has('prices.FRA'),
        [...paths].join(),
      );
    });

    others('are set for the first time by one request, with the USA as base', async () => {
      const id = add({ prices: undefined });
      asked(world);
      const record = await write('new', id, { prices: { FRA: '10.99', USA: '9.99' } });
      assert.equal(record.state, 'applied', JSON.stringify(record.problems));
      assert.equal(writesOf(asked(world)).length, 1);
      assert.deepEqual(on(id, TODAY), ['9.99', on(id, TODAY)[1], '10.99']);
      assert.equal(world.simulator.prices.effective(kind, id, TODAY).size, 175);
    });

    others('that a person changed since the plan are planned anew, so nothing is lost', async () => {
      const id = add();
      const schedules = kind === 'app' ? '/v1/appPriceSchedules' : '/v1/inAppPurchasePriceSchedules';
      const busy = world.simulator.faults.add({
        match: { method: 'POST', path: schedules },
        effect: { kind: 'rateLimited', retryAfterSeconds: 60 },
      });
      const json = wish({ idempotencyKey: 'mine', product: { kind, id }, prices: { USA: '8.99' } });
      assert.equal((await answerOf(world, json)).status, 'accepted');
      await world.quiet();
      assert.equal(busy.struck(), 1);
      const point = (territory: string, price: string) => ({
        point: pricePointAt({ kind, id, plan: 'UPFRONT' }, territory, price),
        startDate: null,
        endDate: null,
      });
      const product = world.simulator.prices.scheduled(kind, id, 'acme');
      product?.replace('USA', [point('USA', '9.99'), point('GBR', '6.99')], TODAY);
      const record = await ending(world, 'mine', { minutesARound: 1 });
      assert.deepEqual([record.state, record.planKeys.length], ['applied', 2]);
      assert.deepEqual(on(id, TODAY), ['8.99', '6.99', '8.99']);
      const names = (await world.bucket.list('audit/prices/acme/2026/11/mine/')).map((key) =>
        key.split('/').at(-1),
      );
      assert.ok(names.includes('001-all.json') && names.includes('001-all-plan2.json'), names.join());
    });

    others('that end are made to stay where they are asked for', async () => {
      const id = add();
      const point = (territory: string, price: string) =>
        pricePointAt({ kind, id, plan: 'UPFRONT' }, territory, price);
      const product = world.simulator.prices.scheduled(kind, id, 'acme');
      product?.replace(
        'USA',
        [
          { point: point('USA', '9.99'), startDate: null, endDate: null },
          { point: point('GBR', '5.99'), startDate: null, endDate: '2026-11-29' },
        ],
        TODAY,
      );
      const record = await write('stays', id, { prices: { GBR: '5.99' } });
      assert.match(record.outcome ?? '', /^applied: Apple shows every price/);
      assert.deepEqual(on(id, DECEMBER), ['9.99', '5.99', '9.99']);
    });

    others('follow the base again: by request, and by a rollback of a price of their own', async () => {
      const id = add();
      await write('own', id, { prices: { FRA: '8.99' } });
      assert.deepEqual(manual(id), ['FRA 8.99 –', 'GBR 7.99 –', 'USA 9.99 –']);
      const rollback = { team: 'acme', changeId: 'own', requestedBy: 'coo' };
      assert.equal((await answerOf(world, { rollback })).status, 'accepted');
      assert.equal((await ending(world, 'rollback-of/own')).state, 'applied');
      assert.deepEqual(manual(id), ['GBR 7.99 –', 'USA 9.99 –']);
      await write('follow', id, { prices: { USA: '8.99' }, follow: 'all' });
      assert.deepEqual(manual(id), ['USA 8.99 –']);
    });

    others('can have another base territory', async () => {
      const id = add();
      const record = await write('new-base', id, { baseTerritory: 'FRA', prices: { FRA: '10.99' } });
      assert.equal(record.state, 'applied');
      assert.equal(world.simulator.prices.scheduled(kind, id, 'acme')?.baseTerritory, 'FRA');
      assert.deepEqual(manual(id), ['FRA 10.99 –', 'GBR 7.99 –', 'USA 9.99 –']);
    });

    others('are planned a second time without reading the price points again', async () => {
      const id = add();
      const names = ['AUS', 'BRA', 'CAN', 'CHE', 'CHN', 'IND', 'JPN', 'KOR', 'MEX', 'SWE', 'THA', 'TUR'];
      const index = {
        territory: 'USA',
        price: '9.99',
        factors: Object.fromEntries(names.map((name) => [name, 0.9])),
      };
      const plan = async (idempotencyKey: string) => {
        asked(world);
        const answer = await answerOf(
          world,
          wish({ idempotencyKey, product: { kind, id }, dryRun: true, prices: undefined, index }),
        );
        assert.equal(answer.status, 'planned', JSON.stringify(answer.problems));
        return asked(world).length;
      };
      const [first, second] = [await plan('index-1'), await plan('index-2')];
      assert.ok(second < first && second <= 20, `${first} reads, then ${second}`);
    });
  });
}

describe('A free app', () => {
  it('becomes paid', async () => {
    const world = await startPrices();
    world.simulator.prices.addApp({ team: 'acme', id: '800000001', prices: { USA: '0' } });
    const record = await change(world, {
      idempotencyKey: 'go-paid',
      product: { kind: 'app', id: '800000001' },
      prices: { USA: '0.99' },
      requestedBy: 'pm@acme.example',
    });
    assert.equal(record.state, 'applied');
    assert.equal(world.simulator.prices.effective('app', '800000001', TODAY).get('USA'), '0.99');
    await world.close();
  });
});
