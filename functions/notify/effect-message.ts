import type { EventDetail } from '../events/contract.ts';
import type { Notification } from '../platform/aws/sns-notifier.ts';
import { describeRatio } from '../platform/util/describe-ratio.ts';
import { shellQuoted, shellWord } from '../platform/util/shell-quote.ts';
import { productName } from '../prices/request/product.ts';
import { columns } from './columns.ts';
import { nextStepsText } from './message-parts.ts';

/** Territories that are named in a mail. */
const MAXIMUM_NAMED = 12;

const named = (territories: readonly string[]): string => {
  const more = territories.length - MAXIMUM_NAMED;
  return `${territories.slice(0, MAXIMUM_NAMED).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

const HEADLINE: Readonly<Record<string, string>> = {
  rose: 'rose',
  fell: 'fell',
  same: 'stayed about the same',
  'cannot-tell': 'cannot be told yet',
  'too-little-data': 'cannot be told',
  'no-comparison': 'cannot be told from other causes',
  'more-than-other': 'were more than another product lets expect',
  'less-than-other': 'were less than another product lets expect',
  disturbed: 'cannot be measured',
};

const LABEL: Readonly<Record<string, string>> = {
  units: 'Sales (units)',
  proceeds: 'Proceeds',
  starts: 'Subscriptions without an offer',
  offer_starts: 'Other offers started',
  new_units: 'First payments of subscribers',
  new_proceeds: 'Proceeds of first payments',
  price_cancellations: 'Cancellations that name the price',
  kept_price: 'Subscribers who pay the price before',
  trials: 'Free trials started',
  conversions: 'Trials that became paid',
  cancellations: 'Cancellations per renewal due',
  cancellations_kept_price: 'Cancellations of those who keep the price before',
  cancellations_new_price: 'Cancellations of those at the new price',
};

/** The notification for a look at the effect of a price change, for a reader who knows money and no statistics. */
export function effectMessage(detail: EventDetail<'Price Effect Measured'>): Notification {
  const { id, team, changeId, product, changeDay, lookDays, version, measures, remarks } = detail;
  const first = measures.find(({ outcome }) => outcome !== 'too-early') ?? measures[0];
  const headline = first === undefined ? 'was looked at' : (HEADLINE[first.outcome] ?? 'was looked at');
  const what = (LABEL[first?.measure ?? ''] ?? 'sales').toLowerCase();
  const subject = `${team}: ${lookDays} days after price change ${changeId}: ${what} ${headline}${version > 1 ? ' (measured again)' : ''}`;
  const findings = measures
    .map(({ measure, words }) => `${LABEL[measure] ?? measure}\n  ${words}`)
    .join('\n\n');
  const rows = measures.flatMap(({ measure, sums }) =>
    sums === undefined
      ? []
      : [
          [
            LABEL[measure] ?? measure,
            whole(sums.changedBefore),
            whole(sums.changedAfter),
            sums.stayedBefore === undefined ? '–' : whole(sums.stayedBefore),
            sums.stayedAfter === undefined ? '–' : whole(sums.stayedAfter),
          ],
        ],
  );
  const other = measures.find(({ comparedWith }) => comparedWith !== undefined)?.comparedWith?.name;
  const steps = [
    `see every look: npx asc-jobs prices effect --team ${shellWord(team)} ${shellQuoted(changeId)}`,
  ];
  const head = lookDays === 7 ? 'First look: one week is short, and later looks replace this one.' : '';
  const text = [
    head,
    `Product     ${productName(product)}
New price   from ${changeDay} on, in ${named(detail.changedTerritories) || 'no territory with sales'}
Compared    ${detail.stayedTerritories.length === 0 ? `with its own past: no territory kept its price${other === undefined ? '' : `; and with ${other} in the same territories`}` : `with ${named(detail.stayedTerritories)}`}`,
    findings,
    rows.length === 0
      ? ''
      : `Cases counted, 56 days before and ${lookDays} days after:\n\n${columns([['', 'changed before', 'after', `${other ?? 'stayed'} before`, 'after'], ...rows])}`,
    singleTerritories(measures),
    remarks.map((remark) => `- ${remark}`).join('\n'),
    'If something else began in these territories on that day, such as a campaign or a featuring, the numbers hold both.',
    nextStepsText(steps),
    'App Store Connect Jobs. How an effect is measured and when nothing is said: docs/price-effects.md',
  ]
    .filter((part) => part !== '')
    .join('\n\n');
  return {
    id,
    subject,
    text,
    chat: {
      title: `:bar_chart: ${subject}`,
      description: measures.map(({ measure, words }) => `${LABEL[measure] ?? measure}: ${words}`).join('\n'),
      nextSteps: steps,
    },
    facts: { detailType: 'Price Effect Measured', ...detail },
  };
}

/** Territories that are listed alone in a mail, the largest first. */
const MAXIMUM_LISTED = 15;

/** A table of the changed territories that sold enough to be told alone, of each measure that has some. */
function singleTerritories(measures: EventDetail<'Price Effect Measured'>['measures']): string {
  const tables = measures.flatMap(({ measure, territories = [] }) => {
    if (territories.length === 0) return [];
    const rows = territories
      .slice(0, MAXIMUM_LISTED)
      .map(({ territory, ratio, low, high, outcome }) => [
        territory,
        describeRatio(ratio),
        `${describeRatio(low)} to ${describeRatio(high)}`,
        HEADLINE[outcome] ?? outcome,
      ]);
    const more = territories.length - rows.length;
    return [
      `${LABEL[measure] ?? measure}\n${columns([['', 'difference', '90 % interval', 'word'], ...rows])}${more > 0 ? `\n  and ${more} more` : ''}`,
    ];
  });
  return tables.length === 0
    ? ''
    : `Single territories that sold enough to be told alone. A word asks for more certainty here than above, as among many territories one always looks unusual.\n\n${tables.join('\n\n')}`;
}

const whole = (units: number): string => String(Math.round(units));
