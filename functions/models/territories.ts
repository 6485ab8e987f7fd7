import { STOREFRONTS } from '../app-store-connect/resources/storefronts.ts';
import { column, constantRows, type Model } from './model.ts';

export const TERRITORIES: Model = {
  name: 'territories',
  grain: 'one storefront',
  description:
    'Storefronts with both codes: reports have two letters, prices have three. The currency is not here, as it changes with time: see prices_daily.',
  reads: [],
  columns: [
    column('territory', 'varchar', 'Three letters, as in prices. Kosovo is XKS.'),
    column('country_code', 'varchar', 'Two letters, as in reports.'),
    column('territory_long', 'varchar', 'Name in English, as Apple writes it.'),
    column('region', 'varchar', 'Region of the world.'),
  ],
  select: `  SELECT territory, country_code, territory_long, region FROM (VALUES
    ${constantRows(STOREFRONTS.map(({ territory, countryCode, name, region }) => [territory, countryCode, name, region]))}
  ) AS storefronts (territory, country_code, territory_long, region)`,
};
