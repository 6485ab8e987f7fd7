import { PRICE_LIST } from '../../tables/own-table.ts';
import { createTableFile, type TableRow } from '../../tables/table-file.ts';
import type { PriceRow, WatchedList, WatchedProduct } from './price-row.ts';

/** A day of the table `price_list_daily` being written, product by product. */
export type PriceTableFile = {
  add(product: WatchedProduct, lists: readonly WatchedList[]): void;
  /** @returns how many rows the file has */
  finish(): number;
};

/** Starts a day's file at `path`; an existing one is replaced. */
export async function createPriceTable(path: string): Promise<PriceTableFile> {
  const file = await createTableFile(PRICE_LIST, path);
  return {
    add: (product, lists) => {
      for (const { plan, rows } of lists) for (const row of rows) file.add(rowOf(product, plan, row));
    },
    finish: file.finish,
  };
}

function rowOf(product: WatchedProduct, plan: WatchedList['plan'], row: PriceRow): TableRow {
  const [next] = row.scheduled;
  return {
    product_kind: product.kind,
    product_id: product.id,
    product_plan: plan,
    product_name: product.name,
    sku: product.sku,
    territory: row.territory,
    currency: row.currency ?? undefined,
    customer_price: row.price ?? undefined,
    developer_proceeds: row.proceeds ?? undefined,
    developer_proceeds_year_two: row.proceedsYear2 ?? undefined,
    price_source: row.source,
    scheduled_from: next?.from,
    scheduled_price: next?.price ?? undefined,
    scheduled_prices: next === undefined ? undefined : JSON.stringify(row.scheduled),
  };
}
