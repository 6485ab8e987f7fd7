import type { Settings } from '../platform/config/settings.ts';
import { type Column, type ColumnType, DATE, NUMBER, TEXT } from '../reports/table/column-type.ts';

/** A column of a table that this product fills itself, with what its values mean. */
export type OwnColumn = Column & { comment: string };

/** A table of the lake that holds no report of Apple: what this product measured, changed or looked up. */
export type OwnTable = {
  name: string;
  /** What one row is, in words. */
  grain: string;
  description: string;
  columns: readonly OwnColumn[];
  /** The first partition below `tables/<name>/`, such as `team=acme/`. */
  partition: { name: string; comment: string };
  /** A file per day, under a second partition: `team=acme/report_date=2026-11-24/data.parquet`. Else files have names. */
  perDay?: true;
};

const column = (name: string, type: ColumnType, comment: string): OwnColumn => ({
  header: name,
  name,
  type,
  required: true,
  comment,
});

const TEAM = { name: 'team', comment: 'Team of the settings.' };

const PRODUCT = [
  column('product_kind', TEXT, 'subscription, inAppPurchase or app.'),
  column('product_id', TEXT, "Apple ID of the product, as in sales_daily's product_id."),
  column('plan', TEXT, 'Of subscriptions: UPFRONT or MONTHLY.'),
];

/** Every look at the effect of a price change, one row per measure. Written by the job that measures effects. */
export const PRICE_EFFECTS: OwnTable = {
  name: 'price_effects',
  grain: 'one price change, look and measure',
  description:
    'What sales did in the territories of a price change, compared with those whose price stayed. Not a proof of a cause: docs/price-effects.md.',
  partition: TEAM,
  columns: [
    column('change_id', TEXT, 'Idempotency key of the price change.'),
    ...PRODUCT,
    column('change_day', DATE, 'Day on which the new price began, Pacific time.'),
    column('look_days', NUMBER, 'Full days after the change that are compared: 7, 28 or 56.'),
    column(
      'version',
      NUMBER,
      '1, and one more each time that a restated report changed the look. Only the latest is here.',
    ),
    column('measured_on', DATE, 'Pacific day of the measurement.'),
    column(
      'measure',
      TEXT,
      'units, proceeds, starts, trials, conversions, cancellations, new_proceeds and so on.',
    ),
    column(
      'outcome',
      TEXT,
      'rose, fell, same, cannot-tell, too-little-data, no-comparison, too-early, disturbed or counted. more-than-other, less-than-other: every territory changed; the comparison (stayed_before, stayed_after) is the product that words names.',
    ),
    column(
      'ratio',
      NUMBER,
      'After divided by before, relative to the comparison: 0.79 is 21 % less. NULL where nothing is told.',
    ),
    column('low', NUMBER, 'Lower end of the 90 % interval.'),
    column('high', NUMBER, 'Upper end of the 90 % interval.'),
    column(
      'rarely_shows_below',
      NUMBER,
      'A rise below this share rarely shows with these data: 0.35 is 35 %. A fall shows from 1 - 1 / (1 + share) on: 26 %.',
    ),
    column(
      'changed_territories',
      NUMBER,
      'Territories whose price this change moved and which sold the product.',
    ),
    column('stayed_territories', NUMBER, 'Territories of the comparison: the price stayed.'),
    column('changed_before', NUMBER, 'Units in the 56 days before, in the changed territories.'),
    column('changed_after', NUMBER, 'Units in the days after.'),
    column('stayed_before', NUMBER, 'Units in the 56 days before, in the comparison.'),
    column('stayed_after', NUMBER, 'Units in the days after, in the comparison.'),
    column('words', TEXT, 'The sentence for people.'),
  ],
};

/** The changed territories of a look that sold enough to be told alone. Written by the job that measures effects. */
export const PRICE_EFFECT_TERRITORIES: OwnTable = {
  name: 'price_effect_territories',
  grain: 'one price change, look, measure and territory whose price changed',
  description:
    'The effect of a price change in single territories, each compared with all territories whose price stayed. Territories with too few sales are not here.',
  partition: TEAM,
  columns: [
    column('change_id', TEXT, 'Idempotency key of the price change.'),
    ...PRODUCT,
    column('change_day', DATE, 'Day on which the new price began, Pacific time.'),
    column('look_days', NUMBER, 'Full days after the change that are compared: 7, 28 or 56.'),
    column('version', NUMBER, 'As in price_effects.'),
    column('measure', TEXT, 'units, proceeds, starts, trials, new_units, new_proceeds and so on.'),
    column('territory', TEXT, 'Three letters, see territories.'),
    column(
      'outcome',
      TEXT,
      'rose, fell, same or cannot-tell. A word needs a stricter interval the more territories the look lists.',
    ),
    column('ratio', NUMBER, 'After divided by before, relative to the comparison: 0.79 is 21 % less.'),
    column('low', NUMBER, 'Lower end of the 90 % interval.'),
    column('high', NUMBER, 'Upper end of the 90 % interval.'),
    column('changed_before', NUMBER, 'Units in the 56 days before, in this territory.'),
    column('changed_after', NUMBER, 'Units in the days after, in this territory.'),
  ],
};

