import * as z from 'zod';
import { publishedEvents } from '../events/contract.ts';
import { effectPreviewSchema } from '../events/effect-preview.ts';
import type { PRICE_CHANGE_EVENT_TYPES } from '../events/event-types.ts';
import type { Notification } from '../platform/aws/sns-notifier.ts';
import { shellQuoted, shellWord } from '../platform/util/shell-quote.ts';
import type { Plan } from '../prices/plan/plan.ts';
import { movingEntries, PLAN_HEAD, planRows, planSentence } from '../prices/plan/plan-rendering.ts';
import { labelOf, productName } from '../prices/request/product.ts';
import { isWayBackName } from '../prices/request/way-back-name.ts';
import { columns } from './columns.ts';
import { nextStepsText, oneLine } from './message-parts.ts';

export type PriceDetailType = (typeof PRICE_CHANGE_EVENT_TYPES)[number];

/** The fields that a notification shows. A request that was rejected on acceptance may lack nearly all of them. */
export const priceDetailSchema = publishedEvents['Price Change Rejected'].extend({
  team: z.string().default('unknown team'),
  changeId: z.string().default('without a name'),
  planSha256: z.string().optional(),
  effectPreview: effectPreviewSchema.optional(),
  problems: publishedEvents['Price Change Rejected'].shape.problems.default([]),
  tookEffect: z.array(z.string()).optional(),
});
type PriceDetail = z.output<typeof priceDetailSchema>;

/** Territories listed in an e-mail, and lines in a chat message. */
const MAXIMUM_ROWS = 60;
const MAXIMUM_CHAT_LINES = 8;

const HEADLINES: Record<PriceDetailType, { mark: string; verb: string; lead: string }> = {
  'Price Change Planned': {
    mark: ':raised_hand:',
    verb: 'waits for your approval',
    lead: 'Nothing was sent to Apple yet. A person other than the requester has to approve this plan.',
  },
  'Price Change Applied': {
    mark: ':white_check_mark:',
    verb: 'is applied',
    lead: 'Apple has taken every request, and shows each requested price that is not over by now.',
  },
  'Price Change Rejected': {
    mark: ':no_entry:',
    verb: 'was rejected',
    lead: 'Nothing was sent to Apple. Correct the listed problems and request the change again under a new idempotency key.',
  },
  'Price Change Failed': {
    mark: ':x:',
    verb: 'failed',
    lead: 'Apple refused a request, or the deadline passed. Territories whose new price Apple has taken already are listed.',
  },
  'Price Change Unsettled': {
    mark: ':rotating_light:',
    verb: 'is unsettled',
    lead: 'What Apple shows could not be brought in line with the request; the reasons are listed. Check the prices in App Store Connect first.',
  },
  'Price Change Declined': {
    mark: ':no_entry_sign:',
    verb: 'was declined',
    lead: 'The approver declined the plan. Nothing more is sent to Apple.',
  },
  'Price Change Withdrawn': {
    mark: ':leftwards_arrow_with_hook:',
    verb: 'was withdrawn',
    lead: 'The requester withdrew the change. Nothing more is sent to Apple.',
  },
};

