import { join } from 'node:path';
import type { LedgerItem } from '../../functions/reports/partition/ledger-item.ts';
import { fixedPoint } from './fixed-point.ts';
import type { PartitionSums } from './lake-query.ts';
import { PROCEEDS_SCALE, sumRawFile, UNITS_SCALE } from './raw-sums.ts';

/**
 * Compares each stored partition's table with its raw file: rows, units and proceeds per currency, exactly.
 *
 * @param lake the directory of the lake's copy
 * @returns one line for each difference
 */
export function differencesFromRaw(
  lake: string,
  items: readonly LedgerItem[],
  sums: readonly PartitionSums[],
): string[] {
  return items.flatMap((item) => {
    if (item.rawKey === undefined) return [];
    const raw = sumRawFile(join(lake, item.rawKey));
    const table = sums.find(({ tableKey, sha256 }) => tableKey === item.tableKey && sha256 === item.sha256);
    if (raw.rows === 0) return [];
    if (table === undefined) return [`${item.sk}: no table shows this raw file`];
    const differences =
      table.rows === raw.rows ? [] : [`${item.sk}: ${table.rows} rows, the raw file has ${raw.rows}`];
    if (fixedPoint(table.units, UNITS_SCALE) !== raw.units)
      differences.push(`${item.sk}: units ${table.units}, the raw file has another sum`);
    for (const { currency, amount } of table.proceeds) {
      if (fixedPoint(amount, PROCEEDS_SCALE) !== (raw.proceeds.get(currency) ?? 0n))
        differences.push(`${item.sk}: proceeds ${currency} ${amount} differ from the raw file`);
    }
    if (table.proceeds.length !== raw.proceeds.size)
      differences.push(
        `${item.sk}: ${table.proceeds.length} currencies, the raw file has ${raw.proceeds.size}`,
      );
    return differences;
  });
}
