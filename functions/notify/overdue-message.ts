import { z } from 'zod';
import type { Notification } from '../platform/aws/sns-notifier.ts';

export const overdueDetailSchema = z.looseObject({
  id: z.string(),
  team: z.string(),
  vendor: z.string(),
  report: z.string(),
  reportDate: z.string(),
  state: z.string(),
  lastAnswer: z.string().optional(),
});

/** What people are told of a report that should be there by now. */
export function overdueMessage(detail: z.output<typeof overdueDetailSchema>): Notification {
  const { id, team, vendor, report, reportDate, state, lastAnswer } = detail;
  const subject = `${team}: ${report} of ${reportDate} is overdue`;
  const steps = [
    'see whether Apple tells of a delay: https://developer.apple.com/system-status/',
    state === 'failed'
      ? 'its reason needs a person: docs/reports.md says what each means'
      : 'nothing else, while Apple is late: it is asked for again every hour',
    `ask for it now: npx asc-jobs reports backfill --team ${team} --report ${report} --from ${reportDate} --to ${reportDate}`,
  ];
  return {
    id,
    subject,
    text: `The report ${report} of ${reportDate} should be in the lake by now, and is not.

Vendor       ${vendor}
State        ${state}
Last answer  ${lastAnswer ?? 'none yet'}

What to do next:
${steps.map((step) => `  - ${step}`).join('\n')}

App Store Connect Jobs. What each state means: docs/reports.md`,
    chat: {
      title: `:hourglass: ${subject}`,
      description: `Vendor ${vendor}, ${state}. Last answer: ${lastAnswer ?? 'none yet'}`,
      nextSteps: steps,
    },
    facts: { detailType: 'Report Overdue', ...detail },
  };
}
