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

/** The notification for a report that is overdue. */
export function overdueMessage(detail: EventDetail<'Report Overdue'>): Notification {
  const { id, vendor, app } = detail;
  const { team, report, reportDate, state, lastAnswer } = detail;
  const subject = `${team}: ${report} of ${reportDate} is overdue`;
  const source = vendor !== undefined ? `Vendor       ${vendor}` : `App          ${app ?? 'unknown'}`;
  const steps = [
    'check whether Apple announces a delay: https://developer.apple.com/system-status/',
    whatToDo(state),
    ...(vendor === undefined
      ? []
      : [
          `request it now: npx asc-jobs reports backfill --team ${shellWord(team)} --report ${shellWord(report)} --from ${shellWord(reportDate)} --to ${shellWord(reportDate)}`,
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
