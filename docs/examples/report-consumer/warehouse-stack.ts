import { EVENT_SOURCE, type JobsStack, type StorageStack } from 'app-store-connect-jobs';
import { CfnOutput, Duration, RemovalPolicy, Stack, type StackProps } from 'aws-cdk-lib';
import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb';
import { Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Code, Function as Lambda, Runtime } from 'aws-cdk-lib/aws-lambda';
import { SqsDestination } from 'aws-cdk-lib/aws-lambda-destinations';
import { BlockPublicAccess, Bucket } from 'aws-cdk-lib/aws-s3';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';

export type WarehouseStackProps = StackProps & {
  lake: StorageStack['lake'];
  eventBus: JobsStack['eventBus'];
};

/** A function of yours that loads each report as soon as it is stored or restated. */
export class WarehouseStack extends Stack {
  constructor(scope: Construct, id: string, { lake, eventBus, ...props }: WarehouseStackProps) {
    super(scope, id, props);
    const warehouse = new Bucket(this, 'Warehouse', {
      blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
      enforceSSL: true,
      removalPolicy: RemovalPolicy.RETAIN,
    });
    // Events that were loaded; an entry is of no use once no repeat of its event can come any more.
    const loaded = new TableV2(this, 'LoadedEvents', {
      partitionKey: { name: 'id', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      timeToLiveAttribute: 'expiresAt',
    });
    // A load that failed three times waits here with its event: look at its log, then send it again.
    const failed = new Queue(this, 'FailedLoads', { enforceSSL: true, retentionPeriod: Duration.days(14) });
    const load = new Lambda(this, 'Load', {
      runtime: Runtime.NODEJS_24_X,
      handler: 'index.handler',
      code: Code.fromAsset(new URL('consumer', import.meta.url).pathname, { exclude: ['*.test.mjs'] }),
      timeout: Duration.minutes(2),
      retryAttempts: 2,
      onFailure: new SqsDestination(failed),
      environment: {
        LAKE_BUCKET: lake.bucketName,
        WAREHOUSE_BUCKET: warehouse.bucketName,
        LOADED_EVENTS_TABLE: loaded.tableName,
      },
    });
    lake.grantRead(load, 'tables/*');
    warehouse.grantPut(load);
    loaded.grantReadWriteData(load);
    new Rule(this, 'StoredReports', {
      eventBus,
      eventPattern: {
        source: [EVENT_SOURCE],
        detailType: ['Report Stored', 'Report Restated'],
        detail: { report: ['SALES/SUMMARY/DAILY'] },
      },
      targets: [
        // What EventBridge cannot deliver at all.
        new LambdaFunction(load, {
          deadLetterQueue: new Queue(this, 'UnheardReports', { enforceSSL: true }),
        }),
      ],
    });
    new CfnOutput(this, 'FailedLoadsUrl', { value: failed.queueUrl });
  }
}
