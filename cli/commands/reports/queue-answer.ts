import * as z from 'zod';
import type { Io } from '../../terminal/io.ts';
import { renderTable } from '../../terminal/table.ts';

/** What the planner answers to a request for reports: how many it queued, and why it left out the others. */
export const queueAnswerSchema = z.object({
  queued: z.number(),
  skipped: z.record(z.string(), z.array(z.string())),
});

export function renderQueueAnswer(io: Io, { queued, skipped }: z.output<typeof queueAnswerSchema>): string {
  const reasons = Object.entries(skipped).map(([reason, dates]) => [reason, String(dates.length)]);
  return reasons.length === 0
    ? `${queued} queued.`
    : `${queued} queued. The others were not, for these reasons:\n${renderTable(io, ['reason', 'reports'], reasons)}`;
}
