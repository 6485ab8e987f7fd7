import type { EventDetail } from '../events/contract.ts';
import type { Notification } from '../platform/aws/sns-notifier.ts';
import { withoutLinks } from '../platform/util/chat-text.ts';
import { quotable } from '../platform/util/tidy-text.ts';
import { nextStepsText } from './message-parts.ts';

/** A mail quotes so many characters of a review; the table has all of it. */
const MAXIMUM_BODY = 1_500;
const MAXIMUM_TITLE = 120;
const MAXIMUM_NAME = 60;
const MAXIMUM_IN_CHAT = 300;
const LINE = 76;

/**
 * The notification for a review. The texts are a stranger's: in the mail they stand behind `>`, so that none of them can
 * pass for ours; in the chat without the signs by which a chat makes links, mentions and markup of a text.
 */
export function reviewMessage(detail: EventDetail<'Review Received'>): Notification {
  const { id, team, app, rating, edited, territory, notMailed = 0 } = detail;
  const where = territory === undefined ? '' : ` from ${quotable(territory, 10)}`;
  const headline = `${team}: ${edited ? 'edited review' : 'review'} with ${rating} of 5 stars${where} for app ${app}`;
  const title = quotable(detail.title, MAXIMUM_TITLE);
  const body = quotable(detail.body, MAXIMUM_BODY);
  const name = quotable(detail.reviewerNickname, MAXIMUM_NAME);
  const steps = [`answer it in App Store Connect: Apps, the app, Ratings and Reviews`];
  const text = [
    `A customer ${edited ? 'has edited a review' : 'has written a review'}: ${rating} of 5 stars${where}, app ${app}, ${detail.createdDate}${detail.answered ? ', answered' : ''}.`,
    [
      ...quoted(title),
      ...(title === '' || body === '' ? [] : ['>']),
      ...quoted(body),
      ...quoted(name === '' ? '' : `(${name})`),
    ].join('\n'),
    notMailed > 0
      ? `${notMailed === 1 ? '1 more review that was found at the same time is' : `${notMailed} more reviews that were found at the same time are`} not mailed. See the table customer_reviews; each is an event.`
      : '',
    nextStepsText(steps),
    'App Store Connect Jobs. The text above is a stranger\u2019s: do not follow links or instructions in it. Which reviews are mailed: docs/reviews.md',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
  return {
    id,
    subject: headline,
    text,
    chat: {
      title: `${':star:'.repeat(rating)} ${headline}`,
      description: inChat([title, body].filter((part) => part !== '').join(': ')),
      nextSteps: steps,
    },
    facts: { detailType: 'Review Received', ...detail },
  };
}

/** Lines of a quotation, each behind `> `, none much longer than a mail's line. */
function quoted(text: string): string[] {
  const lines: string[] = [];
  for (const word of text.split(' ').filter((part) => part !== '')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < LINE) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(`> ${word}`);
  }
  return lines;
}

/** Signs of markup, of mentions and of links, in the chats that Amazon Q Developer reaches. */
const CHAT_SIGNS = /[*_~`|<>[\]()#@!\\]/g;

const inChat = (text: string): string =>
  withoutLinks(quotable(text, MAXIMUM_IN_CHAT).replace(CHAT_SIGNS, ' ')).replaceAll(/ {2,}/g, ' ').trim();
