import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { publishedEvents } from '../../../functions/events/contract.ts';
import { driftMessage } from '../../../functions/notify/drift-message.ts';
import { accepted } from '../../../functions/platform/validation/checked.ts';
import type { PriceState } from '../../../functions/prices/plan/price-state.ts';
import {
  type ReconcileDependencies,
  reconcilePrices,
} from '../../../functions/prices/reconcile/reconcile-prices.ts';
import type { ChangeState } from '../../../functions/prices/store/change-record.ts';
import type { FirstCurrencies } from '../../../functions/prices/store/kept/desired-currencies.ts';
import { type Acceptance, acceptance } from '../accept/acceptance.ts';
import { fakePriceList, stateOf, TOMORROW } from '../fake-price-list.ts';
import { OPEN_RULES } from '../request/requests.ts';

const DAY = 24 * 3_600_000;
const CHRISTMAS = '2026-12-24';
const SUBSCRIPTION = 'desired/prices/acme/subscription/1.json';
const PURCHASE = 'desired/prices/acme/inAppPurchase/1.json';

type World = Acceptance & {
  deps: ReconcileDependencies;
  files: Record<string, string>;
  apple: { state: PriceState };
  run(only?: string): ReturnType<typeof reconcilePrices>;
  drifts(): Record<string, unknown>[];
  /** Ends every open change so. */
  end(state: ChangeState, outcome: string): void;
};

/** A team with files of desired prices and one product at Apple. */
function world(
  state: PriceState,
  files: Record<string, string>,
  desired: 'report' | 'enforce' = 'enforce',
): World {
  const at = acceptance({ desired });
  const apple = { state };
  const first = new Map<string, FirstCurrencies>();
  const deps: ReconcileDependencies = {
    ...at,
    rules: () => OPEN_RULES,
    priceList: (_, { kind }) => fakePriceList(apple.state, kind),
    files: {
      list: async function* (prefix) {
        for (const [key, text] of Object.entries(files))
          if (key.startsWith(prefix)) yield { key, version: `etag-of-${text.length}` };
      },
      read: async (key) => accepted(files[key] ?? ''),
    },
    currencies: {
      read: async (team, { kind, id }) => first.get(`${team}/${kind}/${id}`) ?? {},
      write: async (team, { kind, id }, seen) => void first.set(`${team}/${kind}/${id}`, seen),
    },
  };
  return {
    ...at,
    deps,
    files,
    apple,
    run: (only) => reconcilePrices(deps, only),
    drifts: () =>
      at.events.filter(({ detailType }) => detailType === 'Price Drift Detected').map(({ detail }) => detail),
    end: (ended, outcome) => {
      for (const record of Object.values(at.data.changes)) {
        if (record.state === 'accepted') Object.assign(record, { state: ended, outcome });
      }
    },
  };
}

const live = (usa: string, more: Parameters<typeof stateOf>[0] = {}): PriceState =>
  stateOf({ present: { USA: usa, FRA: '10.99' }, earliest: TOMORROW, ...more });
const purchase = (more: Parameters<typeof stateOf>[0] = {}): PriceState =>
  stateOf({ present: { USA: '9.99', FRA: '10.99' }, automatic: ['FRA'], baseTerritory: 'USA', ...more });
const wanted = JSON.stringify({ prices: { USA: '9.99' }, preserveCurrentPrice: true });

