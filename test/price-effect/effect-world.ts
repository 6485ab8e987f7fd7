import type { OutgoingEvent } from '../../functions/events/event-types.ts';
import { parseSettings } from '../../functions/platform/config/settings.ts';
import { dayNumber, dayOf } from '../../functions/price-effect/history/day-number.ts';
import type { EffectDependencies } from '../../functions/price-effect/measure/effect-dependencies.ts';
import type { StoredLook } from '../../functions/price-effect/store/effect-store.ts';
import type { Plan } from '../../functions/prices/plan/plan.ts';
import type { PlanEntry } from '../../functions/prices/plan/plan-entry.ts';
import type { ProductKind } from '../../functions/prices/request/product.ts';
import { type ChangeRecord, changeRecordSchema } from '../../functions/prices/store/change-record.ts';
import { seriesKey } from '../../functions/reports/catalogue/series.ts';
import { ledgerItemSchema } from '../../functions/reports/partition/ledger-item.ts';
import type { TableValues } from '../../functions/tables/read-table.ts';

export const PRODUCT = '6448311069';

/** The worked example of the method: five territories over 216 days, a change on day 180 in the first two. */
export const TERRITORIES = [
  ['USA', 'US', 'USD'],
  ['DEU', 'DE', 'EUR'],
  ['FRA', 'FR', 'EUR'],
  ['GBR', 'GB', 'GBP'],
  ['JPN', 'JP', 'JPY'],
] as const;
const BASE = [20, 6, 40, 9, 3];
const STEP = [7, 5, 11, 3, 2];
const MODULUS = [9, 4, 13, 5, 3];
const WEEKEND = [8, 2, 10, 3, 0];
const AT = 180;
export const FIRST_DAY = '2026-05-04';
export const CHANGE_DAY = dayOf(dayNumber(FIRST_DAY) + AT);

export const unitsOf = (territory: number, day: number): number => {
  const weekend = day % 7 >= 5 ? (WEEKEND[territory] ?? 0) : 0;
  const units =
    (BASE[territory] ?? 0) + ((day * (STEP[territory] ?? 0)) % (MODULUS[territory] ?? 1)) + weekend;
  return day >= AT && territory <= 1 ? Math.floor((units * 8) / 10) : units;
};

export type WorldChange = {
  changeId?: string;
  territories?: readonly string[];
  day?: string;
  kind?: ProductKind;
  /** What the price was and becomes. */
  prices?: readonly [before: string, after: string];
  /** What present subscribers get. */
  existingSubscribers?: PlanEntry['existingSubscribers'];
  productId?: string;
  /** Introductory offers were changed instead of prices. */
  isOffer?: boolean;
};

const entryOf = (
  territory: string,
  currency: string,
  [before, after]: readonly [string, string],
  day: string,
): PlanEntry => ({
  territory,
  currency,
  kind: 'change',
  present: { price: before, proceeds: '7.00' },
  scheduled: [],
  target: { price: after, proceeds: '8.40', pricePointId: `p-${territory}` },
  changePercent: '20',
  startDate: day,
  existingSubscribers: null,
  overwrites: [],
  removes: [],
  warnings: [],
  before: [{ from: null, price: before }],
  after: [
    { from: null, price: before },
    { from: day, price: after },
  ],
});

const OFFER = { mode: 'PAY_UP_FRONT', duration: 'ONE_MONTH', periods: 1 } as const;

function changeOf(change: WorldChange): { record: ChangeRecord; plan: Plan } {
  const {
    changeId = 'autumn',
    territories = ['USA', 'DEU'],
    day = CHANGE_DAY,
    kind = 'inAppPurchase',
    prices = ['9.99', '11.99'],
    isOffer = false,
    productId = PRODUCT,
  } = change;
  const moment = Date.parse(`${day}T18:00:00Z`);
  const product = { kind, id: productId };
  const record = changeRecordSchema.parse({
    team: 'acme',
    changeId,
    rev: 5,
    state: 'applied',
    fingerprint: 'f',
    request: {
      idempotencyKey: changeId,
      team: 'acme',
      product,
      prices: { USA: prices[1] },
      ...(isOffer && { introductoryOffer: OFFER }),
      startDate: day,
      requestedBy: 'cfo@acme.example',
      reason: 'costs',
    },
    seq: 1,
    acceptedAt: moment,
    movedAt: moment,
    everSent: true,
    planKey: `audit/${changeId}`,
  });
  const entries = TERRITORIES.filter(([territory]) => territories.includes(territory)).map(
    ([territory, , currency]) => ({
      ...entryOf(territory, currency, prices, day),
      existingSubscribers: change.existingSubscribers ?? null,
    }),
  );
  return {
    record,
    plan: {
      team: 'acme',
      changeId,
      product,
      startDate: day,
      entries,
      steps: [],
      ...(isOffer && { introductoryOffer: OFFER }),
      stateSha256: 's',
      sha256: 'p',
    },
  };
}

/** A report file: values by column, a list per row. */
type Rows = readonly Readonly<Record<string, unknown>>[];

/** As the reader of table files hands them out: all text. */
const columnsOf = (rows: Rows, wanted: readonly string[]): TableValues =>
  new Map(wanted.map((name) => [name, rows.map((row) => textOf(row[name]))]));
const textOf = (value: unknown): string | null => {
  if (value instanceof Date) return value.toISOString().slice(0, 10);
  return value === undefined || value === null ? null : String(value);
};

