import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import { type ChangeRecord, changeRecordSchema } from '../../functions/prices/store/change-record.ts';
import type { World } from '../world/world.ts';

/** A price change's record, as the table `Prices` holds it. */
export async function changeRecord(
  world: World,
  team: string,
  changeId: string,
): Promise<ChangeRecord | undefined> {
  const documents = DynamoDBDocumentClient.from(new DynamoDBClient(world.cloud.clientConfig));
  const { Item } = await documents.send(
    new GetCommand({
      TableName: world.cloud.nameOf('AWS::DynamoDB::GlobalTable', 'Prices'),
      Key: { pk: `change#${team}#${changeId}` },
      ConsistentRead: true,
    }),
  );
  documents.destroy();
  return Item === undefined ? undefined : changeRecordSchema.parse(Item);
}
