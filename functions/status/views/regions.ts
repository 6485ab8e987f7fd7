import { STOREFRONTS } from '../../app-store-connect/resources/storefronts.ts';

// Where a territory is drawn. Only the picture depends on it: a code that is not listed stands under "Other".

const ORDER = [
  'North America',
  'Latin America and Caribbean',
  'Europe',
  'Middle East',
  'Africa',
  'Asia',
  'Oceania',
];

const REGIONS = new Map(STOREFRONTS.map(({ territory, region }) => [territory, region]));

/** Entries by region, in the regions' order; `Other` last. */
export function byRegion<Entry extends { territory: string }>(
  entries: readonly Entry[],
): readonly (readonly [region: string, entries: readonly Entry[]])[] {
  const groups = Map.groupBy(entries, ({ territory }) => REGIONS.get(territory) ?? 'Other');
  return [...ORDER, 'Other'].flatMap((region) => {
    const found = groups.get(region);
    return found === undefined ? [] : [[region, found] as const];
  });
}
