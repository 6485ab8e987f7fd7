import { ConditionalCheckFailedException } from '@aws-sdk/client-dynamodb';
import { type DynamoDBDocumentClient, PutCommand } from '@aws-sdk/lib-dynamodb';

/**
 * Writes an item if it is as the caller has read it.
 *
 * @param rev the item's revision (`rev`) when it was read; `undefined`: there must be no item yet
 * @returns `false`: somebody else has written it since, and nothing was written
 */
export async function putAtRevision(
  documents: DynamoDBDocumentClient,
  table: string,
  item: { pk: string } & Record<string, unknown>,
  rev: number | undefined,
): Promise<boolean> {
  try {
    await documents.send(
      new PutCommand({
        TableName: table,
        Item: item,
        ConditionExpression: rev === undefined ? 'attribute_not_exists(pk)' : 'rev = :rev',
        ...(rev !== undefined && { ExpressionAttributeValues: { ':rev': rev } }),
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false;
    throw error;
  }
}
