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

/** Things by region, in the regions' order; `Other` last. */
export function byRegion<Thing extends { territory: string }>(
  things: readonly Thing[],
): readonly (readonly [region: string, things: readonly Thing[]])[] {
  const groups = Map.groupBy(things, ({ territory }) => REGIONS.get(territory) ?? 'Other');
  return [...ORDER, 'Other'].flatMap((region) => {
    const found = groups.get(region);
    return found === undefined ? [] : [[region, found] as const];
  });
}
