import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { latestModel } from '../../functions/models/analytics-latest.ts';
import type { Column } from '../../functions/reports/table/column-type.ts';
import { openSmallLake, type Row } from './small-lake.ts';

const TEAM = { team: 'acme', vendor: '85012345' };

describe('The model finance_monthly', () => {
  const sale = (day: string, units: number): Row => ({
    ...TEAM,
    report_date: day,
    sku: 'com.ex.app',
    apple_identifier: '100',
    product_type_identifier: '1',
    units,
    developer_proceeds: 2.1,
    customer_price: Math.sign(units) * 2.99,
    customer_currency: 'EUR',
    currency_of_proceeds: 'EUR',
    country_code: 'DE',
  });
  const settled = (quantity: number): Row => ({
    ...TEAM,
    report_date: '2026-02',
    apple_identifier: '100',
    country_of_sale: 'DE',
    partner_share_currency: 'EUR',
    quantity,
    extended_partner_share: quantity * 2.1,
    customer_price: Math.sign(quantity) * 2.99,
  });

  it('stands beside the sales of the same days, with the difference', async () => {
    const ask = await openSmallLake({
      sales_summary_daily: [
        sale('2025-10-31', 1),
        sale('2025-11-10', 9),
        sale('2025-11-20', -1),
        sale('2025-11-29', 2),
      ],
      financial_zz: [settled(10), settled(-1)],
    });
    assert.deepEqual(
      await ask(`SELECT cast(first_day AS varchar) AS first, cast(last_day AS varchar) AS last, cast(units AS int) AS units,
        cast(returns AS int) AS returned, cast(proceeds AS double) AS proceeds, cast(proceeds_returned AS double) AS back,
        cast(sales_proceeds AS double) AS sales, cast(difference AS double) AS difference
        FROM finance_monthly WHERE fiscal_month = '2026-02'`),
      [
        {
          first: '2025-11-02',
          last: '2025-11-29',
          units: 10,
          returned: 1,
          proceeds: 18.9,
          back: -2.1,
          sales: 21,
          difference: -2.1,
        },
      ],
    );
  });
});

describe('The newest batch of an analytics day', () => {
  const columns: readonly Column[] = [
    { header: 'Date', name: 'date', type: { kind: 'date' }, required: true },
    { header: 'Territory', name: 'territory', type: { kind: 'string' }, required: false },
    { header: 'Counts', name: 'counts', type: { kind: 'decimal', precision: 18, scale: 2 }, required: false },
  ];
  const batch = (processed: string, day: string, territory: string, counts: number): Row => ({
    team: 'acme',
    app: '100',
    report_date: processed,
    date: day,
    territory,
    counts,
  });

  it('replaces the whole day: a row that the newer batch lacks is gone', async () => {
    const ask = await openSmallLake(
      {
        sessions: [
          batch('2026-11-19', '2026-11-17', 'US', 40),
          batch('2026-11-19', '2026-11-18', 'US', 10),
          batch('2026-11-20', '2026-11-18', 'US', 33),
          batch('2026-11-20', '2026-11-18', 'DE', 5),
          batch('2026-11-20', '2026-11-19', 'US', 7),
          batch('2026-11-21', '2026-11-19', 'US', 30),
        ],
      },
      { tables: { sessions: columns }, models: [latestModel('sessions', columns)] },
    );
    assert.deepEqual(
      await ask(
        'SELECT cast(date AS varchar) AS day, cast(sum(counts) AS int) AS counts FROM sessions_latest GROUP BY 1 ORDER BY 1',
      ),
      [
        { day: '2026-11-17', counts: 40 },
        { day: '2026-11-18', counts: 38 },
        { day: '2026-11-19', counts: 30 },
      ],
    );
  });
});
