import type { Problem } from '../../platform/errors.ts';
import { someOf } from '../../platform/util/shorten.ts';
import type { Circumstances } from '../consent/circumstances.ts';
import { consentCell, consentSentence } from '../consent/consent-words.ts';
import { offerWords } from '../consent/offers.ts';
import { compareDecimals } from '../request/decimal.ts';
import { productName } from '../request/product.ts';
import { markdownHead, markdownRow, markdownText } from './markdown.ts';
import type { Plan } from './plan.ts';
import { type PlanEntry, priceSetBy, wayBackWords } from './plan-entry.ts';

/** A plan for people: as one sentence, as rows of a table, as Markdown for a pull request. All amounts as planned. */

/** `subscription 6448311069, from 2026-11-26 on: 160 of 175 territories change (…), 15 stay as they are. 1 request.` */
export function planSentence(plan: Plan): string {
  const { entries, steps, startDate } = plan;
  if (plan.introductoryOffer !== undefined) return offerSentence(plan);
  const moved = movingEntries(plan);
  const { wayBack } = plan;
  const starts = startDate === null ? 'at once' : `from ${startDate} on`;
  const when = wayBack === undefined ? starts : `${starts}, ${wayBackWords(wayBack)}`;
  const same = entries.length - moved.length;
  if (moved.length === 0)
    return `${productName(plan.product, plan.label)}: every price is as asked for already; nothing is sent.`;
  const stay = same === 0 ? '' : `, ${same} stay as they are`;
  const around = circumstancesWords(plan);
  return `${productName(plan.product, plan.label)}, ${when}: ${moved.length} of ${entries.length} territories change (${directions(moved)})${stay}. ${steps.length} request${steps.length === 1 ? '' : 's'} to Apple.${around}`;
}

/** `subscription 1, at once: introductory offer (free trial, one week) in 2 territories (FRA, USA). 3 requests to Apple.` */
function offerSentence(plan: Plan): string {
  const { introductoryOffer: offer, startDate, steps, product, label } = plan;
  const moved = movingEntries(plan);
  const name = productName(product, label);
  if (moved.length === 0)
    return `${name}: every introductory offer is as asked for already; nothing is sent.`;
  const what =
    offer === undefined || !('mode' in offer)
      ? 'introductory offers end'
      : offerWords({
          kind: 'introductory',
          name: null,
          mode: offer.mode,
          duration: offer.duration,
          periods: offer.periods,
          startDate,
          endDate: offer.endDate ?? null,
        });
  const names = someOf(moved.map(({ territory }) => territory));
  return `${name}: ${what} in ${moved.length} ${moved.length === 1 ? 'territory' : 'territories'} (${names}). ${steps.length} request${steps.length === 1 ? '' : 's'} to Apple.`;
}

/** What a person should know beside the prices, as sentences after the first one. */
function circumstancesWords({ circumstances }: Pick<Plan, 'circumstances'>): string {
  if (circumstances === undefined) return '';
  return [consentSentence(circumstances), ...circumstances.notes]
    .filter((sentence) => sentence !== '')
    .map((sentence) => ` ${sentence}`)
    .join('');
}

/** What moves at all: everything but what is as asked for already. */
export const movingEntries = ({ entries }: Pick<Plan, 'entries'>): PlanEntry[] =>
  entries.filter(({ kind }) => kind !== 'none');

/** `2 down, by up to 12.5 % (FRA); 1 up, by 3.0 % (USA); 1 first price` */
function directions(entries: readonly PlanEntry[]): string {
  const up = byChange(entries, 1);
  const down = byChange(entries, -1);
  const count = (kind: PlanEntry['kind']): number => entries.filter((entry) => entry.kind === kind).length;
  const [first, taken, follow] = [count('first'), count('unschedule'), count('follows')];
  return [
    down.length > 0 && `${down.length} down, by up to ${furthest(down)}`,
    up.length > 0 && `${up.length} up, by up to ${furthest(up)}`,
    first > 0 && `${first} first price${first === 1 ? '' : 's'}`,
    taken > 0 && `${taken} scheduled price${taken === 1 ? '' : 's'} taken away`,
    follow > 0 && `${follow} of them follow${follow === 1 ? 's' : ''} the base by themselves`,
  ]
    .filter((part) => part !== false)
    .join('; ');
}