/** The notification for a price change. `plan`, where it can be read, adds the territories. */
export function priceMessage(
  detailType: PriceDetailType,
  detail: PriceDetail,
  plan: Plan | undefined,
): Notification {
  const { team, changeId, product } = detail;
  const { mark, verb, lead } = { ...HEADLINES[detailType], ...wayBackLead(detailType, changeId) };
  const named = detail.file === undefined ? `price change ${changeId}` : `file ${detail.file}`;
  const subject = `${team}: ${named} ${verb}`;
  const steps = nextSteps(detailType, detail);
  const who = [
    product !== undefined && `Product       ${productName(product, labelOf(product))}`,
    detail.requestedBy !== undefined && `Requested by  ${detail.requestedBy}`,
    detail.reason !== undefined && `Reason        ${detail.reason}`,
  ].filter((line) => line !== false);
  const facts = factsOf(detailType, detail);
  const text = [
    lead,
    who.join('\n'),
    facts.join('\n'),
    plan === undefined ? '' : planText(plan),
    detail.effectPreview === undefined ? '' : `Measuring the effect: ${detail.effectPreview.words}`,
    nextStepsText(steps),
    'App Store Connect Jobs. What each state means: docs/prices.md',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
  const short = [
    plan === undefined ? lead : planSentence(plan),
    ...facts.slice(0, MAXIMUM_CHAT_LINES),
    facts.length > MAXIMUM_CHAT_LINES && `… and ${facts.length - MAXIMUM_CHAT_LINES} more`,
    detail.requestedBy !== undefined && `Requested by ${detail.requestedBy}`,
  ].filter((part) => part !== false);
  return {
    id: detail.id,
    subject,
    text,
    chat: { title: `${mark} ${subject}`, description: short.join('\n'), nextSteps: steps },
    facts: { detailType, ...detail },
  };
}

/** Nobody asks for a way back again: the product does. */
const wayBackLead = (detailType: PriceDetailType, changeId: string): { lead?: string } =>
  detailType === 'Price Change Rejected' && isWayBackName(changeId)
    ? {
        lead: 'This was an attempt to end a temporary price. Nothing was sent to Apple. The next attempt follows by itself: within minutes where a currency has changed, else after 1, 6 and then every 24 hours. What a person can do stands beside each problem.',
      }
    : {};

const factsOf = (detailType: PriceDetailType, { problems, tookEffect }: PriceDetail): string[] => [
  ...problems.map(({ path, message }) => `  - ${path}: ${message}`),
  ...(detailType === 'Price Change Failed' ? [`  ${takenText(tookEffect)}`] : []),
];

/** Apple may have acknowledged a price and not show it yet. */
function takenText(tookEffect: readonly string[] | undefined): string {
  if (tookEffect === undefined) return 'What Apple has taken of it by then stands in the audit.';
  return tookEffect.length === 0
    ? 'No territory has its new price.'
    : `Apple has taken the new price of these territories already: ${tookEffect.join(', ')}`;
}

function nextSteps(detailType: PriceDetailType, { team, changeId, planSha256 }: PriceDetail): string[] {
  const name = `--team ${shellWord(team)} ${shellQuoted(changeId)}`;
  const look = `see its status: npx asc-jobs prices status ${name}`;
  switch (detailType) {
    case 'Price Change Planned':
      return [
        look,
        `approve it: npx asc-jobs prices approve ${name} --plan ${shellWord(planSha256 ?? '')}`,
        `decline it: npx asc-jobs prices decline ${name}`,
      ];
    case 'Price Change Failed':
    case 'Price Change Unsettled':
      return [look, `roll it back: npx asc-jobs prices rollback ${name}`];
    default:
      return [];
  }
}

/** The plan in words, its warnings, and a line per territory. */
function planText(plan: Plan): string {
  const warnings = (plan.warnings ?? []).map((warning) => `  ! ${oneLine(warning)}`);
  return [planSentence(plan), warnings.join('\n'), territoryTable(plan)]
    .filter((part) => part !== '')
    .join('\n\n');
}

const [SUBSCRIBERS_COLUMN, SHOWN_COLUMNS] = [PLAN_HEAD.indexOf('subscribers'), 4];

const isAsked = (consent: { outcome: string } | undefined): boolean =>
  consent?.outcome === 'mustAgree' || consent?.outcome === 'mayHaveToAgree';

/** With what present subscribers get where a price goes up: informed, asked or kept, and how much is at stake. */
function territoryTable(plan: Plan): string {
  const consent = plan.circumstances?.consent ?? {};
  const hasConsent = Object.keys(consent).length > 0;
  // Where subscribers are asked comes first: the list may be cut.
  const moved = movingEntries(plan).toSorted(
    (a, b) => Number(isAsked(consent[b.territory])) - Number(isAsked(consent[a.territory])),
  );
  const rows = planRows(moved.slice(0, MAXIMUM_ROWS), plan.circumstances).map((row) => [
    ...row.slice(0, SHOWN_COLUMNS),
    ...(hasConsent ? [row[SUBSCRIBERS_COLUMN] ?? ''] : []),
  ]);
  const more = moved.length - MAXIMUM_ROWS;
  const head = ['', 'before', 'after', 'change', ...(hasConsent ? ['subscribers'] : [])];
  return `${columns([head, ...rows])}${more > 0 ? `\n  and ${more} more` : ''}`;
}
