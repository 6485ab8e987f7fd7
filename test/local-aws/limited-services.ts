import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { startGateway } from '../../local/aws/gateway/gateway.ts';
import { createMessageMoves } from '../../local/aws/redrive/message-moves.ts';
import { createMoveQueues } from '../../local/aws/redrive/move-queues.ts';
import { createFunctionLog } from '../../local/aws/runtime/function-log.ts';
import { createLambdaService } from '../../local/aws/runtime/lambda-service.ts';
import { createRuntime } from '../../local/aws/runtime/runtime.ts';
import { startEmulators } from '../../local/aws/services/emulators.ts';
import { createEventBridge } from '../../local/aws/services/event-bridge.ts';
import { createS3 } from '../../local/aws/services/s3.ts';
import { createSecretsManager } from '../../local/aws/services/secrets-manager.ts';
import { createSqs } from '../../local/aws/services/sqs.ts';
import { createSimulatedClock } from '../../local/clock/clock.ts';

export const BUS = 'bus';
const clock = createSimulatedClock(Date.parse('2026-11-24T17:00:00Z'));

const clientsAt = (endpoint: string) => {
  const config = {
    endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
  };
  return {
    s3: new S3Client(config),
    sqs: new SQSClient(config),
    sns: new SNSClient(config),
    dynamodb: new DynamoDBClient(config),
    secrets: new SecretsManagerClient(config),
    events: new EventBridgeClient(config),
    lambda: new LambdaClient(config),
  };
};

/** The local services with what AWS refuses at its limits, a bus, and a function that answers with so many letters. */
export async function startLimitedServices() {
  const gateway = await startGateway(clock);
  const emulators = await startEmulators(undefined);
  const events = createEventBridge(clock, () => undefined);
  events.addBus(BUS);
  gateway.serve('s3', createS3(emulators.messages));
  const moves = createMessageMoves({
    queues: createMoveQueues(emulators.messages),
    clock,
    background: (work) => void work,
    moved: () => {},
  });
  gateway.serve('sqs', createSqs(emulators.messages, gateway.endpoint, moves));
  gateway.serve('sns', emulators.messages);
  gateway.serve('dynamodb', emulators.tables);
  gateway.serve('secretsmanager', createSecretsManager(clock).backend);
  gateway.serve('events', events.backend);
  const runtime = createRuntime({
    endpoint: gateway.endpoint,
    clock: clock.shared,
    log: createFunctionLog(clock),
    variables: {},
  });
  const code = mkdtempSync(join(tmpdir(), 'bundle-'));
  writeFileSync(
    join(code, 'index.mjs'),
    'export const handler = async ({ answer = 1 }) => "x".repeat(answer);\n',
  );
  gateway.serve(
    'lambda',
    createLambdaService(runtime, [
      {
        id: 'Repeat',
        name: 'Repeat',
        arn: 'arn:Repeat',
        code,
        handler: 'index.handler',
        variables: {},
        timeoutSeconds: 30,
        memoryMegabytes: 128,
        concurrency: 1,
      },
    ]),
  );
  const clients = clientsAt(gateway.endpoint);
  const close = async (): Promise<void> => {
    for (const client of Object.values(clients)) client.destroy();
    await runtime.close();
    await emulators.close();
    await gateway.close();
  };
  return { clients, events, runtime, close };
}

/** The name by which the SDK knows the refusal; `undefined` when the call was accepted. */
export const refusalOf = (work: Promise<unknown>): Promise<string | undefined> =>
  work.then(
    () => undefined,
    (error) => error.name,
  );
