import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import * as z from 'zod';
import { JobError } from '../../../functions/platform/errors.ts';
import { isCampaign } from '../../../functions/prices/campaign/model/campaign-request.ts';
import { planMarkdown } from '../../../functions/prices/plan/plan-rendering.ts';
import { recentChanges } from '../../../functions/prices/store/recent-changes.ts';
import type { Context } from '../../context/context.ts';
import { changeLedger } from '../../deployment/ledgers.ts';
import { changeJson } from '../../terminal/json-shapes.ts';
import {
  askForCampaign,
  askForCampaignPlan,
  type CampaignAnswer,
  campaignMarkdown,
} from '../prices/campaigns/campaign-answers.ts';
import { campaignStatusJson, readCampaign } from '../prices/campaigns/campaign-status.ts';
import { type Previewed, withPreview } from '../prices/preview-plan.ts';
import { askForPlan, askToAccept } from '../prices/price-answers.ts';
import { READS, toolResult } from './tool-result.ts';

/** As people write it; the product checks the rest and names every problem. */
const request = z
  .looseObject({
    idempotencyKey: z
      .string()
      .describe('names this change for good: the same key again is the same change, and is never sent twice'),
    team: z.string().describe('the team, as the settings name it'),
    product: z.union([
      z.string().describe('its product ID or, for an app, its bundle ID'),
      z.looseObject({
        kind: z.enum(['subscription', 'inAppPurchase', 'app']),
        id: z.string().describe('Apple’s numeric id'),
      }),
    ]),
    prices: z
      .record(z.string(), z.string())
      .optional()
      .describe(
        'territory (three letters) → customer price as text; or use equalizeFrom, index or percent instead',
      ),
    equalizeFrom: z.looseObject({ territory: z.string(), price: z.string() }).optional(),
    index: z.looseObject({ territory: z.string(), price: z.string() }).optional(),
    startDate: z.string().optional().describe('a day, "now", or absent: the earliest that Apple allows'),
    preserveCurrentPrice: z
      .boolean()
      .optional()
      .describe('subscriptions: whether existing subscribers keep their price; required where a price rises'),
    requestedBy: z.string().describe('the person on whose behalf you ask, not you'),
    reason: z.string().describe('why, for the record'),
  })
  .describe('a price change, in the form of docs/prices.md');

/** One request over many products. */
const campaign = z
  .looseObject({
    campaign: z.string().describe('names the campaign for good: the same name again is the same campaign'),
    team: z.string().describe('the team, as the settings name it'),
    products: z
      .array(z.unknown())
      .optional()
      .describe('product IDs; or use app (all of an app) or group (a subscription group) instead'),
    change: z
      .looseObject({})
      .optional()
      .describe('the fields of a price change, the same for every product, such as { "percent": -20 }'),
    requestedBy: z.string().describe('the person on whose behalf you ask, not you'),
    reason: z.string().describe('why, for the record'),
  })
  .describe('a campaign over many products, in the form of docs/campaigns.md');

const requestOrCampaign = z.union([request, campaign]);

const MOST_CHANGES = 20;

export function addPriceTools(server: McpServer, context: Context): void {
  addPlanTool(server, context);
  addRequestTool(server, context);
  addStatusTool(server, context);
}

function addPlanTool(server: McpServer, context: Context): void {
  server.registerTool(
    'plan_price_change',
    {
      title: 'Plan a price change',
      description:
        'What a price change would do, territory by territory: price before and after, change in percent, proceeds, start, what subscribers get, and every limit of the team that it breaks; effectPreview says how large an effect of a single change would show after 28 days, and what holding back a few territories would gain. Nothing is claimed and nothing is sent. Show the plan to the person before you request the change.',
      inputSchema: { request: requestOrCampaign },
      annotations: { ...READS, openWorldHint: true },
    },
    (input) =>
      toolResult(async () =>
        isCampaign(input.request)
          ? campaignAnswerJson(await askForCampaignPlan(context, input.request))
          : answerJson(await withPreview(context, await askForPlan(context, input.request))),
      ),
  );
}

function addRequestTool(server: McpServer, context: Context): void {
  server.registerTool(
    'request_price_change',
    {
      title: 'Request a price change',
      description:
        'Requests a price change that the person has agreed to after they saw its plan. It passes the team’s limits; it may then wait for an approval by another person, which you cannot give. Once accepted it takes effect at Apple exactly once or not at all. Follow it with price_change_status.',
      inputSchema: { request: requestOrCampaign },
      annotations: {
        readOnlyHint: false,
        destructiveHint: true,
        idempotentHint: true,
        openWorldHint: true,
      },
    },
    (input) =>
      toolResult(async () => {
        refuseOtherWork(input.request);
        const payload: object = { ...input.request, dryRun: false };
        return isCampaign(payload)
          ? campaignAnswerJson(await askForCampaign(context, payload))
          : answerJson(await askToAccept(context, payload));
      }),
  );
}

/** By these fields the function that takes requests does something else. */
const OTHER_WORK = ['rollback', 'withdraw', 'sweep', 'detail-type'];

/** @throws JobError `OPTIONS_INVALID` */
function refuseOtherWork(given: object): void {
  const other = OTHER_WORK.filter((name) => name in given);
  if (other.length > 0)
    throw new JobError({
      code: 'OPTIONS_INVALID',
      message: `A request has no field ${other.join(', ')}: this tool requests price changes and campaigns only. A person withdraws a change or takes it back (asc-jobs prices withdraw, rollback).`,
      retryable: false,
    });
}

function addStatusTool(server: McpServer, context: Context): void {
  server.registerTool(
    'price_change_status',
    {
      title: 'How a price change stands',
      description:
        'The state of one price change, or the newest ones of a team. accepted, planned (waits for an approval), sending, verifying (Apple’s effect is awaited), applied (read back at Apple), rejected, failed, declined, withdrawn, unsettled (a person must look).',
      inputSchema: {
        team: z.string(),
        changeId: z
          .string()
          .optional()
          .describe('its idempotency key, or the name of a campaign; absent: the newest of the team'),
      },
      annotations: READS,
    },
    ({ team, changeId }) =>
      toolResult(async () => {
        if (changeId === undefined) {
          const table = await context.aws.output('PricesTableName');
          const records = await recentChanges(context.aws.documents, table, { team, maximum: MOST_CHANGES });
          return records.map((record) => changeJson(record));
        }
        const record = await (await changeLedger(context)).change(team, changeId);
        if (record !== undefined) return changeJson(record);
        const status = await readCampaign(context, team, changeId);
        return status === undefined ? { team, changeId, state: 'not known' } : campaignStatusJson(status);
      }),
  );
}

/** The same for a campaign. */
const campaignAnswerJson = (answer: CampaignAnswer) => ({
  ...answer,
  ...(answer.plan !== undefined && { planMarkdown: campaignMarkdown(answer) }),
});

/** A plan both as data and as the table that a person reads. */
const answerJson = ({ plan, ...answer }: Previewed) => ({
  ...answer,
  ...(plan !== undefined && { planMarkdown: planMarkdown(plan), plan }),
});