const byChange = (entries: readonly PlanEntry[], sign: 1 | -1): PlanEntry[] =>
  entries.filter(({ present, target }) =>
    present === null ? false : Math.sign(compareDecimals(target.price, present.price)) === sign,
  );

/** Percentages have one decimal place, so that comparing them as numbers is exact enough. */
function furthest(entries: readonly PlanEntry[]): string {
  const [most] = entries.toSorted(
    (a, b) => Math.abs(Number(b.changePercent)) - Math.abs(Number(a.changePercent)),
  );
  return `${most?.changePercent?.replace('-', '') ?? '?'} % (${most?.territory})`;
}

export const PLAN_HEAD = [
  'territory',
  'before',
  'after',
  'change',
  'proceeds after',
  'starts',
  'subscribers',
  'price set by',
  'note',
];

/** Rows under {@link PLAN_HEAD}. `circumstances`: of the plan that the entries are of. */
export const planRows = (entries: readonly PlanEntry[], circumstances?: Circumstances): string[][] =>
  entries.map((entry) => [
    entry.territory,
    entry.present === null ? '–' : amount(entry.present.price, entry.currency),
    amount(entry.target.price, entry.currency),
    entry.changePercent === null ? '–' : `${signed(entry.changePercent)} %`,
    entry.target.proceeds ?? '–',
    entry.startDate ?? 'at once',
    subscribersCell(entry, circumstances),
    priceSetBy(entry),
    [...entry.warnings, ...consentReasons(entry, circumstances)].join('; '),
  ]);

/** What the change means to present subscribers, with who must agree and how much is at stake. */
export function subscribersCell(entry: PlanEntry, circumstances: Circumstances | undefined): string {
  const words = SUBSCRIBERS[entry.existingSubscribers ?? 'none'];
  const consent = circumstances?.consent?.[entry.territory];
  if (consent === undefined) return words;
  return consent.outcome === 'kept' ? consentCell(consent) : `${words}, ${consentCell(consent)}`;
}

/** Why they are asked; that they are informed, or keep their price, needs no reason. */
export function consentReasons({ territory }: PlanEntry, circumstances: Circumstances | undefined): string[] {
  const consent = circumstances?.consent?.[territory];
  return consent === undefined || consent.outcome === 'kept' || consent.outcome === 'informed'
    ? []
    : consent.reasons;
}

const amount = (price: string, currency: string | null): string =>
  currency === null ? price : `${price} ${currency}`;

const signed = (percent: string): string => (/^[-+0]/.test(percent) ? percent : `+${percent}`);

const SUBSCRIBERS: Record<NonNullable<PlanEntry['existingSubscribers']> | 'none', string> = {
  keepPrice: 'keep their price',
  newPrice: 'get the new price',
  lowerPrice: 'get the lower price',
  none: '',
};

/** GitHub takes 65 536 characters a comment; several plans share one. */
const MAXIMUM_ROWS = 200;

/** A plan as Markdown, for a comment on a pull request. What others wrote in it can't become markup. */
export function planMarkdown(plan: Plan): string {
  const moved = movingEntries(plan);
  const heading = `### ${markdownText(plan.changeId)}\n\n${markdownText(planSentence(plan))}\n`;
  if (moved.length === 0) return heading;
  const rows = planRows(moved.slice(0, MAXIMUM_ROWS), plan.circumstances).map(markdownRow);
  const left = moved.length - MAXIMUM_ROWS;
  return `${heading}
<details><summary>Every territory that changes</summary>

${markdownHead(PLAN_HEAD)}
${rows.join('\n')}
${left > 0 ? `\nand ${left} more\n` : ''}
</details>

Plan \`${plan.sha256}\`
`;
}

/** Why there is no plan, as Markdown. */
export const problemsMarkdown = (changeId: string, problems: readonly Problem[]): string =>
  `### ${markdownText(changeId)}\n\n**Refused.** Nothing is sent.\n\n${problems
    .map(({ path, message }) => `- ${markdownText(path)}: ${markdownText(message)}`)
    .join('\n')}\n`;
