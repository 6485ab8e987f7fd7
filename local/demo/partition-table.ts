import Table from 'cli-table3';
import type { LedgerItem } from '../../functions/reports/partition/ledger-item.ts';
import type { PartitionSums } from './lake-query.ts';

/** Currencies shown per line; the rest is counted. */
const CURRENCIES_SHOWN = 3;

/** A table of partitions: what the ledger says, and what the Parquet files hold. */
export function renderPartitions(items: readonly LedgerItem[], sums: readonly PartitionSums[]): string {
  const table = new Table({
    head: ['vendor', 'report date', 'state', 'rows', 'units', 'proceeds by currency (never added together)'],
    colAligns: ['left', 'left', 'left', 'right', 'right', 'left'],
    style: { head: [], border: [], compact: true },
  });
  for (const item of items) {
    const found = sums.find(({ tableKey, sha256 }) => tableKey === item.tableKey && sha256 === item.sha256);
    table.push([
      item.pk.split('/')[1] ?? '',
      item.sk,
      stateText(item),
      item.rows === undefined ? '' : String(item.rows),
      found?.units ?? '',
      found === undefined
        ? (item.state === 'stored' ? '' : (item.lastAnswer ?? '')).slice(0, 80)
        : amounts(found),
    ]);
  }
  return table.toString();
}

function stateText(item: LedgerItem): string {
  return item.versions.length > 0 ? `${item.state}, restated` : item.state;
}

function amounts({ proceeds }: PartitionSums): string {
  const shown = proceeds
    .filter(({ amount }) => Number(amount) !== 0)
    .map(({ currency, amount }) => `${currency} ${amount.replace(/(\.\d\d)\d+$/, '$1')}`);
  const more = shown.length - CURRENCIES_SHOWN;
  return `${shown.slice(0, CURRENCIES_SHOWN).join('  ')}${more > 0 ? `  and ${more} more` : ''}`;
}

/** Rows of a query as a plain table. */
export function renderRows(rows: readonly Record<string, unknown>[]): string {
  const head = Object.keys(rows[0] ?? {});
  const table = new Table({ head, style: { head: [], border: [], compact: true } });
  for (const row of rows) table.push(head.map((name) => String(row[name] ?? '')));
  return table.toString();
}
