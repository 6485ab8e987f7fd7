/** A country or region with an App Store, by its three letters, and the currency it sells in. */
export type Territory = { id: string; currency: string };

/** Territories by currency, as the App Store has them; data, and the only place that knows them. */
const byCurrency: Record<string, string> = {
  AED: 'ARE',
  AUD: 'AUS',
  BRL: 'BRA',
  CAD: 'CAN',
  CHF: 'CHE',
  CLP: 'CHL',
  CNY: 'CHN',
  COP: 'COL',
  CZK: 'CZE',
  DKK: 'DNK',
  EGP: 'EGY',
  EUR: 'AUT BEL BGR BIH CYP DEU ESP EST FIN FRA GRC HRV IRL ITA LTU LUX LVA MLT MNE NLD PRT SRB SVK SVN XKS',
  GBP: 'GBR',
  HKD: 'HKG',
  HUF: 'HUN',
  IDR: 'IDN',
  ILS: 'ISR',
  INR: 'IND',
  JPY: 'JPN',
  KRW: 'KOR',
  KZT: 'KAZ',
  MXN: 'MEX',
  MYR: 'MYS',
  NGN: 'NGA',
  NOK: 'NOR',
  NZD: 'NZL',
  PEN: 'PER',
  PHP: 'PHL',
  PKR: 'PAK',
  PLN: 'POL',
  QAR: 'QAT',
  RON: 'ROU',
  RUB: 'RUS',
  SAR: 'SAU',
  SEK: 'SWE',
  SGD: 'SGP',
  THB: 'THA',
  TRY: 'TUR',
  TWD: 'TWN',
  TZS: 'TZA',
  VND: 'VNM',
  ZAR: 'ZAF',
  USD:
    'AFG AGO AIA ALB ARG ARM ATG AZE BEN BFA BHR BHS BLR BLZ BMU BOL BRB BRN BTN BWA CIV CMR COD COG CPV CRI CYM ' +
    'DMA DOM DZA ECU FJI FSM GAB GEO GHA GMB GNB GRD GTM GUY HND IRQ ISL JAM JOR KEN KGZ KHM KNA KWT LAO LBN LBR ' +
    'LBY LCA LKA MAC MAR MDA MDG MDV MKD MLI MMR MNG MOZ MRT MSR MUS MWI NAM NER NIC NPL NRU OMN PAN PLW PNG PRY ' +
    'RWA SEN SLB SLE SLV STP SUR SWZ SYC TCA TCD TJK TKM TON TTO TUN UGA UKR URY USA UZB VCT VEN VGB VUT YEM ZMB ' +
    'ZWE',
};

/** Every territory of the App Store, in the order of their ids. */
export const territories: readonly Territory[] = Object.entries(byCurrency)
  .flatMap(([currency, ids]) => ids.split(' ').map((id) => ({ id, currency })))
  .sort((one, other) => (one.id < other.id ? -1 : 1));

const byId = new Map(territories.map((territory) => [territory.id, territory]));

export const findTerritory = (id: string): Territory | undefined => byId.get(id);

/**
 * Makes Apple sell in another currency in a territory, as in Bulgaria since 2026-01-01. The list of territories belongs
 * to the process: all its simulators change.
 *
 * @returns puts back what was before
 */
export function sellIn(territoryId: string, currency: string): () => void {
  const territory = byId.get(territoryId);
  if (territory === undefined) throw new Error(`The simulator knows no territory ${territoryId}.`);
  const before = territory.currency;
  territory.currency = currency;
  return () => {
    territory.currency = before;
  };
}