/** Every price that a change moved, from the audit. Written by the same job, when the change is applied. */
export const PRICE_CHANGES: OwnTable = {
  name: 'price_changes',
  grain: 'one applied price change and territory that it moved',
  description:
    'Price changes by territory: who changed what, when and why. Prices that Apple moved by itself are not here, see price_list_daily.',
  partition: TEAM,
  columns: [
    column('change_id', TEXT, 'Idempotency key of the price change.'),
    ...PRODUCT,
    column('territory', TEXT, 'Three letters, see territories.'),
    column('currency', TEXT, 'Currency of the prices.'),
    column('price_before', NUMBER, 'Customer price before; NULL where there was none.'),
    column('price_after', NUMBER, 'Customer price after.'),
    column('proceeds_before', NUMBER, 'Proceeds per unit at the price before, as Apple lists them.'),
    column('proceeds_after', NUMBER, 'Proceeds per unit at the price after, as Apple lists them.'),
    column('effective_day', DATE, 'Day on which the new price began, Pacific time.'),
    column('existing_subscribers', TEXT, 'keepPrice, newPrice or lowerPrice; NULL for other products.'),
    column(
      'by_itself',
      TEXT,
      'Yes where the territory followed the base territory without a request of its own.',
    ),
    column('accepted_at', TEXT, 'When the request was accepted, ISO 8601 in UTC.'),
    column('requested_by', TEXT, 'Who requested it, as the request says.'),
    column('approved_by', TEXT, 'Who approved it; NULL where no approval was asked for.'),
    column('reason', TEXT, 'Why, as the request says.'),
  ],
};

/** Exchange rates as they were published or given, before any rule is applied. */
export const EXCHANGE_RATES: OwnTable = {
  name: 'exchange_rates',
  grain: 'one currency, day and source, and one more row per correction',
  description:
    "Reference rates of the European Central Bank and a company's own rates from inbox/rates/. Use rates_daily, which has every day.",
  partition: { name: 'source', comment: 'ecb: the European Central Bank; company: files of inbox/rates/.' },
  columns: [
    column('currency', TEXT, 'ISO 4217.'),
    column('rate_date', DATE, 'Day of the rate.'),
    column('per_eur', NUMBER, 'Units of the currency per 1 EUR.'),
    column(
      'loaded_at',
      TEXT,
      'When the rate was stored, ISO 8601 in UTC. Of two rates of one source, currency and day the later one counts: a correction.',
    ),
  ],
};

/** A team's price list, one file per Pacific day. Written by the watch over prices, for teams that ask for it. */
export const PRICE_LIST: OwnTable = {
  name: 'price_list_daily',
  grain: 'one product (and plan), territory and day',
  description:
    'Prices and proceeds of every product in every territory, as Apple listed them on a Pacific day.',
  partition: TEAM,
  perDay: true,
  columns: [
    column('product_kind', TEXT, 'subscription, inAppPurchase or app.'),
    column('product_id', TEXT, "Apple's number of the product."),
    column(
      'product_plan',
      TEXT,
      'Subscriptions: UPFRONT, or MONTHLY for the twelve-month commitment paid monthly.',
    ),
    column('product_name', TEXT, 'Reference name, or the name of the app.'),
    column('sku', TEXT, 'Product ID, or the SKU of an app: the column sku of the sales reports.'),
    column('territory', TEXT, 'Storefront, three letters (ISO 3166), such as USA.'),
    column('currency', TEXT, 'Currency of all amounts of the row (ISO 4217).'),
    column(
      'customer_price',
      NUMBER,
      'What a new customer pays on this day. NULL where there is none yet, or its price point is gone.',
    ),
    column('developer_proceeds', NUMBER, 'What the developer gets of it, after tax and commission.'),
    column(
      'developer_proceeds_year_two',
      NUMBER,
      "Subscriptions: the proceeds after a subscriber's first year.",
    ),
    column(
      'price_source',
      TEXT,
      'base: the base territory. manual: set by the developer. automatic: Apple sets it from the base and moves it with taxes and rates.',
    ),
    column('scheduled_from', DATE, 'Day on which the next scheduled price starts.'),
    column('scheduled_price', NUMBER, 'The next scheduled price.'),
    column('scheduled_prices', TEXT, 'All scheduled prices as JSON: [{"from", "price"}]; NULL: none.'),
  ],
};

export const OWN_TABLES: readonly OwnTable[] = [
  PRICE_LIST,
  PRICE_EFFECTS,
  PRICE_EFFECT_TERRITORIES,
  PRICE_CHANGES,
  EXCHANGE_RATES,
];

/** The tables that a deployment of these settings has. */
export const ownTablesOf = ({ teams }: Pick<Settings, 'teams'>): OwnTable[] => {
  const watches = teams.some(({ prices }) => prices?.watch === 'all');
  return OWN_TABLES.filter((table) => watches || table !== PRICE_LIST);
};

/** The names of the partitions, in the order of the object key. */
export const partitionsOf = ({ partition, perDay }: OwnTable): string[] => [
  partition.name,
  ...(perDay === true ? ['report_date'] : []),
];

/** The partitions as columns, as engines show them. */
export const partitionColumns = ({ partition, perDay }: OwnTable): OwnColumn[] => [
  column(partition.name, TEXT, partition.comment),
  ...(perDay === true ? [column('report_date', DATE, 'Pacific day of the file.')] : []),
];

/** Where a file of such a table lies. @param file a name without slashes and without an ending */
export const ownTableKey = (table: OwnTable, partition: string, file: string): string =>
  `tables/${table.name}/${table.partition.name}=${partition}/${file}.parquet`;

/** The key of a day's file. @param day `YYYY-MM-DD` */
export const dayTableKey = (table: OwnTable, partition: string, day: string): string =>
  ownTableKey(table, partition, `report_date=${day}/data`);
