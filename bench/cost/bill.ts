import Table from 'cli-table3';
import { AWS_PRICES, isItem } from './aws-prices.ts';
import type { DeployedParts } from './deployed-parts.ts';
import { usageOf, type Workload } from './usage.ts';

/** US dollars a month: by the list, and in an account that uses its free allowances for nothing else. */
export type BillLine = { service: string; list: number; charged: number };

/** The monthly bill, a line a service, the dearest first. */
export function billOf(workload: Workload, parts: DeployedParts): BillLine[] {
  const lines = new Map<string, BillLine>();
  for (const [item, units] of Object.entries(usageOf(workload, parts))) {
    if (!isItem(item)) continue;
    const { service, price, per, free } = AWS_PRICES.items[item];
    const line = lines.get(service) ?? { service, list: 0, charged: 0 };
    line.list += (units / per) * price;
    line.charged += (Math.max(0, units - free) / per) * price;
    lines.set(service, line);
  }
  return [...lines.values()].filter(({ list }) => list > 0).sort((a, b) => b.list - a.list);
}

/** The bill as a table, with its sum and where the prices come from. */
export function renderBill(workload: Workload, parts: DeployedParts): string {
  const lines = billOf(workload, parts);
  const table = new Table({
    head: ['USD a month', 'list price', 'after free allowances'],
    colAligns: ['left', 'right', 'right'],
    style: { head: [], border: [], compact: true },
  });
  for (const { service, list, charged } of lines) table.push([service, list.toFixed(2), charged.toFixed(2)]);
  const sum = (of: (line: BillLine) => number) =>
    lines.reduce((total, line) => total + of(line), 0).toFixed(2);
  table.push(['together', sum(({ list }) => list), sum(({ charged }) => charged)]);
  const { teams, series, changes } = workload;
  return `${teams} teams, ${series} daily series, ${changes} price changes a month; ${AWS_PRICES.region}, prices of ${AWS_PRICES.asOf}\n${table.toString()}`;
}
