import type { EventDetail } from '../events/contract.ts';
import type { Notification } from '../platform/aws/sns-notifier.ts';
import { shellWord } from '../platform/util/shell-quote.ts';
import { labelOf, productName } from '../prices/request/product.ts';
import { columns } from './columns.ts';
import { nextStepsText } from './message-parts.ts';

const MAXIMUM_ROWS = 60;
/** Territories named in a sentence. */
const MAXIMUM_NAMES = 5;

const CURRENCY_NOTE =
  '\nMarked (!): the file states the price, or may state it, in another currency than Apple sells in there now. Such an amount is never applied as a number.';

const lead = (onlyCurrency: boolean): string =>
  onlyCurrency
    ? 'Apple sells in another currency than the file of desired prices states. Nobody has to have changed a price: Apple converts prices where a country changes its currency.'
    : 'The prices at Apple differ from the file of desired prices. Either the prices were changed at Apple, or the file was changed.';

/** The notification for prices at Apple that differ from the desired prices. */
export function driftMessage(detail: EventDetail<'Price Drift Detected'>): Notification {
  const { id, product, territories } = detail;
  const { team, file } = detail;
  const count = `${territories.length} ${territories.length === 1 ? 'territory' : 'territories'}`;
  const subject = `${team}: ${productName(product, labelOf(product))} differs from the desired prices in ${count}`;
  const rows = territories
    .slice(0, MAXIMUM_ROWS)
    .map(({ territory, currency, present, desired, desiredCurrency }) => [
      territory,
      present ?? 'none',
      desiredCurrency === undefined ? desired : `${desired} ${desiredCurrency} (!)`,
      currency ?? '',
    ]);
  const more = territories.length - MAXIMUM_ROWS;
  const otherCurrency = territories.filter(({ desiredCurrency }) => desiredCurrency !== undefined);
  const onlyCurrency = otherCurrency.length === territories.length && territories.length > 0;
  const names = otherCurrency.slice(0, MAXIMUM_NAMES).map(({ territory }) => territory);
  const moreNames = otherCurrency.length - names.length;
  const steps = [
    `see the differences: npx asc-jobs prices diff --team ${shellWord(team)}`,
    ...(otherCurrency.length === 0
      ? []
      : [
          `put the prices of ${names.join(', ')}${moreNames > 0 ? ` and ${moreNames} more` : ''} into ${file} in Apple's currency, and name it: "currencies" in JSON, a column currency in CSV`,
        ]),
    ...(onlyCurrency
      ? []
      : [
          `if Apple is right, correct ${file}; if the file is right, request the change or set prices.desired to "enforce"`,
        ]),
  ];
  return {
    id,
    subject,
    text: `${lead(onlyCurrency)}${otherCurrency.length === 0 ? '' : CURRENCY_NOTE}

Desired in    ${file}

${columns([['', 'at Apple', 'desired', ''], ...rows])}${more > 0 ? `\n  and ${more} more` : ''}

${nextStepsText(steps)}

App Store Connect Jobs. About desired prices: docs/standing-prices.md`,
    chat: {
      title: `:scales: ${subject}`,
      description: `Compared with \`${file}\`.${onlyCurrency ? ' Only the currency differs.' : ''}`,
      nextSteps: steps,
    },
    facts: { detailType: 'Price Drift Detected', ...detail },
  };
}
