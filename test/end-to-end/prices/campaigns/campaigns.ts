import { z } from 'zod';
import {
  CAMPAIGN_STATES,
  type CampaignRecord,
  isCampaignOver,
} from '../../../../functions/prices/campaign/model/campaign-record.ts';
import { campaignRecord } from '../../../../local/demo/price-records.ts';
import type { World } from '../../../../local/world/world.ts';
import { approve, ask, ownEvents, recordWhen } from '../prices.ts';

const problems = z.array(z.object({ path: z.string(), message: z.string() }));

const answerSchema = z.looseObject({
  status: z.string(),
  campaign: z.string().optional(),
  state: z.enum(CAMPAIGN_STATES).optional(),
  problems: problems.default([]),
  warnings: z.array(z.string()).default([]),
  campaignPlan: z
    .looseObject({
      sha256: z.string(),
      approval: problems,
      totals: z.looseObject({ products: z.number(), requests: z.number(), minutes: z.number() }),
      members: z.array(
        z.looseObject({ changeId: z.string(), requests: z.number(), until: z.string().optional() }),
      ),
    })
    .optional(),
});

/** A campaign of the team; what is given joins or replaces its fields. */
export const campaign = (name: string, changes: Record<string, unknown>) => ({
  campaign: name,
  team: 'acme',
  requestedBy: 'cfo@acme.example',
  ...changes,
});

export const campaignAnswer = async (world: World, json: unknown) =>
  answerSchema.parse(await ask(world, json));

export const campaignApproval = async (world: World, json: unknown) =>
  answerSchema.parse(await approve(world, json));

export const campaignOf = async (
  world: World,
  name: string,
  team = 'acme',
): Promise<CampaignRecord | undefined> => campaignRecord(world, team, name);

/** Waits until a campaign is over and told, or gets where it is looked for. */
export const campaignEnd = (
  world: World,
  name: string,
  {
    team = 'acme',
    reached = (record: CampaignRecord): boolean =>
      isCampaignOver(record) && record.closed && record.owed.length === 0,
  } = {},
): Promise<CampaignRecord> => recordWhen(world, () => campaignOf(world, name, team), reached);

export const waitsForApproval = ({ state, owed }: CampaignRecord): boolean =>
  state === 'awaitingApproval' && owed.length === 0;

/** Problems as lines. */
export const told = (answer: { problems: readonly { path: string; message: string }[] }): string =>
  answer.problems.map(({ path, message }) => `${path}: ${message}`).join('\n');

/** The events of campaigns, as `Ended applied`. */
export const campaignEvents = (world: World, name: string): string[] =>
  ownEvents(world)
    .filter(({ detail }) => detail['campaign'] === name)
    .filter((event) => event['detail-type'].startsWith('Price Campaign '))
    .map((event) =>
      `${event['detail-type'].replace('Price Campaign ', '')} ${String(event.detail['state'] ?? '')}`.trim(),
    );