describe('A correction of desired prices', () => {
  it('is requested once while it is under way', async () => {
    const at = world(live('4.99'), { [SUBSCRIPTION]: wanted });
    for (let run = 0; run < 3; run += 1) assert.equal((await at.run())[0]?.result, 'requested');
    assert.equal(Object.keys(at.data.changes).length, 1);
  });

  for (const [state, outcome] of [
    ['rejected', 'rejected: 1 problem'],
    ['failed', 'failed: Apple shows no price of this change'],
    ['unsettled', 'unsettled'],
    ['applied', 'applied: Apple shows every price that was asked for'],
  ] as const) {
    it(`is owed again after an attempt was ${state} and the drift is still or again there`, async () => {
      const at = world(live('4.99'), { [SUBSCRIPTION]: wanted });
      await at.run();
      at.end(state, outcome);
      at.clock.at += DAY;
      const [second] = await at.run();
      assert.equal(second?.result, 'requested');
      assert.match(second?.reason ?? '', new RegExp(`ended: ${outcome}`));
      assert.equal(at.queued.length, 2, 'the second attempt is queued');
      at.end(state, outcome);
      const [third] = await at.run();
      assert.equal(third?.result, 'requested', 'the same day again');
      assert.equal(Object.keys(at.data.changes).length, 3);
    });
  }

  it('ends when Apple shows the prices of the file', async () => {
    const at = world(live('4.99'), { [SUBSCRIPTION]: wanted });
    await at.run();
    at.end('applied', 'applied');
    at.apple.state = live('9.99');
    assert.equal((await at.run())[0]?.result, 'same');
  });

  it('needs nobody who plans without sending', async () => {
    const at = world(live('4.99'), { [SUBSCRIPTION]: wanted });
    assert.ok('planOnly' in at.deps);
    const { planOnly: _, ...rest } = { ...at.deps, planOnly: undefined };
    assert.equal((await reconcilePrices(rest))[0]?.result, 'requested');
  });
});

describe('Price Drift Detected', () => {
  it('has the same id in a repeat of the run and another one the next day', async () => {
    const at = world(live('4.99'), { [SUBSCRIPTION]: wanted }, 'report');
    await at.run();
    await at.run();
    at.clock.at += DAY;
    await at.run();
    const ids = at.drifts().map(({ id }) => id);
    assert.deepEqual([ids[0] === ids[1], ids[1] === ids[2]], [true, false]);
  });
});

describe("A schedule that somebody made on Apple's page", () => {
  for (const [name, key, before, after] of [
    [
      'a subscription',
      SUBSCRIPTION,
      live('9.99', { scheduled: { USA: { [CHRISTMAS]: '4.99' } } }),
      live('4.99'),
    ],
    [
      'an in-app purchase',
      PURCHASE,
      purchase({ scheduled: { USA: { [CHRISTMAS]: '4.99' } } }),
      purchase({ present: { USA: '4.99' } }),
    ],
  ] as const) {
    it(`is drift of ${name} before and after it starts`, async () => {
      const text = JSON.stringify({ prices: { USA: '9.99' } });
      for (const state of [before, after]) {
        const at = world(state, { [key]: text }, 'report');
        assert.deepEqual(
          (await at.run()).map(({ result, territories }) => [result, territories]),
          [['drift', 1]],
        );
      }
    });
  }
});

