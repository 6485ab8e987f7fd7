import { type DynamoDBDocumentClient, paginateQuery, QueryCommand } from '@aws-sdk/lib-dynamodb';
import { type ChangeRecord, changeRecordSchema } from './change-record.ts';
import { OPEN_INDEX, TEAM_INDEX } from './indexes.ts';

/** A team's price changes, those that moved last first. An index lags behind the table by a moment. */
export async function recentChanges(
  documents: DynamoDBDocumentClient,
  table: string,
  { team, maximum }: { team: string; maximum: number },
): Promise<ChangeRecord[]> {
  const items = await newestOfTeam(documents, table, team, maximum);
  return items.map((item) => changeRecordSchema.parse(item));
}

/** Items of the index of teams, those that moved last first. @param partition a team, or the campaigns of a team */
export async function newestOfTeam(
  documents: DynamoDBDocumentClient,
  table: string,
  partition: string,
  maximum: number,
): Promise<readonly unknown[]> {
  const { Items = [] } = await documents.send(
    new QueryCommand({
      TableName: table,
      IndexName: TEAM_INDEX,
      KeyConditionExpression: 'team = :team',
      ExpressionAttributeValues: { ':team': partition },
      ScanIndexForward: false,
      Limit: maximum,
    }),
  );
  return Items;
}

/** Items of the index of what needs attention, oldest first. @param partition changes are in `open`, campaigns in their own */
export async function* openItems(
  documents: DynamoDBDocumentClient,
  table: string,
  partition: string,
): AsyncGenerator<unknown> {
  const pages = paginateQuery(
    { client: documents },
    {
      TableName: table,
      IndexName: OPEN_INDEX,
      KeyConditionExpression: 'openFor = :open',
      ExpressionAttributeValues: { ':open': partition },
    },
  );
  for await (const { Items = [] } of pages) yield* Items;
}

/** The change among some that has taken a change back. */
export const rollbackAmong = (
  records: readonly ChangeRecord[],
  { team, changeId }: Pick<ChangeRecord, 'team' | 'changeId'>,
): ChangeRecord | undefined =>
  records
    .filter((each) => each.team === team && each.request.rollbackOf === changeId && each.everSent)
    .toSorted((a, b) => b.seq - a.seq)[0];
