import { z } from 'zod';
import type { Notification } from '../platform/aws/sns-notifier.ts';
import type { Plan } from '../prices/plan/plan.ts';
import { movingEntries, planRows, planSentence } from '../prices/plan/plan-rendering.ts';
import { PRODUCT_KINDS, productName } from '../prices/request/product.ts';
import { columns } from './columns.ts';

export const PRICE_DETAIL_TYPES = [
  'Price Change Planned',
  'Price Change Applied',
  'Price Change Rejected',
  'Price Change Failed',
  'Price Change Unsettled',
] as const;
export type PriceDetailType = (typeof PRICE_DETAIL_TYPES)[number];

/** What of an event's detail is told. A request that was refused at the door may lack nearly all of it. */
export const priceDetailSchema = z.looseObject({
  id: z.string(),
  team: z.string().default('unknown team'),
  changeId: z.string().default('without a name'),
  product: z
    .object({ kind: z.enum(PRODUCT_KINDS), id: z.string(), plan: z.enum(['UPFRONT', 'MONTHLY']).optional() })
    .optional(),
  requestedBy: z.string().optional(),
  reason: z.string().optional(),
  planKey: z.string().optional(),
  planSha256: z.string().optional(),
  problems: z.array(z.object({ path: z.string(), message: z.string() })).default([]),
  tookEffect: z.array(z.string()).default([]),
});
type PriceDetail = z.output<typeof priceDetailSchema>;

/** So many territories are listed in an e-mail. */
const MOST_ROWS = 60;
const MOST_IN_CHAT = 8;

const HEADLINES: Record<PriceDetailType, { mark: string; verb: string; lead: string }> = {
  'Price Change Planned': {
    mark: ':raised_hand:',
    verb: 'waits for your approval',
    lead: 'Nothing was sent to Apple yet. Somebody other than who asked for it has to approve this plan.',
  },
  'Price Change Applied': {
    mark: ':white_check_mark:',
    verb: 'is applied',
    lead: 'Apple was read back and shows every price that was asked for.',
  },
  'Price Change Rejected': {
    mark: ':no_entry:',
    verb: 'was refused',
    lead: 'Nothing was sent to Apple. Correct what is listed and ask again under a new idempotency key.',
  },
  'Price Change Failed': {
    mark: ':x:',
    verb: 'failed',
    lead: 'Apple refused a request, or time ran out. What took effect before that is listed.',
  },
  'Price Change Unsettled': {
    mark: ':rotating_light:',
    verb: 'is unsettled',
    lead: 'Apple shows other prices than were asked for, and it is not known why. Look at the prices in App Store Connect before anything else.',
  },
};

/** What people are told of a price change. `plan` adds the territories, where it can be read. */
export function priceMessage(
  detailType: PriceDetailType,
  detail: PriceDetail,
  plan: Plan | undefined,
): Notification {
  const { mark, verb, lead } = HEADLINES[detailType];
  const { team, changeId, product } = detail;
  const subject = `${team}: price change ${changeId} ${verb}`;
  const steps = nextSteps(detailType, detail);
  const who = [
    product !== undefined && `Product       ${productName(product)}`,
    detail.requestedBy !== undefined && `Asked for by  ${oneLine(detail.requestedBy)}`,
    detail.reason !== undefined && `Reason        ${oneLine(detail.reason)}`,
  ].filter((line) => line !== false);
  const facts = factsOf(detailType, detail);
  const text = [
    lead,
    who.join('\n'),
    facts.join('\n'),
    plan === undefined ? '' : `${planSentence(plan)}\n\n${territoryTable(plan)}`,
    steps.length === 0 ? '' : `What to do next:\n${steps.map((step) => `  - ${step}`).join('\n')}`,
    'App Store Connect Jobs. What each state means: docs/prices.md',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
  const short = [
    plan === undefined ? lead : planSentence(plan),
    ...facts.slice(0, MOST_IN_CHAT),
    facts.length > MOST_IN_CHAT && `… and ${facts.length - MOST_IN_CHAT} more`,
    detail.requestedBy !== undefined && `Asked for by ${oneLine(detail.requestedBy)}`,
  ].filter((part) => part !== false);
  return {
    id: detail.id,
    subject,
    text,
    chat: { title: `${mark} ${subject}`, description: short.join('\n'), nextSteps: steps },
    facts: { detailType, ...detail },
  };
}

const factsOf = (detailType: PriceDetailType, { problems, tookEffect }: PriceDetail): string[] => [
  ...problems.map(({ path, message }) => `  - ${oneLine(path)}: ${oneLine(message)}`),
  ...(detailType !== 'Price Change Failed'
    ? []
    : [
        tookEffect.length === 0
          ? '  No territory has its new price.'
          : `  These have their new price already: ${tookEffect.join(', ')}`,
      ]),
];

function nextSteps(detailType: PriceDetailType, { team, changeId, planSha256 }: PriceDetail): string[] {
  const name = `--team ${team} '${changeId.replaceAll("'", "'\\''")}'`;
  const look = `look at it: npx asc-jobs prices status ${name}`;
  switch (detailType) {
    case 'Price Change Planned':
      return [look, `approve it: npx asc-jobs prices approve ${name} --plan ${planSha256 ?? ''}`];
    case 'Price Change Failed':
    case 'Price Change Unsettled':
      return [look, `take it back: npx asc-jobs prices rollback ${name}`];
    default:
      return [];
  }
}

/** Others' words stay on their line, so that they cannot add next steps of their own. */
const oneLine = (text: string): string =>
  text.replace(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]+/gu, ' ');

function territoryTable(plan: Plan): string {
  const moved = movingEntries(plan);
  const rows = planRows(moved.slice(0, MOST_ROWS)).map((row) => row.slice(0, 4));
  const more = moved.length - MOST_ROWS;
  return `${columns([['', 'before', 'after', 'change'], ...rows])}${more > 0 ? `\n  and ${more} more` : ''}`;
}
