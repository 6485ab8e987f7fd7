import { CfnOutput, RemovalPolicy, Stack, type StackProps, Tags } from 'aws-cdk-lib';
import { AttributeType, Billing, CfnGlobalTable, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { STAGE_TAG } from '../../functions/platform/config/stage-tag.ts';
import { OPEN_INDEX, TEAM_INDEX } from '../../functions/prices/store/indexes.ts';
import type { Deployment } from '../config/deployment.ts';
import { DataKey } from './data-key.ts';
import { LakeBucket } from './lake-bucket.ts';

export type StorageStackProps = StackProps & { deployment: Deployment };

/** What must outlive a redeploy, and even the deletion of the jobs. */
export class StorageStack extends Stack {
  readonly lake: LakeBucket;
  /** The lake's ARN as the jobs' stack imports it, under a name of our own that policies can be checked by. */
  readonly lakeArn: string;
  readonly lakeArnExport: string;
  /** One item per partition of a report: pk = series, sk = report date. */
  readonly reports: TableV2;
  /** Price changes and who may write a product's prices: pk by kind of item. Changes are kept for good. */
  readonly prices: TableV2;
  /** What is known of each key, its rotations and which notices were sent: pk and sk by kind of item. */
  readonly keys: TableV2;
  /** The request budget that all functions of an API key share: one item per key. */
  readonly rateBudget: TableV2;
  /** Encrypts bucket and tables where the deployment asks for a key of the customer's own. */
  readonly dataKey: DataKey | undefined;

  constructor(scope: Construct, id: string, { deployment, ...props }: StorageStackProps) {
    const { retainData } = deployment.settings;
    const isKeyed = deployment.encryption === 'customer';
    super(scope, id, {
      description: 'App Store Connect Jobs: the lake and the ledgers',
      terminationProtection: retainData,
      ...props,
    });
    Tags.of(this).add(STAGE_TAG, deployment.stage);
    const dataKey = isKeyed ? new DataKey(this, 'DataKey', { retainData }) : undefined;
    this.dataKey = dataKey;
    this.lake = new LakeBucket(this, 'Lake', { retainData, dataKey });
    this.lakeArnExport = `${this.stackName}-lake-arn`;
    this.lakeArn = this.exportValue(this.lake.bucketArn, { name: this.lakeArnExport });
    const kept = {
      billing: Billing.onDemand(),
      // DynamoDB's own key: at rest all the same, and without a charge and a quota for each call.
      encryption: TableEncryptionV2.dynamoOwnedKey(),
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      deletionProtection: retainData,
      removalPolicy: retainData ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
    };
    this.reports = new TableV2(this, 'Reports', {
      ...kept,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
    });
    this.prices = new TableV2(this, 'Prices', {
      ...kept,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      globalSecondaryIndexes: [
        {
          indexName: OPEN_INDEX,
          partitionKey: { name: 'openFor', type: AttributeType.STRING },
          sortKey: { name: 'movedAt', type: AttributeType.NUMBER },
        },
        {
          indexName: TEAM_INDEX,
          partitionKey: { name: 'team', type: AttributeType.STRING },
          sortKey: { name: 'movedAt', type: AttributeType.NUMBER },
        },
      ],
    });
    this.keys = new TableV2(this, 'Keys', {
      ...kept,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
    });
    this.rateBudget = new TableV2(this, 'RateBudget', {
      ...kept,
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      timeToLiveAttribute: 'expiresAt',
    });

    if (dataKey !== undefined)
      for (const table of [this.reports, this.prices, this.keys, this.rateBudget])
        encryptWith(table, dataKey);

    new CfnOutput(this, 'LakeBucketName', { value: this.lake.bucketName });
    new CfnOutput(this, 'ReportsTableName', { value: this.reports.tableName });
    new CfnOutput(this, 'PricesTableName', { value: this.prices.tableName });
    new CfnOutput(this, 'KeysTableName', { value: this.keys.tableName });
    new CfnOutput(this, 'RateBudgetTableName', { value: this.rateBudget.tableName });
  }
}

/** Set on the resource itself, as the construct can name a key only where it knows the region. */
function encryptWith(table: TableV2, key: DataKey): void {
  const resource = table.node.defaultChild;
  if (!(resource instanceof CfnGlobalTable)) throw new Error('The table has no resource of its own.');
  resource.sseSpecification = { sseEnabled: true, sseType: 'KMS' };
  resource.addPropertyOverride('Replicas.0.SSESpecification', { KMSMasterKeyId: key.keyArn });
}
