import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import type { CampaignRecord } from '../../../functions/prices/campaign/model/campaign-record.ts';
import { createCampaignLedger } from '../../../functions/prices/campaign/store/campaign-ledger.ts';
import type { World } from '../../world/world.ts';

/** A campaign's record, as the table `Prices` holds it. */
export async function campaignRecord(
  world: World,
  team: string,
  campaign: string,
): Promise<CampaignRecord | undefined> {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(world.cloud.clientConfig));
  const table = world.cloud.nameOf('AWS::DynamoDB::GlobalTable', 'Prices');
  const record = await createCampaignLedger({ documents, table, clock: world.clock }).campaign(
    team,
    campaign,
  );
  documents.destroy();
  return record;
}
