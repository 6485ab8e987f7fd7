import * as z from 'zod';

/** `id` is derived from the content: events are published at least once, consumers drop repeats by it. */
export const identified = z.looseObject({
  id: z.string(),
  /** Only where the event was too large for the bus: which lists or texts were cut, a sentence each. */
  shortened: z.array(z.string()).optional(),
});
