import * as z from 'zod';

/** A problem as it is stored and answered. */
export const problemSchema = z.object({ path: z.string(), message: z.string() });

/** An outcome that another function of ours has answered as JSON. */
export const outcomeSchema = <T extends z.ZodType>(value: T) =>
  z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('ok'), value }),
    z.object({ kind: z.literal('retry'), afterMillis: z.number(), reason: z.string() }),
    z.object({ kind: z.literal('rejected'), problems: z.array(problemSchema) }),
  ]);
