import type { KeyStatus } from '../../functions/keys/store/key-status.ts';
import type { Plan } from '../../functions/prices/plan/plan.ts';
import { percentChange } from '../../functions/prices/request/decimal.ts';
import { changeRecordSchema } from '../../functions/prices/store/change-record.ts';
import type { DayMoves, ProductMove } from '../../functions/prices/watch/day-moves.ts';
import { findEntry } from '../../functions/reports/catalogue/catalogue.ts';
import { type LedgerItem, ledgerItemSchema } from '../../functions/reports/partition/ledger-item.ts';
import type { PageAnswer, PageRow, StatusNumbers } from '../../functions/status/model/numbers.ts';
import type { ChangeDetail, SeriesStatus, Status } from '../../functions/status/model/status.ts';
import { seriesStatusOf } from '../../functions/status/read/series-status.ts';
import { territories } from '../../local/simulator/prices/territories.ts';

/** 24 November 2026, 09:07 in California. */
export const NOW = Date.parse('2026-11-24T17:07:00Z');
const DAY = 24 * 3_600_000;

/** A name as somebody might give an app to break the page. */
export const HOSTILE = `"><script>document.title='owned'</script><img src=x onerror="document.title='owned'">\u202egnp.`;

const sha = (index: number): string => index.toString(16).padStart(64, 'a');

/** A day's item in the ledger; what is given joins it. */
export const itemOf = (date: string, changes: Record<string, unknown> = {}): LedgerItem =>
  ledgerItemSchema.parse({
    pk: 'acme/85012345/SALES/SUMMARY/DAILY',
    sk: date,
    state: 'stored',
    expectedAt: NOW - 30 * DAY,
    settledAs: 'stored',
    sha256: sha(1),
    bytes: 1800,
    rows: 52,
    storedAt: NOW - 2 * DAY,
    rawKey: `raw/team=acme/vendor=85012345/SALES/SUMMARY/DAILY/${date}/${sha(1)}.tsv.gz`,
    tableKey: `tables/sales_summary_daily/team=acme/vendor=85012345/report_date=${date}/data.parquet`,
    ...changes,
  });

/** The last weeks of a series, stored but for the dates that are given. */
export function seriesOf(
  report: string,
  days: number,
  others: Record<string, Record<string, unknown>> = {},
): SeriesStatus {
  const entry = findEntry(report);
  if (entry === undefined) throw new RangeError(report);
  const items = Array.from({ length: days }, (_, index) => {
    const date = new Date(NOW - (index + 1) * DAY).toISOString().slice(0, 10);
    return itemOf(date, others[date]);
  });
  const series = { team: 'acme', vendor: '85012345', report };
  return seriesStatusOf({ series, entry, backfillDays: days }, items, NOW);
}

const none = {
  settledAs: undefined,
  sha256: undefined,
  bytes: undefined,
  rows: undefined,
  storedAt: undefined,
  rawKey: undefined,
  tableKey: undefined,
};

export const DAYS_OF_INTEREST: Record<string, Record<string, unknown>> = {
  '2026-11-23': {
    ...none,
    state: 'waiting',
    tries: 2,
    nextAttemptAt: NOW + 3_600_000,
    lastAnswer: 'not available yet (NOT_FOUND)',
    expectedAt: NOW - 3_600_000,
  },
  '2026-11-20': { ...none, state: 'failed', tries: 4, lastAnswer: `unknown answer: ${HOSTILE}` },
  '2026-11-19': { versions: [{ sha256: sha(2), rows: 50, bytes: 1700, storedAt: NOW - 4 * DAY }] },
  '2026-11-17': {
    ...none,
    state: 'waiting',
    tries: 40,
    overdueToldAt: NOW - 5 * DAY,
    lastAnswer: 'not available yet (NOT_FOUND)',
    nextAttemptAt: NOW + 600_000,
  },
  '2026-11-11': {
    ...none,
    state: 'empty',
    settledAs: 'empty',
    settledAt: NOW - 12 * DAY,
    lastAnswer: 'There were no sales for the date specified.',
  },
};

/** A price change; what is given joins the record. */
export function changeOf(changeId: string, changes: Record<string, unknown> = {}): ChangeDetail {
  const record = changeRecordSchema.parse({
    team: 'acme',
    changeId,
    rev: 3,
    state: 'planned',
    fingerprint: sha(3),
    request: {
      idempotencyKey: changeId,
      team: 'acme',
      product: { kind: 'subscription', id: '6448311069' },
      equalizeFrom: { territory: 'USA', price: '44.99' },
      requestedBy: 'cfo@acme.example',
      reason: 'winter sale',
    },
    seq: 1,
    acceptedAt: NOW - 3_600_000,
    movedAt: NOW - 1_800_000,
    planSha256: sha(4),
    planKey: `audit/prices/acme/2026/11/${encodeURIComponent(changeId)}/000-plan-aaaaaaaa.json`,
    ...changes,
  });
  return { record, audit: [{ key: record.planKey ?? '', at: NOW - 3_000_000 }] };
}

const BEFORE = '49.99';

