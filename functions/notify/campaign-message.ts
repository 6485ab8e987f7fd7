import type { EventDetail } from '../events/contract.ts';
import type { Notification } from '../platform/aws/sns-notifier.ts';
import { shellQuoted, shellWord } from '../platform/util/shell-quote.ts';
import { labelOf, productName } from '../prices/request/product.ts';
import { nextStepsText } from './message-parts.ts';

/** Problems and products listed in an e-mail, and lines in a chat message. */
const MAXIMUM_LINES = 60;
const MAXIMUM_CHAT_LINES = 8;

const MARKS: Record<EventDetail<'Price Campaign Ended'>['state'], string> = {
  applied: ':white_check_mark:',
  partlyApplied: ':rotating_light:',
  failed: ':x:',
  rejected: ':no_entry:',
  declined: ':no_entry_sign:',
  withdrawn: ':leftwards_arrow_with_hook:',
  expired: ':hourglass:',
};

const VERBS: Record<EventDetail<'Price Campaign Ended'>['state'], string> = {
  applied: 'is applied',
  partlyApplied: 'is partly applied',
  failed: 'failed',
  rejected: 'was rejected',
  declined: 'was declined',
  withdrawn: 'was withdrawn',
  expired: 'has expired',
};

/** The notification for a campaign: one per outcome, none per product. */
export function campaignMessage(
  event:
    | { detailType: 'Price Campaign Planned'; detail: EventDetail<'Price Campaign Planned'> }
    | { detailType: 'Price Campaign Ended'; detail: EventDetail<'Price Campaign Ended'> }
    | { detailType: 'Price Campaign Returned'; detail: EventDetail<'Price Campaign Returned'> },
): Notification {
  const { detail } = event;
  const team = detail.team ?? 'unknown team';
  const campaign = detail.campaign ?? 'without a name';
  const name = `--team ${shellWord(team)} ${shellQuoted(campaign)}`;
  const look = `see its status: npx asc-jobs prices status ${name}`;
  switch (event.detailType) {
    case 'Price Campaign Planned': {
      const { plan = '', approval, planSha256 } = event.detail;
      return notification(event, {
        mark: ':raised_hand:',
        subject: `${team}: price campaign ${campaign} waits for your approval`,
        lead: `Nothing of this plan was sent to Apple yet. One approval by a person other than the requester lets all products begin.`,
        facts: [plan, ...approval.map(({ path, message }) => `  - ${path}: ${message}`)],
        steps: [
          look,
          `approve it: npx asc-jobs prices approve ${name} --plan ${shellWord(planSha256)}`,
          `decline it: npx asc-jobs prices decline ${name}`,
        ],
      });
    }
    case 'Price Campaign Ended': {
      const { state, outcome, problems, members = [] } = event.detail;
      const others = state === 'applied' ? [] : members;
      const sent = state === 'partlyApplied' || state === 'failed';
      return notification(event, {
        mark: MARKS[state],
        subject: `${team}: price campaign ${campaign} ${VERBS[state]}`,
        lead: `${outcome[0]?.toUpperCase() ?? ''}${outcome.slice(1)}.`,
        facts: [
          ...problems.map(({ path, message }) => `  - ${path}: ${message}`),
          ...others.map(({ product, state: end }) => `  ${productName(product, labelOf(product))}: ${end}`),
        ],
        steps: sent ? [look, `roll it back: npx asc-jobs prices rollback ${name}`] : [],
      });
    }
    case 'Price Campaign Returned':
      return notification(event, {
        mark: ':leftwards_arrow_with_hook:',
        subject: `${team}: the temporary prices of campaign ${campaign} are settled`,
        lead: 'Each temporary price of its subscriptions was taken back, or stays for the reason given.',
        facts: event.detail.outcome.split('; ').map((line) => `  ${line}`),
        steps: [],
      });
  }
}

function notification(
  { detailType, detail }: Parameters<typeof campaignMessage>[0],
  parts: { mark: string; subject: string; lead: string; facts: readonly string[]; steps: readonly string[] },
): Notification {
  const { mark, subject, lead, steps } = parts;
  const { facts } = parts;
  const shown = facts.slice(0, MAXIMUM_LINES);
  const more = facts.length - shown.length;
  const who = [
    detail.products !== undefined && `Products      ${detail.products}`,
    detail.requestedBy !== undefined && `Requested by  ${detail.requestedBy}`,
    detail.reason !== undefined && `Reason        ${detail.reason}`,
  ].filter((line) => line !== false);
  const text = [
    lead,
    who.join('\n'),
    [...shown, ...(more > 0 ? [`  and ${more} more`] : [])].join('\n'),
    nextStepsText(steps),
    'App Store Connect Jobs. What each state means: docs/campaigns.md',
  ];
  return {
    id: detail.id,
    subject,
    text: text.filter((part) => part !== '').join('\n\n'),
    chat: {
      title: `${mark} ${subject}`,
      description: [lead, ...facts.slice(0, MAXIMUM_CHAT_LINES)].join('\n'),
      nextSteps: [...steps],
    },
    facts: { detailType, ...detail },
  };
}
