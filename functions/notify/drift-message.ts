import type { EventDetail } from '../events/contract.ts';
import type { Notification } from '../platform/aws/sns-notifier.ts';
import { labelOf, productName } from '../prices/request/product.ts';
import { columns } from './columns.ts';
import { nextStepsText } from './message-parts.ts';

const MAXIMUM_ROWS = 60;

/** The notification for prices at Apple that differ from the desired prices. */
export function driftMessage(detail: EventDetail<'Price Drift Detected'>): Notification {
  const { id, team, product, file, territories } = detail;
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
  const steps = [
    `see the differences: npx asc-jobs prices diff --team ${team}`,
    `if Apple is right, correct ${file}; if the file is right, request the change or set prices.desired to "enforce"`,
  ];
  return {
    id,
    subject,
    text: `The prices at Apple differ from the file of desired prices. Either the prices were changed at Apple, or the file was changed.

Desired in    ${file}

${columns([['', 'at Apple', 'desired', ''], ...rows])}${more > 0 ? `\n  and ${more} more` : ''}

${nextStepsText(steps)}

App Store Connect Jobs. About desired prices: docs/prices.md`,
    chat: {
      title: `:scales: ${subject}`,
      description: `Compared with \`${file}\`.`,
      nextSteps: steps,
    },
    facts: { detailType: 'Price Drift Detected', ...detail },
  };
}