export type EffectWorldOptions = {
  today: string;
  changes?: readonly WorldChange[];
  /** Days whose report is not there. */
  missing?: readonly string[];
  /** The customer price of a territory on a day; 9.99 or 11.99 by the change when absent. */
  priceOn?: (territory: string, day: string) => number;
  /** Rows of the subscription event report of a day; without it the report is not subscribed. */
  events?: (day: string, index: number) => Rows;
  balance?: Rows;
  /** Rows of the sales report of a day, in place of the worked example. */
  sales?: (day: string, index: number) => Rows;
  /** `teams[].prices.effectComparisons`. */
  comparisons?: readonly unknown[];
};

/** Everything that measuring works with, in memory, over the worked example's sales. */
export function effectWorld(options: EffectWorldOptions) {
  const made = (options.changes ?? [{}]).map(changeOf);
  const reports = [
    'SALES/SUMMARY/DAILY',
    ...(options.events === undefined ? [] : ['SUBSCRIPTION_EVENT/SUMMARY/DAILY']),
    ...(options.balance === undefined ? [] : ['SUBSCRIPTION/SUMMARY/DAILY']),
  ];
  const settings = parseSettings({
    teams: [
      {
        name: 'acme',
        keys: { reports: 'acme/reports', prices: 'acme/prices' },
        vendors: [{ number: '85012345', reports }],
        prices: {
          ...{ maxIncreasePercent: 30, maxDecreasePercent: 60 },
          ...(options.comparisons !== undefined && { effectComparisons: options.comparisons }),
        },
      },
    ],
    notify: { emails: ['ops@acme.example'] },
  });
  const written = new Map<string, StoredLook>();
  const published = new Set<string>();
  const tables = new Map<string, Uint8Array>();
  const events: OutgoingEvent[] = [];
  const metrics = new Map<string, number>();
  const shas = new Map<string, string>();
  const state = { failToSend: false, reads: 0 };
  const nameOf = ({ detail }: StoredLook): string =>
    `${detail.changeId}/${detail.lookDays}-${detail.version}`;
  const salesOn = (day: string): Rows =>
    TERRITORIES.map(([territory, country], index) => {
      const changed = made.some(
        ({ plan }) =>
          plan.entries.some((one) => one.territory === territory) && day >= (plan.startDate ?? ''),
      );
      const price = options.priceOn?.(territory, day) ?? (changed ? 11.99 : 9.99);
      return {
        apple_identifier: PRODUCT,
        product_type_identifier: options.events === undefined ? 'IA1' : 'IAY',
        units: unitsOf(index, dayNumber(day) - dayNumber(FIRST_DAY)),
        developer_proceeds: price * 0.7,
        customer_price: price,
        country_code: country,
        subscription: options.events === undefined ? null : 'New',
      };
    });
  const deps: EffectDependencies = {
    teams: settings.teams,
    ledger: {
      changesSince: async function* () {
        for (const { record } of made) yield record;
      },
    },
    plansOf: async ({ changeId }) => made.flatMap(({ plan }) => (plan.changeId === changeId ? [plan] : [])),
    reports: {
      list: async (series, from, to) => {
        const items = [];
        const last = dayNumber(options.today) - 1;
        for (
          let number = Math.max(dayNumber(FIRST_DAY), dayNumber(from));
          number <= Math.min(last, dayNumber(to));
          number += 1
        ) {
          const day = dayOf(number);
          const open = options.missing?.includes(day) === true;
          items.push(
            ledgerItemSchema.parse({
              pk: seriesKey(series),
              sk: day,
              state: open ? 'waiting' : 'stored',
              ...(!open && { tableKey: `${series.report}|${day}`, sha256: shas.get(day) ?? 'first' }),
            }),
          );
        }
        return items;
      },
    },
    readTable: async (key, wanted) => {
      state.reads += 1;
      const [report = '', day = ''] = key.split('|');
      const index = dayNumber(day) - dayNumber(FIRST_DAY);
      if (report === 'SALES/SUMMARY/DAILY')
        return columnsOf(options.sales?.(day, index) ?? salesOn(day), wanted);
      if (report === 'SUBSCRIPTION/SUMMARY/DAILY') return columnsOf(options.balance ?? [], wanted);
      return columnsOf(options.events?.(day, index) ?? [], wanted);
    },
    store: {
      looks: async (_team, changeId) => {
        const own = [...written.values()].filter(({ detail }) => detail.changeId === changeId);
        const latest = own.filter(
          ({ detail }) =>
            !own.some(
              (other) => other.detail.lookDays === detail.lookDays && other.detail.version > detail.version,
            ),
        );
        return latest.map((look) => ({ look, isPublished: published.has(nameOf(look)) }));
      },
      write: async (look) => {
        const name = nameOf(look);
        written.set(name, written.get(name) ?? structuredClone(look));
        return written.get(name) ?? look;
      },
      markPublished: async (look) => void published.add(nameOf(look)),
      tableFiles: async (prefix) => new Set([...tables.keys()].filter((key) => key.startsWith(prefix))),
      putTable: async (key, bytes) => void tables.set(key, bytes),
    },
    sendEvents: async (sent) => {
      if (state.failToSend) throw new Error('the bus is down');
      events.push(...structuredClone(sent));
    },
    clock: { now: () => Date.parse(`${options.today}T20:00:00Z`) },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    metric: (name, value) => void metrics.set(name, value),
  };
  return { deps, options, written, events, tables, metrics, shas, state };
}

/** So many days after the change. */
export const daysAfterChange = (days: number): string => dayOf(dayNumber(CHANGE_DAY) + days);
