import Table from 'cli-table3';
import { AWS_PRICES, isItem, type PriceOfItem } from './aws-prices.ts';
import type { DeployedParts } from './deployed-parts.ts';
import { metricsByTeam, usageOf, type Workload } from './usage.ts';

/** US dollars a month: by the list, and in an account that uses its free allowances for nothing else. */
export type BillLine = { service: string; list: number; charged: number };

/** US dollars for so many units of a month, the later ones at their own price. */
export function priceOf(
  units: number,
  { price, per, beyond = [] }: Omit<PriceOfItem, 'service' | 'free'>,
): number {
  const steps = [{ units: 0, price }, ...beyond];
  return steps.reduce((sum, step, index) => {
    const end = steps[index + 1]?.units ?? Number.POSITIVE_INFINITY;
    return sum + (Math.max(0, Math.min(units, end) - step.units) / per) * step.price;
  }, 0);
}

/** The monthly bill, a line a service, the dearest first. */
export function billOf(workload: Workload, parts: DeployedParts): BillLine[] {
  const lines = new Map<string, BillLine>();
  for (const [item, units] of Object.entries(usageOf(workload, parts))) {
    if (!isItem(item)) continue;
    const price: PriceOfItem = AWS_PRICES.items[item];
    const line = lines.get(price.service) ?? { service: price.service, list: 0, charged: 0 };
    const list = priceOf(units, price);
    line.list += list;
    line.charged += list - priceOf(Math.min(units, price.free), price);
    lines.set(price.service, line);
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
  const { teams, series, changes, apps = 0 } = workload;
  const counts = [
    `${teams} teams`,
    `${series} daily series`,
    `${changes} price changes a month`,
    ...(apps > 0 ? [`${apps} apps with reviews and watched prices`] : []),
  ];
  const metrics = `metrics per team: ${metricsByTeam(workload) ? 'on' : 'off'}`;
  return `${counts.join(', ')}; ${metrics}; ${AWS_PRICES.region}, prices of ${AWS_PRICES.asOf}\n${table.toString()}`;
}

/** A company with one team: what people ask for first. */
export const USUAL_TEAM: Workload = { teams: 1, series: 3, changes: 20 };
const USUAL_DOLLARS = 10;

/** What a single usual team pays, and whether that is within the promise. */
export function usualTeam(parts: DeployedParts): string {
  const lines = billOf(USUAL_TEAM, parts);
  const list = lines.reduce((total, line) => total + line.list, 0);
  const charged = lines.reduce((total, line) => total + line.charged, 0);
  const { series, changes } = USUAL_TEAM;
  return `A single team with ${series} daily series and ${changes} price changes: ${charged.toFixed(2)} USD a month after the free allowances, ${charged < USUAL_DOLLARS ? 'below' : 'NOT below'} ${USUAL_DOLLARS} USD; ${list.toFixed(2)} USD by the list.`;
}
