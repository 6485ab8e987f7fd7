import { CloudFormationClient, DescribeStacksCommand } from '@aws-sdk/client-cloudformation';
import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutEventsCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs';
import { z } from 'zod';
import type { ClientConfig } from '../cloudformation/deploy.ts';
import { REGION } from './mini-stack.ts';

/** The outputs of some stacks together. */
export async function outputsOf(
  config: ClientConfig,
  stacks: readonly string[],
): Promise<Map<string, string>> {
  const client = new CloudFormationClient(config);
  const outputs = new Map<string, string>();
  for (const StackName of stacks) {
    const { Stacks = [] } = await client.send(new DescribeStacksCommand({ StackName }));
    for (const { OutputKey = '', OutputValue = '' } of Stacks[0]?.Outputs ?? [])
      outputs.set(OutputKey, OutputValue);
  }
  client.destroy();
  return outputs;
}

/** Invokes a deployed function and waits for its answer. */
export async function invoke(config: ClientConfig, FunctionName: string, payload: unknown): Promise<unknown> {
  const client = new LambdaClient(config);
  const { Payload, FunctionError } = await client.send(
    new InvokeCommand({ FunctionName, Payload: JSON.stringify(payload) }),
  );
  client.destroy();
  const text = Payload?.transformToString() ?? '';
  if (FunctionError !== undefined) throw new Error(`${FunctionName} failed (${FunctionError}): ${text}`);
  return JSON.parse(text);
}

/** Requests a price change by an event, as a company's own system does. */
export async function publishRequest(
  config: ClientConfig,
  EventBusName: string,
  detail: unknown,
): Promise<void> {
  const client = new EventBridgeClient(config);
  const { FailedEntryCount } = await client.send(
    new PutEventsCommand({
      Entries: [
        {
          EventBusName,
          Source: 'acme.pricing',
          DetailType: 'Price Change Requested',
          Detail: JSON.stringify(detail),
        },
      ],
    }),
  );
  client.destroy();
  if (FailedEntryCount !== 0) throw new Error('The bus has not taken the event');
}

/**
 * Lets every event of a type be kept in a queue from now on.
 *
 * @returns waits for the next one, and gives its detail
 */
export async function keepEvents(
  config: ClientConfig,
  EventBusName: string,
  detailType: string,
): Promise<() => Promise<unknown>> {
  const [sqs, events] = [new SQSClient(config), new EventBridgeClient(config)];
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'kept-events' }));
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn'] }),
  );
  const rule = { EventBusName, Name: 'KeepEvents' };
  await events.send(
    new PutRuleCommand({ ...rule, EventPattern: JSON.stringify({ 'detail-type': [detailType] }) }),
  );
  await events.send(
    new PutTargetsCommand({
      EventBusName,
      Rule: rule.Name,
      Targets: [{ Id: 'queue', Arn: Attributes?.QueueArn ?? '' }],
    }),
  );
  return async () => {
    for (let tries = 0; tries < MOST_SECONDS; tries += 1) {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 1 }));
      const [message] = Messages;
      if (message === undefined) continue;
      await events.send(new RemoveTargetsCommand({ EventBusName, Rule: rule.Name, Ids: ['queue'] }));
      await events.send(new DeleteRuleCommand(rule));
      for (const client of [sqs, events]) client.destroy();
      return z.looseObject({ detail: z.unknown() }).parse(JSON.parse(message.Body ?? '')).detail;
    }
    throw new Error(`No event ${detailType} within ${MOST_SECONDS} seconds`);
  };
}

const DEPTHS = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const;
const MOST_SECONDS = 180;

/** Waits until the event source mapping has worked off a queue. */
export async function untilEmpty(config: ClientConfig, QueueUrl: string): Promise<void> {
  const client = new SQSClient(config);
  let stillSince = 0;
  for (let second = 0; second < MOST_SECONDS; second += 1) {
    const { Attributes = {} } = await client.send(
      new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...DEPTHS] }),
    );
    const depth = DEPTHS.reduce((sum, name) => sum + Number(Attributes[name] ?? 0), 0);
    stillSince = depth === 0 ? stillSince + 1 : 0;
    if (stillSince > 2) break;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
  client.destroy();
  if (stillSince <= 2) throw new Error(`${QueueUrl} is not empty after ${MOST_SECONDS} seconds`);
}

/** One call of Athena. The SDK's client is no dependency of the product, so the protocol is spoken here. */
async function athena<Schema extends z.ZodType>(
  { endpoint, credentials }: ClientConfig,
  operation: string,
  input: unknown,
  schema: Schema,
): Promise<z.output<Schema>> {
  const day = new Date().toISOString().slice(0, 10).replaceAll('-', '');
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AmazonAthena.${operation}`,
      authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${day}/${REGION}/athena/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`Athena ${operation}: ${response.status} ${text}`);
  return schema.parse(JSON.parse(text));
}

const status = z.object({
  QueryExecution: z.object({
    Status: z.object({ State: z.string(), StateChangeReason: z.string().optional() }),
  }),
});
const results = z.object({
  ResultSet: z.object({
    Rows: z.array(z.object({ Data: z.array(z.object({ VarCharValue: z.string().optional() })) })),
  }),
});

/** Runs a query of Athena. @returns its rows as text, without the head */
export async function query(
  config: ClientConfig,
  { sql, database, workgroup }: { sql: string; database: string; workgroup: string },
): Promise<string[][]> {
  const { QueryExecutionId } = await athena(
    config,
    'StartQueryExecution',
    { QueryString: sql, QueryExecutionContext: { Database: database }, WorkGroup: workgroup },
    z.object({ QueryExecutionId: z.string() }),
  );
  for (let tries = 0; tries < 60; tries += 1) {
    const { Status } = (await athena(config, 'GetQueryExecution', { QueryExecutionId }, status))
      .QueryExecution;
    if (Status.State === 'FAILED') throw new Error(`${sql}: ${Status.StateChangeReason}`);
    if (Status.State === 'SUCCEEDED') {
      const { ResultSet } = await athena(config, 'GetQueryResults', { QueryExecutionId }, results);
      return ResultSet.Rows.slice(1).map(({ Data }) => Data.map(({ VarCharValue = '' }) => VarCharValue));
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  throw new Error(`${sql} is not answered within thirty seconds`);
}
