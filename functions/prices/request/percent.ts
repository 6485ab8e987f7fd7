import * as z from 'zod';
import { territorySchema } from '../../platform/validation/codes.ts';

/**
 * Moves prices by a percentage of what the product costs: `{ "by": -20 }`, or `-20` for short. Counts from the present
 * prices of the plan; once something was sent, the amounts of that plan hold.
 */
export const percentSchema = z.preprocess(
  (value) => (typeof value === 'number' ? { by: value } : value),
  z.strictObject(
    {
      by: z
        .number('must be a number such as -20 or 10')
        .min(-99, 'must be at least -99')
        .max(900, 'must be at most 900')
        .multipleOf(0.01, 'must have two decimals at most')
        .refine((by) => by !== 0, 'must not be 0'),
      /** Only these; absent: every territory that has a price of its own. */
      territories: z.array(territorySchema).min(1, 'must name at least one territory').optional(),
      /** Left as they are. */
      except: z.array(territorySchema).default([]),
      rounding: z.enum(['nearest', 'down', 'up'], 'must be nearest, down or up').default('nearest'),
      /** Preferred last digits, such as ".99". */
      endings: z.array(z.string().regex(/^\.?\d{1,3}$/, 'must be digits such as ".99"')).default([]),
    },
    { error: 'must be a number such as -20, or { "by": -20, "rounding": "down" }' },
  ),
);

export type Percent = z.output<typeof percentSchema>;
