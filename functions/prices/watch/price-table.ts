import type { PriceRow, WatchedList, WatchedProduct } from './price-row.ts';

/** The table of a team's price list, one file per Pacific day. */
export const PRICE_LIST_TABLE = 'price_list_daily';

type ColumnKind = 'string' | 'date' | 'decimal';
export type PriceListColumn = { name: string; kind: ColumnKind; comment: string };

/** Amounts have the one type of all numbers in the lake: DECIMAL(38, 6). */
const PRECISION = 38;
const SCALE = 6;
const DECIMAL_BYTES = 16;

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

type Cell = string | Date | bigint | null;

/** A day of the table being written, product by product. */
export type PriceTableFile = {
  add(product: WatchedProduct, lists: readonly WatchedList[]): void;
  /** @returns how many rows the file has */
  finish(): number;
};

const ROWS_PER_GROUP = 20_000;

/** Starts a Parquet file at `path`; an existing one is replaced. Rows are held until a row group is full. */
export async function createPriceTable(path: string): Promise<PriceTableFile> {
  // Loaded with the first table, not on a cold start.
  const { fileWriter, ParquetWriter } = await import('hyparquet-writer');
  const file = new ParquetWriter({
    writer: fileWriter(path),
    schema: [
      { name: 'price_list', num_children: PRICE_LIST_COLUMNS.length },
      ...PRICE_LIST_COLUMNS.map(({ name, kind }) => ({
        name,
        repetition_type: 'OPTIONAL' as const,
        ...physicalType(kind),
      })),
    ],
    createdBy: 'app-store-connect-jobs',
  });
  let rows: Cell[][] = [];
  let total = 0;
  const flush = (): void => {
    if (rows.length === 0) return;
    file.write({
      columnData: PRICE_LIST_COLUMNS.map(({ name }, index) => ({
        name,
        data: rows.map((row) => row[index] ?? null),
      })),
      rowGroupSize: rows.length,
    });
    total += rows.length;
    rows = [];
  };
  return {
    add: (product, lists) => {
      for (const { plan, rows: prices } of lists)
        for (const price of prices) rows.push(cellsOf(product, plan, price));
      if (rows.length >= ROWS_PER_GROUP) flush();
    },
    finish: () => {
      flush();
      file.finish();
      return total;
    },
  };
}

function cellsOf(product: WatchedProduct, plan: WatchedList['plan'], row: PriceRow): Cell[] {
  const [next] = row.scheduled;
  return [
    product.kind,
    product.id,
    plan ?? null,
    product.name ?? null,
    product.sku ?? null,
    row.territory,
    row.currency,
    decimal(row.price),
    decimal(row.proceeds),
    decimal(row.proceedsYear2),
    row.source,
    next === undefined ? null : new Date(`${next.from}T00:00:00Z`),
    decimal(next?.price ?? null),
    next === undefined ? null : JSON.stringify(row.scheduled),
  ];
}

/** The unscaled value. Apple's amounts have two decimals at most. */
function decimal(text: string | null): bigint | null {
  if (text === null) return null;
  const [whole = '0', fraction = ''] = text.split('.');
  return BigInt(whole + fraction.padEnd(SCALE, '0').slice(0, SCALE));
}

function physicalType(kind: ColumnKind) {
  switch (kind) {
    case 'string':
      return { type: 'BYTE_ARRAY', converted_type: 'UTF8' } as const;
    case 'date':
      return { type: 'INT32', converted_type: 'DATE' } as const;
    case 'decimal':
      return {
        type: 'FIXED_LEN_BYTE_ARRAY',
        type_length: DECIMAL_BYTES,
        converted_type: 'DECIMAL',
        precision: PRECISION,
        scale: SCALE,
      } as const;
  }
}
