import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { CampaignRecord } from '../../functions/prices/campaign/model/campaign-record.ts';
import { createCampaignLedger } from '../../functions/prices/campaign/store/campaign-ledger.ts';
import type { ChangeRecord } from '../../functions/prices/store/change-record.ts';
import { createPriceLedger } from '../../functions/prices/store/price-ledger.ts';
import type { World } from '../world/world.ts';

type LedgerOptions = Parameters<typeof createPriceLedger>[0];

/** A price change's record, as the table `Prices` holds it. */
export const changeRecord = (
  world: World,
  team: string,
  changeId: string,
): Promise<ChangeRecord | undefined> =>
  read(world, (options) => createPriceLedger(options).change(team, changeId));

/** A campaign's record, as the table `Prices` holds it. */
export const campaignRecord = (
  world: World,
  team: string,
  campaign: string,
): Promise<CampaignRecord | undefined> =>
  read(world, (options) => createCampaignLedger(options).campaign(team, campaign));

async function read<Stored>(
  { cloud, clock }: World,
  use: (options: LedgerOptions) => Promise<Stored>,
): Promise<Stored> {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(cloud.clientConfig));
  try {
    return await use({ documents, table: cloud.nameOf('AWS::DynamoDB::GlobalTable', 'Prices'), clock });
  } finally {
    documents.destroy();
  }
}
