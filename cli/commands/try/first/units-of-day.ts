/** Units of one day by app, as Apple's file counts them: downloads, updates and purchases, refunds taken off. */
export type UnitsOfDay = { day: string; apps: readonly { app: string; units: number }[] };

/**
 * Sums the units of a Summary Sales report by app, the largest first. In-app purchases count to their app.
 *
 * @param tsv the inflated file
 * @returns `undefined` where the text has no such columns, or a count is no number
 */
export function unitsOfDay(day: string, tsv: string): UnitsOfDay | undefined {
  const [header = '', ...lines] = tsv.split(/\r?\n/);
  const names = header.split('\t').map((name) => name.trim());
  const [sku, title, units, parent] = ['SKU', 'Title', 'Units', 'Parent Identifier'].map((name) =>
    names.indexOf(name),
  );
  if (sku === undefined || title === undefined || units === undefined || parent === undefined)
    return undefined;
  if (Math.min(sku, title, units, parent) < 0) return undefined;
  const sums = new Map<string, number>();
  /** By SKU; where the day has rows of purchases only, the SKU stands for the name. */
  const titles = new Map<string, string>();
  for (const line of lines) {
    if (line === '') continue;
    const fields = line.split('\t').map((field) => field.trim());
    const parentSku = fields[parent] ?? '';
    const app = parentSku === '' ? (fields[sku] ?? '') : parentSku;
    if (parentSku === '' && !titles.has(app)) titles.set(app, fields[title] ?? '');
    const sum = (sums.get(app) ?? 0) + Number(fields[units] ?? Number.NaN);
    if (!Number.isFinite(sum)) return undefined;
    sums.set(app, sum);
  }
  const apps = [...sums].map(([app, sum]) => ({ app: titles.get(app) || app, units: sum }));
  return { day, apps: apps.sort((a, b) => b.units - a.units) };
}
