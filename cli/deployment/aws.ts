import { CloudFormationClient } from '@aws-sdk/client-cloudformation';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetAccountSettingsCommand, InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { JobError } from '../../functions/platform/errors.ts';
import type { Aws } from '../context/context.ts';
import { stackOutputs } from './stacks.ts';

/** Where the stacks are: the SDK's own region (unless given), profile and credentials, or a local endpoint. */
export type AwsTarget = { endpoint?: string; stage: string; region?: string };

export function connectAws({ endpoint, stage, region }: AwsTarget): Aws {
  const config =
    endpoint === undefined
      ? { ...(region !== undefined && { region }) }
      : { endpoint, region: 'us-east-1', credentials: { accessKeyId: 'operator', secretAccessKey: 'local' } };
  const stacks = new CloudFormationClient(config);
  const lambda = new LambdaClient(config);
  let outputs: Promise<ReadonlyMap<string, string>> | undefined;

  return {
    secrets: new SecretsManagerClient(config),
    s3: new S3Client(config),
    documents: DynamoDBDocumentClient.from(new DynamoDBClient(config), {
      marshallOptions: { removeUndefinedValues: true },
    }),
    output: async (name) => {
      outputs ??= stackOutputs(stacks, stage);
      const value = (await outputs).get(name);
      if (value !== undefined) return value;
      throw new JobError({
        code: 'OUTPUT_MISSING',
        message: `The stacks have no output ${name}; deploy this version of the app first (npx cdk deploy --all).`,
        retryable: false,
      });
    },
    invoke: async (functionName, payload) => {
      const answer = await lambda.send(
        new InvokeCommand({ FunctionName: functionName, Payload: Buffer.from(JSON.stringify(payload)) }),
      );
      const text = Buffer.from(answer.Payload ?? []).toString('utf8');
      const json: unknown = text === '' ? undefined : JSON.parse(text);
      if (answer.FunctionError === undefined) return json;
      throw new JobError({
        code: 'FUNCTION_FAILED',
        message: `The function failed: ${messageOf(json)}`,
        retryable: true,
      });
    },
    concurrency: async () => {
      const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}));
      return {
        limit: AccountLimit?.ConcurrentExecutions ?? 0,
        unreserved: AccountLimit?.UnreservedConcurrentExecutions ?? 0,
      };
    },
  };
}

const messageOf = (json: unknown): string =>
  typeof json === 'object' && json !== null && 'errorMessage' in json
    ? String(json.errorMessage)
    : 'its log says why';
