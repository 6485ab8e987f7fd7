import { CfnOutput, RemovalPolicy, Stack } from 'aws-cdk-lib';
import { AttributeType, Billing, TableEncryptionV2, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import type { Construct } from 'constructs';
import { OPEN_INDEX } from '../functions/prices/open-index.ts';
import { TEAM_INDEX } from '../functions/prices/team-index.ts';
import type { Deployment } from './deployment.ts';
import { LakeBucket } from './lake-bucket.ts';

export type StorageStackProps = { deployment: Deployment };

/** What must outlive a redeploy, and even the deletion of the jobs. */
export class StorageStack extends Stack {
  readonly lake: LakeBucket;
  /** The lake's ARN as the jobs' stack imports it, under a name of our own that policies can be checked by. */
  readonly lakeArn: string;
  readonly lakeArnExport: string;
  /** One item a partition of a report: pk = series, sk = report date. */
  readonly reports: TableV2;
  /** Price changes and who may write a product's prices: pk by kind of item. Changes are kept for good. */
  readonly prices: TableV2;
  /** What is known of each key, its rotations and which notices were sent: pk and sk by kind of item. */
  readonly keys: TableV2;
  /** The request budget that all functions of an API key share: one item a key. */
  readonly rateBudget: TableV2;

  constructor(scope: Construct, id: string, { deployment }: StorageStackProps) {
    const { retainData } = deployment.settings;
    super(scope, id, {
      description: 'App Store Connect Jobs: the lake and the ledgers',
      terminationProtection: retainData,
    });
    this.lake = new LakeBucket(this, 'Lake', { retainData });
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

    new CfnOutput(this, 'LakeBucketName', { value: this.lake.bucketName });
    new CfnOutput(this, 'ReportsTableName', { value: this.reports.tableName });
    new CfnOutput(this, 'PricesTableName', { value: this.prices.tableName });
    new CfnOutput(this, 'KeysTableName', { value: this.keys.tableName });
    new CfnOutput(this, 'RateBudgetTableName', { value: this.rateBudget.tableName });
  }
}
