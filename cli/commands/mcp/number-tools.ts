import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import * as z from 'zod';
import { BYS, MEASURE_NAMES } from '../../../functions/numbers/measures.ts';
import { parseSpan } from '../../../functions/numbers/windows.ts';
import type { Context } from '../../context/context.ts';
import { answerNumbers } from '../numbers/ask.ts';
import { READS, toolResult } from './tool-result.ts';

const question = {
  measure: z.enum(MEASURE_NAMES),
  by: z.enum(BYS).optional().describe('what a row is; an app unless given (prices: a product)'),
  last: z
    .string()
    .optional()
    .refine(
      (text) => text === undefined || parseSpan(text) !== undefined,
      'must be a span such as 30d, 4w, 3m, or month',
    )
    .describe('such as 30d, 4w, 3m, or month for this month so far; 30d unless given (churn, finance: 1m)'),
  until: z.iso.date().optional().describe('the last day; the newest stored one unless given'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .optional()
    .describe(
      'every amount in this currency, by the exchange rate of its day; its own currency unless given',
    ),
  team: z.string().optional(),
};

export function addNumberTools(server: McpServer, context: Context): void {
  server.registerTool(
    'numbers',
    {
      title: 'Numbers',
      description:
        'Sales, subscriptions, monthly recurring revenue, churn, refunds, settlement, prices or reviews (count and mean stars), by app, product, country or currency, compared with the period before. Refunds, free units and units that are no sale are told apart already: prefer this to a query of your own. missingDays and missingRates name what an amount lacks: say so.',
      inputSchema: question,
      annotations: READS,
    },
    ({ measure, last, currency, ...rest }) =>
      toolResult(() =>
        answerNumbers(context, measure, {
          ...rest,
          ...(last !== undefined && { last: parseSpan(last) }),
          in: currency,
        }),
      ),
  );
}
