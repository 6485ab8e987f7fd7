import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { blamed, december, everyPage, get, pointId, ref, startPrices, today } from './prices-client.ts';

import { scheduleRequests, type WantedPrice } from './schedule-requests.ts';

for (const kind of ['inAppPurchase', 'app'] as const) {
  const {
    productPath,
    schedules,
    pointOfPrice,
    GEMS,
    list,
    start,
    schedule,
    post,
    manual,
    effective,
    ...name
  } = scheduleRequests(kind);

  const untouched = [
    ['USA', '9.99', null, null],
    ['GBR', '8.99', null, null],
  ];

  describe(`The price schedule of an ${kind}`, () => {
    it('is found from the product and by its id, with its base territory', async (context) => {
      const apple = await start(context);
      const fromProduct = await get(apple, `${productPath}/${GEMS}/${name.toSchedule}?include=baseTerritory`);
      const byId = await get(apple, `${list}?include=baseTerritory`);
      assert.deepEqual([byId.status, byId.data], [200, fromProduct.data]);
      assert.deepEqual([byId.data[0]?.type, byId.data[0]?.id], [schedules, GEMS]);
      assert.deepEqual(byId.data[0]?.relationships['baseTerritory']?.data, {
        type: 'territories',
        id: 'USA',
      });
      assert.deepEqual((await get(apple, `${list}/baseTerritory`)).data[0]?.attributes, { currency: 'USD' });
    });

    it('includes the first of its prices on demand', async (context) => {
      const apple = await start(context);
      const { data, included } = await get(
        apple,
        `${list}?include=manualPrices,automaticPrices&limit[automaticPrices]=3`,
      );
      assert.deepEqual(
        included.map(({ attributes }) => attributes['manual']),
        [true, true, false, false, false],
      );
      assert.deepEqual(
        data[0]?.relationships['automaticPrices']?.data,
        included.slice(2).map(({ type, id }) => ({ type, id })),
      );
    });

    it('lists manual prices with price point and territory', async (context) => {
      const apple = await start(context);
      const { data, included } = await get(
        apple,
        `${list}/manualPrices?filter[territory]=GBR&include=${pointOfPrice},territory`,
      );
      assert.deepEqual(data[0]?.attributes, { startDate: null, endDate: null, manual: true });
      assert.deepEqual(
        included.map(({ type, attributes }) => [type, attributes['customerPrice'] ?? attributes['currency']]),
        [
          ['territories', 'GBP'],
          [name.point, '8.99'],
        ],
      );
    });

    it('lets every other territory follow the base', async (context) => {
      const apple = await start(context);
      const { data } = await everyPage(apple, `${list}/automaticPrices?limit=100&include=territory`);
      const all = await everyPage(apple, '/v1/territories?limit=200');
      assert.equal(data.length, all.data.length - 2);
      assert.deepEqual(effective(apple, today, 'USA', 'GBR', 'FRA', 'JPN'), ['9.99', '8.99', '9.99', '1500']);
    });

    it('is replaced as a whole by a POST', async (context) => {
      const apple = await start(context);
      const { status, data } = await post(
        apple,
        await schedule(apple, [
          { territory: 'USA', price: '9.99', startDate: null, endDate: december },
          { territory: 'USA', price: '12.99', startDate: december },
          { territory: 'FRA', price: '10.99', startDate: null },
        ]),
      );
      assert.deepEqual([status, data[0]?.id], [201, GEMS]);
      assert.deepEqual(manual(apple), [
        ['USA', '9.99', null, december],
        ['USA', '12.99', december, null],
        ['FRA', '10.99', null, null],
      ]);
      assert.deepEqual(effective(apple, today, 'USA', 'GBR', 'FRA'), ['9.99', '8.99', '10.99']);
      assert.deepEqual(effective(apple, december, 'USA', 'GBR', 'FRA'), ['12.99', '11.49', '10.99']);
    });

    it('keeps a price by hand for a while only, if it is said to end', async (context) => {
      const apple = await start(context);
      await post(
        apple,
        await schedule(apple, [
          { territory: 'USA', price: '9.99' },
          { territory: 'FRA', price: '4.99', startDate: '2026-11-27', endDate: december },
        ]),
      );
      const days = ['2026-11-26', '2026-11-27', '2026-11-30', december];
      assert.deepEqual(
        days.flatMap((day) => effective(apple, day, 'FRA')),
        ['9.99', '4.99', '4.99', '9.99'],
      );
      const { data } = await get(apple, `${list}/automaticPrices?filter[territory]=FRA`);
      assert.deepEqual(
        data.map(({ attributes }) => [attributes['startDate'], attributes['endDate']]),
        [
          [null, '2026-11-27'],
          [december, null],
        ],
      );
    });

    it('moves to another base territory', async (context) => {
      const apple = await start(context);
      assert.equal(
        (await post(apple, await schedule(apple, [{ territory: 'JPN', price: '3000' }], 'JPN'))).status,
        201,
      );
      assert.deepEqual(effective(apple, today, 'JPN', 'USA'), ['3000', '19.99']);
      assert.equal((await get(apple, `${list}/baseTerritory`)).data[0]?.id, 'JPN');
    });

    it('takes a price that began in the past only if it stands in the schedule already', async (context) => {
      const apple = await start(context);
      const prices: WantedPrice[] = [
        { territory: 'USA', price: '9.99', startDate: null, endDate: today },
        { territory: 'USA', price: '12.99', startDate: today },
      ];
      assert.deepEqual(blamed(await post(apple, await schedule(apple, prices))), [
        'ENTITY_ERROR.ATTRIBUTE.INVALID /included/0/attributes/endDate',
      ]);
      prices.shift();
      assert.equal((await post(apple, await schedule(apple, prices))).status, 201);
      apple.clock.advance(48 * 3_600_000);
      assert.equal((await post(apple, await schedule(apple, prices))).status, 201);
      const past = [{ territory: 'USA', price: '13.99', startDate: today }];
      assert.deepEqual(blamed(await post(apple, await schedule(apple, past))), [
        'ENTITY_ERROR.ATTRIBUTE.INVALID /included/0/attributes/startDate',
      ]);
    });

    it('needs a base territory', async (context) => {
      const apple = await start(context);
      const answer = await post(apple, await schedule(apple, [{ territory: 'USA', price: '9.99' }], null));
      assert.deepEqual(
        [answer.status, blamed(answer)],
        [409, ['ENTITY_ERROR.ATTRIBUTE.REQUIRED /data/relationships/baseTerritory']],
      );
      assert.deepEqual(manual(apple), untouched);
    });

    for (const [why, prices, blame] of [
      [
        'no price of the base territory',
        [{ territory: 'FRA', price: '9.99' }],
        ['ENTITY_ERROR.RELATIONSHIP.INVALID /data/relationships/manualPrices'],
      ],
      [
        'a gap in the base territory',
        [
          { territory: 'USA', price: '9.99', endDate: december },
          { territory: 'USA', price: '12.99', startDate: '2026-12-02' },
        ],
        ['ENTITY_ERROR.RELATIONSHIP.INVALID /data/relationships/manualPrices'],
      ],
      [
        'two prices at once',
        [
          { territory: 'USA', price: '9.99' },
          { territory: 'USA', price: '12.99', startDate: december },
        ],
        ['ENTITY_ERROR.ATTRIBUTE.INVALID /included/1/attributes/startDate'],
      ],
      [
        'an end before the start',
        [
          { territory: 'USA', price: '9.99' },
          { territory: 'FRA', price: '9.99', startDate: december, endDate: december },
        ],
        ['ENTITY_ERROR.ATTRIBUTE.INVALID /included/1/attributes/endDate'],
      ],
    ] satisfies [string, WantedPrice[], string[]][]) {
      it(`refuses ${why}, and nothing takes effect`, async (context) => {
        const apple = await start(context);
        const answer = await post(apple, await schedule(apple, prices));
        assert.deepEqual([answer.status, blamed(answer)], [409, blame]);
        assert.deepEqual(manual(apple), untouched);
      });
    }

    it('names every included item that fails, and then nothing takes effect', async (context) => {
      const apple = await start(context);
      const body = await schedule(apple, [
        { territory: 'USA', price: '9.99' },
        { territory: 'FRA', price: '9.99' },
        { territory: 'JPN', price: '3000' },
      ]);
      const [, french, japanese] = body.included;
      if (french === undefined || japanese === undefined) throw new Error('Three items were expected.');
      french.relationships = { [pointOfPrice]: ref(name.point, 'nonsense') };
      japanese.relationships = {};
      assert.deepEqual(blamed(await post(apple, body)), [
        `ENTITY_ERROR.RELATIONSHIP.INVALID /included/1/relationships/${pointOfPrice}`,
        `ENTITY_ERROR.RELATIONSHIP.REQUIRED /included/2/relationships/${pointOfPrice}`,
      ]);
      assert.deepEqual(manual(apple), untouched);
    });

    it('is not found before there is one, nor that of another team', async (context) => {
      const apple = await start(context);
      const { prices } = apple.simulator;
      const add = kind === 'app' ? prices.addApp.bind(prices) : prices.addInAppPurchase.bind(prices);
      add({ team: 'acme', id: '11' });
      add({ team: 'umbra', id: '12', prices: { USA: '9.99' } });
      const status = async (path: string) => (await get(apple, path)).status;
      assert.deepEqual([await status(`${productPath}/11`), await status(`/v1/${schedules}/11`)], [200, 404]);
      assert.deepEqual(
        [await status(`${productPath}/12`), await status(`/v1/${schedules}/12/manualPrices`)],
        [404, 404],
      );
    });
  });

  describe(`The price points of an ${kind}`, () => {
    it('are equalized in every territory but their own', async (context) => {
      const apple = await start(context);
      const id = await pointId(apple, `${productPath}/${GEMS}/${name.pricePoints}`, 'USA', '9.99');
      const path = `${name.equalizations}/${id}/equalizations`;
      const { data } = await everyPage(apple, `${path}?limit=200&include=territory`);
      const all = await everyPage(apple, '/v1/territories?limit=200');
      assert.equal(data.length, all.data.length - 1);
      const japan = await get(apple, `${path}?filter[territory]=JPN`);
      assert.equal(japan.data[0]?.attributes['customerPrice'], '1500.0');
    });
  });
}

describe('An app', () => {
  it('may be free, an in-app purchase may not', async (context) => {
    const apple = await startPrices(context);
    apple.simulator.prices.addApp({ team: 'acme', id: '1', prices: { USA: '0' } });
    assert.deepEqual(
      new Set(apple.simulator.prices.effective('app', '1', today).values()),
      new Set(['0.00', '0']),
    );
    assert.throws(() =>
      apple.simulator.prices.addInAppPurchase({ team: 'acme', id: '2', prices: { USA: '0' } }),
    );
  });

  it('comes along with a price point on demand', async (context) => {
    const apple = await startPrices(context);
    apple.simulator.prices.addApp({ team: 'acme', id: '1', name: 'Castle', prices: { USA: '0.99' } });
    const id = await pointId(apple, '/v1/apps/1/appPricePoints', 'USA', '0.99');
    const { data, included } = await get(apple, `/v3/appPricePoints/${id}?include=app`);
    assert.deepEqual(data[0]?.relationships['app']?.data, { type: 'apps', id: '1' });
    assert.equal(included[0]?.attributes['name'], 'Castle');
  });
});
