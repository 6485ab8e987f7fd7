import type { EventDetail } from '../events/contract.ts';
import type { Notification } from '../platform/aws/sns-notifier.ts';
import { shellWord } from '../platform/util/shell-quote.ts';
import { nextStepsText } from './message-parts.ts';

/** The next step, by the most likely cause. A report may wait for more than a late Apple, such as a refused key. */
function whatToDo(state: string): string {
  if (state === 'failed') return 'the last answer needs a person: docs/reports.md explains each reason';
  if (state === 'fetching')
    return 'see the log of FetchReport: its worker ended without a result, most likely for lack of memory or time';
  return 'the last answer says why; it is asked for again by itself, at the latest after six hours';
}

/** The day by which the command takes a report date: the last of its month or year. What names no period stays as it is. */
async function dayOf({ report, reportDate }: EventDetail<'Report Overdue'>): Promise<string> {
  if (/^\d{4}-\d{2}-\d{2}$/.test(reportDate)) return reportDate;
  // Loaded for such a report only, not on every cold start.
  const { lastDayOf } = await import('../reports/catalogue/last-day.ts');
  return lastDayOf(report, reportDate) ?? reportDate;
}

/** The notification for a report that is overdue. */
export async function overdueMessage(detail: EventDetail<'Report Overdue'>): Promise<Notification> {
  const { id, vendor, app } = detail;
  const { team, report, reportDate, state, lastAnswer } = detail;
  const subject = `${team}: ${report} of ${reportDate} is overdue`;
  const source = vendor !== undefined ? `Vendor       ${vendor}` : `App          ${app ?? 'unknown'}`;
  const day = shellWord(await dayOf(detail));
  const steps = [
    'check whether Apple announces a delay: https://developer.apple.com/system-status/',
    whatToDo(state),
    ...(vendor === undefined
      ? []
      : [
          `request it now: npx asc-jobs reports backfill --team ${shellWord(team)} --report ${shellWord(report)} --from ${day} --to ${day}`,
        ]),
  ];
  return {
    id,
    subject,
    text: `The report ${report} of ${reportDate} should be stored by now and is not.

${source}
State        ${state}
Last answer  ${lastAnswer ?? 'none yet'}

${nextStepsText(steps)}

App Store Connect Jobs. What each state means: docs/reports.md`,
    chat: {
      title: `:hourglass: ${subject}`,
      description: `${source.replace(/ +/, ' ')}, ${state}. Last answer: ${lastAnswer ?? 'none yet'}`,
      nextSteps: steps,
    },
    facts: { detailType: 'Report Overdue', ...detail },
  };
}
