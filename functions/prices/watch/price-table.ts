<<<<<<< HEAD
import { fileWriter, ParquetWriter } from 'hyparquet-writer';
import { PRICE_LIST_COLUMNS, type PriceListColumn } from './price-list-columns.ts';
=======
>>>>>>> origin/main
import type { PriceRow, WatchedList, WatchedProduct } from './price-row.ts';

/** Amounts have the one type of all numbers in the lake: DECIMAL(38, 6). */
const PRECISION = 38;
const SCALE = 6;
const DECIMAL_BYTES = 16;

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

function physicalType(kind: PriceListColumn['kind']) {
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