/** A plan over all territories, with prices that fall, rise, stay and begin. */
export function planOf(changeId: string, warning = ''): Plan {
  return {
    team: 'acme',
    changeId,
    product: { kind: 'subscription', id: '6448311069' },
    startDate: '2026-11-26',
    stateSha256: sha(5),
    sha256: sha(4),
    steps: [],
    entries: territories.map(({ id, currency }, index) => {
      const price = `${40 + (index % 21)}.99`;
      const kind = index % 29 === 0 ? 'first' : price === BEFORE ? 'none' : 'change';
      const percent = percentChange(BEFORE, price) ?? '0';
      return {
        territory: id,
        currency,
        kind,
        present: kind === 'first' ? null : { price: BEFORE, proceeds: '34.99' },
        scheduled: [],
        target: { price, proceeds: '31.49', pricePointId: `p${index}` },
        changePercent: kind === 'first' ? null : percent,
        startDate: '2026-11-26',
        existingSubscribers: percent.startsWith('-') ? 'lowerPrice' : 'keepPrice',
        overwrites: [],
        removes: [],
        warnings: index === 3 && warning !== '' ? [warning] : [],
        before: [],
        after: [],
      };
    }),
  };
}

export function keyOf(
  job: 'reports' | 'prices',
  ageDays: number,
  changes: Partial<KeyStatus> = {},
): KeyStatus {
  return {
    team: 'acme',
    job,
    secretName: `app-store-connect/acme/${job}`,
    checkedAt: NOW - 3_600_000,
    health: 'well',
    findings: [],
    diagnoses: [],
    key: {
      keyId: job === 'reports' ? 'ABCDE12345' : 'FGHIJ67890',
      kind: 'team',
      role: job === 'reports' ? 'FINANCE' : 'APP_MANAGER',
      thumbprint: 'q5yN1X0',
      versionId: 'v1',
      createdAt: '2026-09-01',
      createdAtSource: 'secret',
      ageDays,
      maxAgeDays: 90,
      remainingDays: 90 - ageDays,
      rotateBy: '2026-11-30',
    },
    skewSeconds: 0,
    lastAcceptedAt: NOW - 3_600_000,
    sharedWith: [],
    ...changes,
  };
}

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

const moveOf = (territory: string, change: Partial<ProductMove> = {}): ProductMove => ({
  kind: 'proceeds',
  territory,
  product: { kind: 'subscription', id: '6448311069', name: HOSTILE, sku: 'com.acme.pro.yearly' },
  before: { price: '9.99', proceeds: '6.99', proceedsYear2: '8.49', currency: 'USD' },
  after: { price: '9.99', proceeds: '5.94', proceedsYear2: '7.22', currency: 'USD' },
  changePercent: '-15',
  ...change,
});

/** Automatic prices of an app in many territories. */
const MANY_MOVES = territories.slice(0, 70).map(({ id }) =>
  moveOf(id, {
    kind: 'automaticPrice',
    product: { kind: 'app', id: '9', name: 'Tide', sku: 'TIDE01' },
    before: { price: '4.99', proceeds: '3.49', proceedsYear2: null, currency: 'USD' },
    after: { price: '5.99', proceeds: '4.19', proceedsYear2: null, currency: 'USD' },
    changePercent: '20',
  }),
);

/** A day on which Apple moved something by itself. */
export const movedDay = (
  day: string,
  moves: readonly ProductMove[] = [moveOf('MUS'), moveOf('KAZ', { changePercent: '-20' })],
): DayMoves => ({
  team: 'acme',
  day,
  since: new Date(Date.parse(day) - DAY).toISOString().slice(0, 10),
  storefronts: [{ kind: 'currency', territory: 'BGR', previousCurrency: 'BGN', currency: 'EUR' }],
  moves: [...moves],
  tableKey: `tables/price_list_daily/team=acme/report_date=${day}/data.parquet`,
});

/** A status with everything in it, hostile names among it. */
export const sampleStatus = (): Status => ({
  asOf: NOW,
  source: `a sample ${HOSTILE}`,
  series: [
    seriesOf('SALES/SUMMARY/DAILY', 120, DAYS_OF_INTEREST),
    seriesOf('SUBSCRIPTION/SUMMARY/DAILY', 28),
    {
      team: 'acme',
      vendor: '85012345',
      report: 'FINANCIAL/ZZ',
      frequency: 'FISCAL_MONTHLY',
      days: ['2026-07', '2026-08', '2026-09', '2026-10'].map((date) => ({
        date,
        state: date === '2026-10' ? 'waiting' : 'stored',
      })),
    },
  ],
  plannerRanAt: NOW - 12 * 60_000,
  numbers: sampleNumbers(),
  changes: [
    { ...changeOf('winter-sale-2026/pro-yearly'), plan: planOf('winter-sale-2026/pro-yearly', HOSTILE) },
    changeOf(HOSTILE.replace(/[^\x21-\x7e]/g, '').slice(0, 120), {
      state: 'failed',
      outcome: HOSTILE,
      problems: [{ path: 'FRA', message: HOSTILE }],
      everSent: true,
    }),
    changeOf('autumn', {
      state: 'applied',
      everSent: true,
      movedAt: NOW - 9 * DAY,
      outcome: 'applied: Apple shows every price that was asked for',
    }),
  ],
  appleMoves: { days: [movedDay('2026-11-23'), movedDay('2026-11-20', MANY_MOVES)], unreadable: [] },
  keys: [
    keyOf('reports', 84, {
      findings: [
        {
          severity: 'warning',
          code: 'key-ageing',
          text: 'the key is 84 of 90 days old; rotate it by 2026-11-30',
        },
      ],
    }),
    keyOf('prices', 12, {
      health: 'refused',
      findings: [{ severity: 'problem', code: 'key-refused', text: `Apple refuses the key ${HOSTILE}` }],
      diagnoses: [
        {
          cause: 'key-revoked',
          confidence: 'certain',
          fix: 'The key was revoked; rotate it.',
          docs: 'docs/keys.md#key-revoked',
        },
      ],
      skewSeconds: 42,
    }),
  ],
});
