import * as z from 'zod';
import { parseSpan } from '../../functions/numbers/windows.ts';

/** `--last`: a span of days, weeks or months, or this month so far. */
export const spanOption = z.string().transform((text, context) => {
  const span = parseSpan(text);
  if (span !== undefined) return span;
  context.addIssue('must be a span such as 30d, 4w, 3m (at most ten years), or month for this month so far');
  return z.NEVER;
});
