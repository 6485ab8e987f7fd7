import { type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { putAtRevision } from '../../../platform/aws/put-at-revision.ts';
import type { Clock } from '../../../platform/util/clock.ts';
import { newestOfTeam, openItems } from '../../store/recent-changes.ts';
import { type CampaignRecord, campaignRecordSchema, needsCare } from '../model/campaign-record.ts';
import {
  applyCampaignTransition,
  CampaignConflictError,
  type CampaignTransition,
} from '../model/campaign-transitions.ts';

/** The record of every campaign. Each write names the one it follows. */
export type CampaignLedger = {
  campaign(team: string, name: string): Promise<CampaignRecord | undefined>;
  /** Claims a campaign's name. The loser gets the record that has it. */
  claim(record: CampaignRecord): Promise<CampaignRecord | undefined>;
  /** Throws CampaignConflictError when the record has moved otherwise since it was read. */
  transition(record: CampaignRecord, transition: CampaignTransition): Promise<CampaignRecord>;
  /** Campaigns that need care: not over, not closed, with pending events or temporary prices. */
  open(): AsyncIterable<CampaignRecord>;
};

const keyOf = (team: string, name: string) => ({ pk: `campaign#${team}#${name}` });

/**
 * Campaigns share the indexes of changes, under partitions of their own, so that whoever reads changes meets none: in
 * the index of teams `campaigns#<team>`, in the index of open changes `campaign`.
 */
const OPEN_CAMPAIGNS = 'campaign';
const PREFIX = 'campaigns#';

const itemOf = ({ team, ...record }: CampaignRecord) => ({
  ...keyOf(team, record.campaign),
  ...record,
  team: `${PREFIX}${team}`,
  ...(needsCare({ ...record, team }) && { openFor: OPEN_CAMPAIGNS }),
});

function recordOf(item: unknown): CampaignRecord {
  const record = campaignRecordSchema.parse(item);
  return { ...record, team: record.team.slice(PREFIX.length) };
}

/** A ledger on the DynamoDB table `Prices`. */
export function createCampaignLedger(options: {
  documents: DynamoDBDocumentClient;
  table: string;
  clock: Clock;
}): CampaignLedger {
  const { documents, table, clock } = options;
  const put = (record: CampaignRecord, rev: number | undefined): Promise<boolean> =>
    putAtRevision(documents, table, itemOf(record), rev);
  const campaign: CampaignLedger['campaign'] = async (team, name) => {
    const { Item } = await documents.send(
      new GetCommand({ TableName: table, Key: keyOf(team, name), ConsistentRead: true }),
    );
    return Item === undefined ? undefined : recordOf(Item);
  };
  return {
    campaign,
    claim: async (record) => {
      if (await put(record, undefined)) return undefined;
      const present = await campaign(record.team, record.campaign);
      if (present === undefined) throw new CampaignConflictError(record, 'was claimed and is gone');
      return present;
    },
    transition: async (record, transition) => {
      const after = applyCampaignTransition(record, transition, clock.now());
      if (!(await put(after, record.rev)))
        throw new CampaignConflictError(
          record,
          `has moved since it was read; ${transition.kind} was not written`,
        );
      return after;
    },
    open: async function* () {
      for await (const item of openItems(documents, table, OPEN_CAMPAIGNS)) yield recordOf(item);
    },
  };
}

/** A team's campaigns, those that moved last first. An index lags behind the table by a moment. */
export async function recentCampaigns(
  documents: DynamoDBDocumentClient,
  table: string,
  { team, maximum }: { team: string; maximum: number },
): Promise<CampaignRecord[]> {
  const items = await newestOfTeam(documents, table, `${PREFIX}${team}`, maximum);
  return items.map(recordOf);
}