describe('Desired prices in another currency than Apple sells in', () => {
  const withTerritory = (territory: string, price: string, currency: string): PriceState => {
    const state = live('14.99');
    const [usa] = state.territories.values();
    assert.ok(usa?.present !== undefined);
    const present = { ...usa.present, id: `${territory}-${price}`, territory, customerPrice: price };
    return {
      ...state,
      territories: new Map([...state.territories, [territory, { ...usa, currency, present }]]),
    };
  };
  const bulgaria = (price: string): PriceState => withTerritory('BGR', price, 'EUR');
  const file = (more: object) =>
    JSON.stringify({ prices: { USA: '19.99', BGR: '59.99' }, preserveCurrentPrice: true, ...more });

  it('are told and never applied as a number, where the file names the old currency or none', async () => {
    for (const more of [{}, { currencies: { BGR: 'BGN' } }]) {
      const at = world(bulgaria('30.99'), { [SUBSCRIPTION]: file(more) });
      const [result] = await at.run();
      assert.equal(result?.result, 'requested');
      assert.match(result?.reason ?? '', /BGR.*not applied as a number/);
      assert.deepEqual(Object.values(at.data.changes)[0]?.request.prices, { USA: '19.99' });
      const told = JSON.stringify(at.drifts()[0]?.['territories']);
      assert.match(told, /"territory":"BGR","currency":"EUR","present":"30.99","desired":"59.99"/);
    }
  });

  it('are not applied where the currency has changed since the price was first compared', async () => {
    const text = (price: string) =>
      JSON.stringify({ prices: { USA: '14.99', XYZ: price }, preserveCurrentPrice: true });
    const at = world(withTerritory('XYZ', '5.99', 'OLD'), { [SUBSCRIPTION]: text('7.99') }, 'report');
    await at.run();
    at.apple.state = withTerritory('XYZ', '3.99', 'EUR');
    const [changed] = await at.run();
    assert.match(changed?.reason ?? '', /XYZ: when 7.99 was first compared, Apple sold there in OLD/);
    // A file of another version with the same price is as old as that price.
    at.files[SUBSCRIPTION] = `${text('7.99')} `;
    assert.match((await at.run())[0]?.reason ?? '', /first compared/);
    at.files[SUBSCRIPTION] = text('3.99');
    assert.equal((await at.run())[0]?.result, 'same');
  });

  it('alone ask for nothing; event and notification say that it is the currency', async () => {
    for (const more of [{}, { currencies: { BGR: 'BGN' } }]) {
      const text = JSON.stringify({ prices: { BGR: '59.99' }, ...more });
      const at = world(bulgaria('30.99'), { [SUBSCRIPTION]: text });
      assert.equal((await at.run())[0]?.result, 'drift');
      assert.deepEqual(at.data.changes, {});
      const [detail] = at.drifts();
      const expected = {
        territory: 'BGR',
        currency: 'EUR',
        present: '30.99',
        desired: '59.99',
        desiredCurrency: 'BGN',
      };
      assert.deepEqual(detail?.['territories'], [expected]);
      const { text: mail, chat } = driftMessage(publishedEvents['Price Drift Detected'].parse(detail));
      assert.match(mail, /^Apple sells in another currency than the file of desired prices states\./);
      assert.match(mail, /BGR +30\.99 +59\.99 BGN \(!\) +EUR/);
      assert.match(mail, /put the prices of BGR into .* in Apple's currency, and name it/);
      assert.doesNotMatch(mail, /enforce/, 'no number is to be applied');
      assert.match(chat.description, /Only the currency differs/);
    }
  });

  it('are applied once the file says that they are in the new one', async () => {
    const text = JSON.stringify({ prices: { BGR: '30.99' }, currencies: { BGR: 'EUR' } });
    assert.equal((await world(bulgaria('30.99'), { [SUBSCRIPTION]: text }).run())[0]?.result, 'same');
  });
});

describe('Files under desired/', () => {
  it('that are none are left alone, those that contradict each other are told', async () => {
    const at = world(live('9.99'), {
      'desired/prices/': '',
      'desired/prices/acme/.gitkeep': '',
      'desired/prices/acme/README.md': '# prices',
      [SUBSCRIPTION]: wanted,
      'desired/prices/acme/subscription/1.csv': 'territory,price\nUSA,4.99\n',
      'desired/prices/acme/subscription/12.csv': 'territory,price\nUSA,9.99\n',
    });
    const results = await at.run();
    assert.deepEqual(
      results.map(({ key, result }) => `${key.split('/').at(-1)} ${result}`),
      ['1.json unreadable', '1.csv unreadable', '12.csv same'],
    );
    assert.match(results[0]?.reason ?? '', /conflict: .*1\.csv says the prices of the same product too/);
    assert.deepEqual(
      (await at.run(SUBSCRIPTION)).map(({ result }) => result),
      ['unreadable'],
    );
    const told = at.events.filter(({ detailType }) => detailType === 'Price Change Rejected');
    assert.equal(told[0]?.detail['file'], SUBSCRIPTION);
    assert.equal(told[0]?.detail['team'], 'acme');
  });

  it('are asked for only where they can be: an event with another key, or with one that S3 takes no more, lists nothing', async () => {
    const long = `desired/prices/acme/subscription/${'9'.repeat(1024)}.csv`;
    const at = world(live('9.99'), { 'inbox/prices/1.csv': wanted, [long]: wanted });
    for (const key of ['inbox/prices/1.csv', 'x'.repeat(20_000), '', long])
      assert.deepEqual(await at.run(key), []);
    assert.deepEqual(at.events, []);
  });
});

describe('A file of desired prices over many products', () => {
  const MANY = 'desired/prices/acme/campaigns/price-list.json';
  const two = [
    { kind: 'subscription', id: '1' },
    { kind: 'subscription', id: '2' },
  ];
  const many = JSON.stringify({
    products: two,
    change: { prices: { USA: '9.99' }, preserveCurrentPrice: true },
  });
  const requested = (at: World) =>
    Object.values(at.data.changes).map(({ changeId, request }) => [
      changeId.split('/').slice(0, 3).join('/'),
      request.product.id,
      request.prices,
    ]);

  it('corrects each product by itself, once while its correction is under way', async () => {
    const at = world(live('4.99'), { [MANY]: many });
    for (let run = 0; run < 2; run += 1)
      assert.deepEqual(
        (await at.run()).map(({ key, result }) => [key, result]),
        [
          [MANY, 'requested'],
          [MANY, 'requested'],
        ],
      );
    assert.deepEqual(requested(at), [
      ['desired/subscription/1', '1', { USA: '9.99' }],
      ['desired/subscription/2', '2', { USA: '9.99' }],
    ]);
    assert.deepEqual(
      at.drifts().map(({ file }) => file),
      [MANY, MANY, MANY, MANY],
    );
  });

  it('only reports where the team has set so', async () => {
    const at = world(live('4.99'), { [MANY]: many }, 'report');
    assert.deepEqual(
      (await at.run(MANY)).map(({ result }) => result),
      ['drift', 'drift'],
    );
    assert.deepEqual(requested(at), []);
  });

  it('may be CSV, with the product in each line', async () => {
    const csv = 'desired/prices/acme/campaigns/price-list.csv';
    const at = world(
      live('4.99'),
      {
        [csv]: 'product_kind,product_id,territory,price\nsubscription,1,USA,9.99\nsubscription,2,FRA,10.99\n',
      },
      'report',
    );
    assert.deepEqual(
      (await at.run()).map(({ result, territories }) => [result, territories]),
      [
        ['drift', 1],
        ['same', 0],
      ],
    );
  });

  it('contradicts a file of one of its products: neither says that price, and both are told; the others are compared', async () => {
    const at = world(live('4.99'), { [MANY]: many, [SUBSCRIPTION]: wanted });
    const results = await at.run();
    assert.deepEqual(
      results.map(({ key, result }) => [key, result]),
      [
        [MANY, 'unreadable'],
        [MANY, 'requested'],
        [SUBSCRIPTION, 'unreadable'],
      ],
    );
    assert.match(
      results[0]?.reason ?? '',
      /conflict: .*subscription\/1\.json says the prices of the same product/,
    );
    assert.match(results[2]?.reason ?? '', /conflict: .*price-list\.json .*subscription 1/);
  });

  it('must not name a product twice', async () => {
    const at = world(live('4.99'), {
      [MANY]: JSON.stringify({ products: [two[0], two[0]], change: { prices: { USA: '9.99' } } }),
    });
    const [first] = await at.run();
    assert.match(first?.reason ?? '', /it names subscription 1 twice/);
    assert.deepEqual(requested(at), []);
  });

  it('leaves out fields that are for another kind of product, where one change is for all', async () => {
    const at = world(purchase(), {
      [MANY]: JSON.stringify({
        products: [{ kind: 'inAppPurchase', id: '1' }],
        change: { prices: { USA: '10.99' }, preserveCurrentPrice: true },
      }),
    });
    assert.deepEqual(
      (await at.run()).map(({ result }) => result),
      ['requested'],
    );
  });

  for (const [what, text, reason] of [
    [
      'of another form',
      '{"prices":{}}',
      /"prices" is unknown; it must be a JSON object with products and change/,
    ],
    [
      'with an unknown field',
      JSON.stringify({ changes: [{ product: two[0], until: 'x' }] }),
      /"until" is unknown/,
    ],
    ['without a product', JSON.stringify({ changes: [] }), /names no product/],
    ['with a line of no product', JSON.stringify({ changes: [{ prices: {} }] }), /names no product/],
  ] as const)
    it(`${what} is told, and nothing is compared`, async () => {
      const at = world(live('4.99'), { [MANY]: text });
      const [first, ...more] = await at.run();
      assert.deepEqual([first?.result, more], ['unreadable', []]);
      assert.match(first?.reason ?? '', reason);
    });
});
