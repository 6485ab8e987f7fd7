import type { PageAnswer, PageRow, StatusNumbers } from '../../../functions/status/model/numbers.ts';
import { DAY, HOSTILE, NOW } from './base.ts';

const trendOf = (seed: number, days: number) =>
  Array.from({ length: days }, (_, index) => ({
    day: new Date(NOW - (days - index) * DAY).toISOString().slice(0, 10),
    value: `${50 + ((index * seed * 3) % 61)}.50`,
  }));

const rowOf = (
  name: string,
  currency: string | null,
  value: string,
  changes: Partial<PageRow> = {},
): PageRow => ({
  group: name,
  name,
  split: null,
  currency,
  value,
  before: '700.00',
  changePercent: 8.6,
  more: { units: '1288', downloads: '320' },
  trend: trendOf(value.length + name.length, 28),
  ...changes,
});

const answerOf = (rows: PageRow[], days: number, changes: Partial<PageAnswer> = {}): PageAnswer => ({
  period: { from: new Date(NOW - days * DAY).toISOString().slice(0, 10), to: '2026-11-23' },
  before: {
    from: new Date(NOW - 2 * days * DAY).toISOString().slice(0, 10),
    to: new Date(NOW - (days + 1) * DAY).toISOString().slice(0, 10),
  },
  rows,
  totals: rows.slice(0, 1),
  missingRates: [],
  missingDays: [],
  notes: [],
  ...changes,
});

const CURRENCIES = ['USD', 'EUR', 'JPY', 'GBP', 'CHF', 'SEK', 'BRL'];

/** What the tables of the sample say, by hand. */
export const sampleNumbers = (): StatusNumbers => ({
  day: answerOf(
    CURRENCIES.map((currency) => rowOf(currency, currency, '512.40')),
    1,
  ),
  weekday: answerOf(
    CURRENCIES.map((currency) => rowOf(currency, currency, '480.00')),
    1,
  ),
  month: answerOf(
    CURRENCIES.map((currency) =>
      rowOf(currency, currency, '15532.10', { before: '14000.00', changePercent: 10.9 }),
    ),
    23,
  ),
  trend: answerOf(
    CURRENCIES.map((currency) => rowOf(currency, currency, '32410.00', { trend: trendOf(5, 56) })),
    56,
  ),
  apps: answerOf(
    [
      rowOf('Photo Pro', 'USD', '15246.00'),
      rowOf(HOSTILE, 'USD', '286.00', { changePercent: -12.5 }),
      rowOf('Photo Pro', 'EUR', '900.10', { changePercent: null, before: null }),
      rowOf('Photo Pro', 'JPY', '0.00'),
    ],
    28,
    { notes: ['1 day of this period is not stored: 2026-11-17.'] },
  ),
  products: answerOf(
    Array.from({ length: 9 }, (_, index) =>
      rowOf(index === 3 ? HOSTILE : `Product ${index}`, 'USD', `${900 - index}.00`),
    ),
    28,
  ),
  countries: answerOf([rowOf('United States', 'USD', '700.00'), rowOf('Ecuador', 'USD', '20.00')], 28),
  subscriptions: answerOf(
    [rowOf(HOSTILE, null, '1450', { more: { trials: '40', billingRetry: '12', grace: '3' } })],
    28,
  ),
  mrr: answerOf([rowOf('USD', 'USD', '3390.00', { more: { paid: '1450', excluded: '0' } })], 28),
  effects: [
    {
      team: 'acme',
      changeId: 'winter-sale-2026/pro-yearly',
      product: { kind: 'subscription', id: '6448311069' },
      changeDay: '2026-10-20',
      lookDays: 28,
      measuredOn: '2026-11-21',
      measures: [
        {
          measure: 'units',
          outcome: 'fell',
          words: `In the 12 territories with the new price, sales fell by about 21 % ${HOSTILE}`,
        },
        { measure: 'proceeds', outcome: 'same', words: 'Proceeds stayed about the same.' },
      ],
    },
  ],
  names: { 'subscription/6448311069': HOSTILE },
});
