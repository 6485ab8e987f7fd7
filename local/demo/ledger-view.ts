import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, paginateScan } from '@aws-sdk/lib-dynamodb';
import { type LedgerItem, ledgerItemSchema } from '../../functions/reports/partition/ledger-item.ts';
import type { LocalCloud } from '../aws/index.ts';

/** The table also holds what is known of apps, versions, vendors and the planner. */
const isPartition = ({ sk }: Record<string, unknown>): boolean =>
  /^(\d{4}(-\d{2}){0,2}|next)$/.test(String(sk));

/** Every item of the report ledger, by series and date. */
export async function readLedger(cloud: LocalCloud): Promise<LedgerItem[]> {
  const client = new DynamoDBClient(cloud.clientConfig);
  const documents = DynamoDBDocumentClient.from(client);
  const TableName = cloud.nameOf('AWS::DynamoDB::GlobalTable', 'Reports');
  const items: LedgerItem[] = [];
  for await (const { Items = [] } of paginateScan({ client: documents }, { TableName })) {
    items.push(...Items.filter(isPartition).map((item) => ledgerItemSchema.parse(item)));
  }
  client.destroy();
  return items.sort((a, b) => `${a.pk} ${a.sk}`.localeCompare(`${b.pk} ${b.sk}`));
}
