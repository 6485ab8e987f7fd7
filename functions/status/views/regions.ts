// Where a territory is drawn. Only the picture depends on it: a code that is not listed stands under "Other".

const CODES: readonly (readonly [region: string, codes: string])[] = [
  ['North America', 'CAN USA MEX'],
  [
    'Latin America and Caribbean',
    'AIA ARG ATG BHS BLZ BMU BOL BRA BRB CHL COL CRI CYM DMA DOM ECU GRD GTM GUY HND JAM KNA LCA MSR NIC PAN PER PRY SLV SUR TCA TTO URY VCT VEN VGB',
  ],
  [
    'Europe',
    'ALB AUT BEL BGR BIH BLR CHE CYP CZE DEU DNK ESP EST FIN FRA GBR GRC HRV HUN IRL ISL ITA LTU LUX LVA MDA MKD MLT MNE NLD NOR POL PRT ROU RUS SRB SVK SVN SWE TUR UKR XKS',
  ],
  ['Middle East', 'AFG ARE BHR IRQ ISR JOR KWT LBN OMN QAT SAU YEM'],
  [
    'Africa',
    'AGO BEN BFA BWA CIV CMR COD COG CPV DZA EGY GAB GHA GMB GNB KEN LBR LBY MAR MDG MLI MOZ MRT MUS MWI NAM NER NGA RWA SEN SLE STP SWZ SYC TCD TUN TZA UGA ZAF ZMB ZWE',
  ],
  [
    'Asia',
    'ARM AZE BRN BTN CHN GEO HKG IDN IND JPN KAZ KGZ KHM KOR LAO LKA MAC MDV MMR MNG MYS NPL PAK PHL SGP THA TJK TKM TWN UZB VNM',
  ],
  ['Oceania', 'AUS FJI FSM NRU NZL PLW PNG SLB TON VUT'],
];

const REGIONS = new Map(
  CODES.flatMap(([region, codes]) => codes.split(' ').map((code) => [code, region] as const)),
);

/** Things by region, in the regions' order; `Other` last. */
export function byRegion<Thing extends { territory: string }>(
  things: readonly Thing[],
): readonly (readonly [region: string, things: readonly Thing[]])[] {
  const groups = Map.groupBy(things, ({ territory }) => REGIONS.get(territory) ?? 'Other');
  return [...CODES.map(([region]) => region), 'Other'].flatMap((region) => {
    const found = groups.get(region);
    return found === undefined ? [] : [[region, found] as const];
  });
}
