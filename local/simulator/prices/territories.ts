/** A country or region with an App Store, by its three letters, and the currency it sells in. */
export type Territory = {
  id: string;
  currency: string;
  /** Share of a price that is tax which Apple pays, in percent; default 0. It lowers proceeds, not prices. */
  taxPercent?: number;
  /** Steps of the price ladder by which Apple's equal prices lie above those of the rate; default 0. */
  equalPriceSteps?: number;
  /** Prices in minor units that Apple offers no longer. */
  withdrawn?: ReadonlySet<number>;
};

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

const inOrder = (one: Territory, other: Territory): number => (one.id < other.id ? -1 : 1);

const open: Territory[] = Object.entries(byCurrency)
  .flatMap(([currency, ids]) => ids.split(' ').map((id): Territory => ({ id, currency })))
  .sort(inOrder);

/** Every territory of the App Store, in the order of their ids. */
export const territories: readonly Territory[] = open;

const byId = new Map(territories.map((territory) => [territory.id, territory]));

/** Whether the App Store sells there. A closed territory is still found by its id. */
export const isOpen = (id: string): boolean => open.some((territory) => territory.id === id);

export const findTerritory = (id: string): Territory | undefined => byId.get(id);

/** What Apple decides of a territory. */
export type Decision = Partial<Omit<Territory, 'id'>>;

/**
 * Apple decides something of a territory: its currency, a tax, its equal prices. The list of territories belongs to the
 * process: all its simulators change.
 *
 * @returns puts back what was before
 */
export function decide(territoryId: string, decision: Decision): () => void {
  const territory = byId.get(territoryId);
  if (territory === undefined) throw new Error(`The simulator knows no territory ${territoryId}.`);
  const { id, ...before } = territory;
  Object.assign(territory, decision);
  return () => {
    Object.assign(territory, {
      taxPercent: undefined,
      equalPriceSteps: undefined,
      withdrawn: undefined,
      ...before,
    });
  };
}

/** The App Store opens in a territory, for all simulators of the process. @returns closes it again */
export function openTerritory(territory: Territory): () => void {
  if (isOpen(territory.id)) throw new Error(`There is a territory ${territory.id} already.`);
  const known = { ...byId.get(territory.id), ...territory };
  byId.set(territory.id, known);
  open.push(known);
  open.sort(inOrder);
  return () => void open.splice(open.indexOf(known), 1);
}

/** The App Store closes in a territory, for all simulators of the process. @returns opens it again */
export function closeTerritory(territoryId: string): () => void {
  const index = open.findIndex(({ id }) => id === territoryId);
  const [closed] = index < 0 ? [] : open.splice(index, 1);
  if (closed === undefined) throw new Error(`The simulator knows no territory ${territoryId}.`);
  return () => {
    open.push(closed);
    open.sort(inOrder);
  };
}
