import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { openSmallLake, type Row } from './small-lake.ts';

const APP = 'com.ex.app';
function row(
  sku: string,
  type: string,
  units: number,
  [proceeds, price, currency, country]: readonly [number, number, string, string],
  more: Row = {},
): Row {
  const ids: Record<string, string> = { [APP]: '100', 'pro.yearly': '200', coins: '300', 'pro.life': '400' };
  const parent = sku.trim() === APP ? ' ' : APP;
  return {
    team: 'acme',
    vendor: '85012345',
    report_date: '2026-11-20',
    sku,
    title: sku.trim() === APP ? 'Acme' : sku,
    apple_identifier: ids[sku.trim()] ?? '500',
    product_type_identifier: type,
    units,
    developer_proceeds: proceeds,
    customer_price: price,
    customer_currency: currency,
    currency_of_proceeds: currency,
    country_code: country,
    parent_identifier: parent,
    subscription: ' ',
    cmb: ' ',
    ...more,
  };
}

const US_FREE = [0, 0, 'USD', 'US'] as const;
const ROWS = [
  row(`${APP} `, '1F', 10, US_FREE),
  row(APP, '1F', 3, [1.79, 2.99, 'EUR', 'DE']),
  row(APP, '1F', 1, [0, 0, 'EUR', 'DE'], { promo_code: 'CR-RW' }),
  row(APP, '7F', 50, US_FREE),
  row(APP, '3F', 4, US_FREE),
  row('pro.yearly', 'IAY', 2, [23.52, 39.99, 'EUR', 'DE']),
  row('pro.yearly', 'IAY', -1, [23.52, -39.99, 'EUR', 'DE']),
  row('pro.yearly', 'IAY', 5, US_FREE, { subscription: 'New' }),
  row('coins', 'IA1', 3, [112, 160, 'JPY', 'JP']),
  row('pro.life', 'IA3', 1, US_FREE),
];

describe('The model sales_daily', () => {
  let ask: Awaited<ReturnType<typeof openSmallLake>>;
  before(async () => {
    ask = await openSmallLake({ sales_summary_daily: ROWS });
  });

  const total = async (columns: string, where = 'true') => {
    const sums = columns.split(' ').map((name) => `cast(sum(${name}) AS double) AS ${name}`);
    const [found] = await ask(`SELECT ${sums.join(', ')} FROM sales_daily WHERE ${where}`);
    return found;
  };

  it('takes refunds off once: euros', async () =>
    assert.deepEqual(
      await total('proceeds customer_amount units_refunded units_sold', "customer_currency = 'EUR'"),
      {
        proceeds: 28.89,
        customer_amount: 48.96,
        units_refunded: 1,
        units_sold: 5,
      },
    ));

  it('multiplies what stands per unit: yen', async () =>
    assert.deepEqual(await total('proceeds customer_amount units_sold', "customer_currency = 'JPY'"), {
      proceeds: 336,
      customer_amount: 480,
      units_sold: 3,
    }));

  it('tells downloads, redownloads, updates, restores and free purchases apart', async () =>
    assert.deepEqual(await total('downloads redownloads updates restores units_free new_subscriptions'), {
      downloads: 14,
      redownloads: 4,
      updates: 50,
      restores: 1,
      units_free: 5,
      new_subscriptions: 5,
    }));

  it('tells the price of a refund as what was paid per unit: Apple writes it negative', async () =>
    assert.deepEqual(
      await ask(
        'SELECT cast(price AS double) AS price, cast(units AS int) AS units FROM sales_lines WHERE units < 0',
      ),
      [{ price: 39.99, units: -1 }],
    ));

  it('knows which kinds of rows can have money: updates, downloads again and restores cannot', async () =>
    assert.deepEqual(
      await ask('SELECT DISTINCT kind FROM product_types WHERE NOT is_sale ORDER BY kind'),
      ['free_subscription', 'redownload', 'restore', 'update'].map((kind) => ({ kind })),
    ));

  it('puts in-app purchases under their app, padded SKUs as well', async () =>
    assert.deepEqual(await ask('SELECT DISTINCT app_id FROM sales_daily'), [{ app_id: '100' }]));

  it('has a product once, with its latest name', async () => {
    const later = row(APP, '1F', 1, US_FREE, { report_date: '2026-11-21', title: 'Acme Pro' });
    const renamed = await openSmallLake({ sales_summary_daily: [...ROWS, later] });
    assert.deepEqual(
      await renamed(
        "SELECT name, kind, cast(last_day AS varchar) AS last_day FROM products WHERE product_id = '100'",
      ),
      [{ name: 'Acme Pro', kind: 'app', last_day: '2026-11-21' }],
    );
  });

  it('keeps a code that nobody knows, and a purchase whose app was never seen', async () => {
    const strange = await openSmallLake({
      sales_summary_daily: [row('thing', 'XP9', 2, [1, 2, 'USD', 'US'], { parent_identifier: 'com.other' })],
    });
    assert.deepEqual(
      await strange(
        'SELECT kind, app_id, cast(proceeds AS double) AS proceeds, cast(units_sold AS double) AS sold FROM sales_daily',
      ),
      [{ kind: 'unknown', app_id: null, proceeds: 2, sold: 2 }],
    );
  });

  it('knows a bundle credit from a refund', async () => {
    const credited = await openSmallLake({
      sales_summary_daily: [row(APP, '1', -1, [0.7, -0.99, 'USD', 'US'], { cmb: 'CMB-C' })],
    });
    assert.deepEqual(
      await credited(
        'SELECT cast(units_refunded AS double) AS refunded, cast(units_credited AS double) AS credited FROM sales_daily',
      ),
      [{ refunded: 0, credited: 1 }],
    );
  });

  it('is empty where there is no sale, not an error', async () => {
    const nothing = await openSmallLake({});
    assert.deepEqual(await nothing('SELECT * FROM sales_daily'), []);
  });

  it('has 175 storefronts with both codes', async () =>
    assert.deepEqual(
      await ask(
        "SELECT count(*)::int AS n, count(DISTINCT country_code)::int AS two, min(territory) FILTER (country_code = 'XK') AS kosovo FROM territories",
      ),
      [{ n: 175, two: 175, kosovo: 'XKS' }],
    ));
});
