import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { GlueClient } from '@aws-sdk/client-glue';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

// The one file that builds AWS clients. Region, credentials and endpoints come from the environment, as the
// SDK reads them (AWS_REGION, AWS_ENDPOINT_URL, …); nothing here overrides them.

export const documentClient = (): DynamoDBDocumentClient =>
  DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } });

export const s3Client = (): S3Client => new S3Client({});

export const sqsClient = (): SQSClient => new SQSClient({});

export const snsClient = (): SNSClient => new SNSClient({});

export const eventBridgeClient = (): EventBridgeClient => new EventBridgeClient({});

export const secretsManagerClient = (): SecretsManagerClient => new SecretsManagerClient({});

export const glueClient = (): GlueClient => new GlueClient({});

export const lambdaClient = (): LambdaClient => new LambdaClient({});
