/** The table of a team's price list, one file per Pacific day. */
export const PRICE_LIST_TABLE = 'price_list_daily';

type ColumnKind = 'string' | 'date' | 'decimal';
export type PriceListColumn = { name: string; kind: ColumnKind; comment: string };

/** The columns in the order of the file. Partitions (`team`, `report_date`) are in the object key. */
export const PRICE_LIST_COLUMNS: readonly PriceListColumn[] = [
  {
    name: 'product_kind',
    kind: 'string',
    comment: 'subscription, inAppPurchase or app.',
  },
  { name: 'product_id', kind: 'string', comment: "Apple's number of the product." },
  {
    name: 'product_plan',
    kind: 'string',
    comment: 'Subscriptions: UPFRONT, or MONTHLY for the twelve-month commitment paid monthly.',
  },
  { name: 'product_name', kind: 'string', comment: 'Reference name, or the name of the app.' },
  {
    name: 'sku',
    kind: 'string',
    comment: 'Product ID, or the SKU of an app: the column sku of the sales reports.',
  },
  { name: 'territory', kind: 'string', comment: 'Storefront, three letters (ISO 3166), such as USA.' },
  { name: 'currency', kind: 'string', comment: 'Currency of all amounts of the row (ISO 4217).' },
  {
    name: 'customer_price',
    kind: 'decimal',
    comment:
      'What a new customer pays on this day. NULL where there is none yet, or its price point is gone.',
  },
  {
    name: 'developer_proceeds',
    kind: 'decimal',
    comment: 'What the developer gets of it, after tax and commission.',
  },
  {
    name: 'developer_proceeds_year_two',
    kind: 'decimal',
    comment: "Subscriptions: the proceeds after a subscriber's first year.",
  },
  {
    name: 'price_source',
    kind: 'string',
    comment:
      'base: the base territory. manual: set by the developer. automatic: Apple sets it from the base and moves it with taxes and rates.',
  },
  { name: 'scheduled_from', kind: 'date', comment: 'Day on which the next scheduled price starts.' },
  { name: 'scheduled_price', kind: 'decimal', comment: 'The next scheduled price.' },
  {
    name: 'scheduled_prices',
    kind: 'string',
    comment: 'All scheduled prices as JSON: [{"from", "price"}]; NULL: none.',
  },
];
