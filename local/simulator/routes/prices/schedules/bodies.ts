import * as z from 'zod';
import { identifier, startOrEnd, toOne } from '../bodies.ts';
import type { ScheduleNames } from './types.ts';

/** `InAppPurchasePriceScheduleCreateRequest` or `AppPriceScheduleCreateRequest`. */
export const createScheduleSchema = (names: ScheduleNames) =>
  z.object({
    data: z.object({
      type: z.literal(names.schedule),
      relationships: z.object({
        baseTerritory: toOne('territories'),
        manualPrices: z.object({ data: z.array(identifier(names.price)) }),
      }),
    }),
    included: z.array(includedSchema(names)).default([]),
  });

/** A price to be; territories may be included too and say nothing. */
const includedSchema = (names: ScheduleNames) =>
  z.object({
    type: z.literal([names.price, 'territories']),
    id: z.string().optional(),
    attributes: z.strictObject({ startDate: startOrEnd, endDate: startOrEnd }).optional(),
    relationships: z.record(z.string(), z.object({ data: identifierOfAny })).default({}),
  });

const identifierOfAny = z.object({ type: z.string(), id: z.string() });

export type IncludedPrice = z.output<ReturnType<typeof includedSchema>>;

/** Only whose schedule it is, so that a refusal can be noted with the product. */
export const scheduleOwnerSchema = (names: ScheduleNames) =>
  z.object({
    data: z.object({ relationships: z.object({ [names.productOfSchedule]: toOne(names.product) }) }),
  });
