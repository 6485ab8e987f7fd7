import * as z from 'zod';

/** What a request came to at once: of a price change or of a campaign. */
export const answerStatusSchema = z.enum([
  'accepted',
  'duplicate',
  'rejected',
  'planned',
  'planning',
  'approved',
  'declined',
  'withdrawn',
]);
