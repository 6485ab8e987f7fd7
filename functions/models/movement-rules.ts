/**
 * What a subscription event is, by the form of its name: Apple's names are an open set and their words change. A rule is a
 * list of alternatives; an alternative is a list of LIKE patterns that must all fit, one with `!` in front must not. The
 * first rule that fits counts; a name that fits none is `unknown`, which is counted, never dropped.
 * Source: Apple's help page "Subscription events" and the names that programs met in real files.
 */
type Rule = readonly [movement: string, alternatives: readonly (readonly string[])[]];

const GRADES = ['upgrade', 'downgrade', 'crossgrade'];
const OFFERS = ['%offer%', '%trial%', '%opt-in%', '%introductory%'];

// mutation: model-movements
const RULES: readonly Rule[] = [
  ['refund', [['refund%']]],
  ['cancellation', [['cancel%']]],
  ['billing_issue', [['billing retry from%'], ['%grace period from%']]],
  [
    'reactivation_offer',
    [
      ['reactivat%', '% to %'],
      ['reactivat%', '%free trial%'],
      ['reactivat%', '%introductory%'],
    ],
  ],
  ['reactivation', [['reactivat%']]],
  ['offer_start', [['start %'], ['opt-in%']]],
  ['start', [['subscribe']]],
  ['conversion', [['paid subscription from%']]],
  [
    'recovery',
    [
      ['renew%', '%billing retry%'],
      ['renew%', '%grace%'],
    ],
  ],
  ['renewal', [['renew%', '!%extension%']]],
  ['conversion_plan_change', GRADES.flatMap((grade) => OFFERS.map((offer) => [`${grade} from %`, offer]))],
  [
    'recovery_plan_change',
    GRADES.flatMap((grade) => [
      [`${grade}%`, '% from billing retry%'],
      [`${grade}%`, '%grace period%'],
    ]),
  ],
  ['plan_change', GRADES.map((grade) => [`${grade}%`])],
  ['recovery_offer', [['% from billing retry%'], ['% from %grace period%']]],
  ['offer_from_paid', [['% from paid subscription%']]],
  ['offer_renewal_or_change', [['% from %']]],
];

const conditionOf = (pattern: string): string =>
  pattern.startsWith('!') ? `event NOT LIKE '${pattern.slice(1)}'` : `event LIKE '${pattern}'`;

/** The rules as the branches of a CASE over a column `event`, normalized as {@link normalizeEvent} does. */
export const movementCase = (): string =>
  RULES.map(([movement, alternatives]) => {
    const condition = alternatives.map((patterns) => patterns.map(conditionOf).join(' AND '));
    return `WHEN ${condition.map((part) => (condition.length > 1 ? `(${part})` : part)).join(' OR ')} THEN '${movement}'`;
  }).join('\n      ');

/** In small letters and with Apple's newer spelling. */
export const normalizeEvent = (event: string): string =>
  event.trim().toLowerCase().replaceAll('cancelled', 'canceled');

/** LIKE with `%` alone: the parts between them stand in the text in this order. */
function isLike(text: string, pattern: string): boolean {
  const [start = '', ...parts] = pattern.split('%');
  if (!text.startsWith(start)) return false;
  if (parts.length === 0) return text === start;
  const end = parts.at(-1) ?? '';
  let at = start.length;
  for (const part of parts.slice(0, -1)) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - end.length >= at && text.endsWith(end);
}

const fits = (event: string, pattern: string): boolean =>
  pattern.startsWith('!') ? !isLike(event, pattern.slice(1)) : isLike(event, pattern);

/** The movement that an event's name stands for, by the same rules as the view `subscription_event_lines`. */
export function movementOf(event: string): string {
  const name = normalizeEvent(event);
  const rule = RULES.find(([, alternatives]) =>
    alternatives.some((patterns) => patterns.every((pattern) => fits(name, pattern))),
  );
  return rule?.[0] ?? 'unknown';
}
