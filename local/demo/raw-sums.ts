import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { fixedPoint } from './fixed-point.ts';

/** Decimals that are added up: more than any report has. */
export const UNITS_SCALE = 6;
export const PROCEEDS_SCALE = 2 * UNITS_SCALE;

/** Sums of one raw file, as whole numbers: units of scale 6, proceeds per currency of scale 12. */
export type RawSums = { rows: number; units: bigint; proceeds: Map<string, bigint> };

/**
 * Adds up a raw SALES file on its own, with whole numbers only and none of the product's code, as the measure
 * for what the tables say. Developer Proceeds is the amount per unit.
 */
export function sumRawFile(path: string): RawSums {
  const [header = '', ...lines] = gunzipSync(readFileSync(path)).toString('utf8').split(/\r?\n/);
  const names = header
    .replace(/^\uFEFF/, '')
    .split('\t')
    .map((name) => name.trim());
  const at = (fields: readonly string[], name: string): string => fields[names.indexOf(name)]?.trim() ?? '';
  const sums: RawSums = { rows: 0, units: 0n, proceeds: new Map() };
  for (const line of lines) {
    if (line === '') continue;
    const fields = line.split('\t');
    const units = fixedPoint(at(fields, 'Units'), UNITS_SCALE);
    const currency = at(fields, 'Currency of Proceeds');
    const proceeds = units * fixedPoint(at(fields, 'Developer Proceeds'), UNITS_SCALE);
    sums.rows += 1;
    sums.units += units;
    sums.proceeds.set(currency, (sums.proceeds.get(currency) ?? 0n) + proceeds);
  }
  return sums;
}
