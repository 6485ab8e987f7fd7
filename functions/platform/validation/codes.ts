import * as z from 'zod';

/** A territory of the App Store (ISO 3166 alpha-3). */
export const territorySchema = z
  .string()
  .regex(/^[A-Z]{3}$/, 'must be a territory of three capitals, such as USA or FRA (ISO 3166 alpha-3)');

/** A currency (ISO 4217). */
export const currencySchema = z
  .string()
  .regex(/^[A-Z]{3}$/, 'must be a currency of three capitals, such as EUR');
