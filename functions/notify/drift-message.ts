import { z } from 'zod';
import type { Notification } from '../platform/aws/sns-notifier.ts';
import { PRODUCT_KINDS, productName } from '../prices/request/product.ts';
import { columns } from './columns.ts';

export const driftDetailSchema = z.looseObject({
  id: z.string(),
  team: z.string(),
  product: z.object({
    kind: z.enum(PRODUCT_KINDS),
    id: z.string(),
    plan: z.enum(['UPFRONT', 'MONTHLY']).optional(),
  }),
  file: z.string(),
  territories: z.array(
    z.object({
      territory: z.string(),
      currency: z.string().nullable(),
      present: z.string().nullable(),
      desired: z.string(),
    }),
  ),
});

const MOST_ROWS = 60;

/** What people are told of prices at Apple that are not the desired ones. */
export function driftMessage(detail: z.output<typeof driftDetailSchema>): Notification {
  const { id, team, product, file, territories } = detail;
  const count = `${territories.length} ${territories.length === 1 ? 'territory' : 'territories'}`;
  const subject = `${team}: ${productName(product)} has other prices than desired in ${count}`;
  const rows = territories
    .slice(0, MOST_ROWS)
    .map(({ territory, currency, present, desired }) => [
      territory,
      present ?? 'none',
      desired,
      currency ?? '',
    ]);
  const more = territories.length - MOST_ROWS;
  const steps = [
    `see the differences: npx asc-jobs prices diff --team ${team}`,
    `if Apple is right, correct ${file}; if the file is right, request the change or set prices.desired to "enforce"`,
  ];
  return {
    id,
    subject,
    text: `Somebody has changed prices at Apple, or the file of desired prices: they differ.

Desired in    ${file}

${columns([['', 'at Apple', 'desired', ''], ...rows])}${more > 0 ? `\n  and ${more} more` : ''}

What to do next:
${steps.map((step) => `  - ${step}`).join('\n')}

App Store Connect Jobs. About desired prices: docs/prices.md`,
    chat: {
      title: `:scales: ${subject}`,
      description: `Compared with \`${file}\`.`,
      nextSteps: steps,
    },
    facts: { detailType: 'Price Drift Detected', ...detail },
  };
}
