import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { GetFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { DeleteMessageCommand, type Message, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { z } from 'zod';
import {
  type ExecutionEnvironment,
  startEnvironment,
} from '../../local/aws/runtime/execution-environment.ts';
import type { SimulatedClock } from '../../local/clock/clock.ts';
import { type ClientConfig, REGION } from './deploy.ts';

const AWS_QUEUES = `https://sqs.${REGION}.amazonaws.com`;
const output = z.object({ batchItemFailures: z.array(z.unknown()) });

/** Runs the bundles of deployed functions, and feeds them from queues. */
export class DeployedFunctions {
  readonly #config: ClientConfig;
  readonly #assembly: string;
  readonly #apple: string;
  readonly #running: ExecutionEnvironment[] = [];
  readonly #clock: SimulatedClock;
  readonly #rates: string;
  /** What the functions printed. */
  printed = '';

  constructor(
    config: ClientConfig,
    assembly: string,
    { apple, rates, clock }: { apple: string; rates: string; clock: SimulatedClock },
  ) {
    this.#config = config;
    this.#assembly = assembly;
    this.#apple = apple;
    this.#rates = rates;
    this.#clock = clock;
  }

  /** The answer of one invocation, in an execution environment of its own. */
  async invoke(functionName: string, asset: string, payload: unknown): Promise<unknown> {
    const lambda = new LambdaClient(this.#config);
    const { Configuration = {} } = await lambda.send(new GetFunctionCommand({ FunctionName: functionName }));
    lambda.destroy();
    const [file = '', handler = ''] = (Configuration.Handler ?? '').split('.');
    const environment = startEnvironment({
      name: functionName,
      start: {
        module: pathToFileURL(join(this.#assembly, asset, `${file}.mjs`)).href,
        handler,
        clock: this.#clock.shared,
        functionName,
        functionArn: Configuration.FunctionArn ?? '',
        memoryMegabytes: Configuration.MemorySize ?? 512,
      },
      variables: {
        ...this.#given(),
        // The code may be a link: settings lie beside the link.
        LAMBDA_TASK_ROOT: join(this.#assembly, asset),
        ...this.#own(Configuration.Environment?.Variables ?? {}),
      },
      onOutput: (text) => {
        this.printed += text;
      },
    });
    this.#running.push(environment);
    const outcome = await environment.run({
      requestId: randomUUID(),
      payload: JSON.stringify(payload),
      timeoutMillis: (Configuration.Timeout ?? 3) * 1000,
    });
    await this.#end(environment);
    if (!outcome.ok)
      throw new Error(`${functionName} failed: ${JSON.stringify(outcome.failure)}\n${this.printed}`);
    return JSON.parse(outcome.payload);
  }

  /** Takes messages from a queue to a function, one by one, until the queue is empty; gives how many there were. */
  async feed(queueUrl: string, functionName: string, asset: string): Promise<number> {
    const sqs = new SQSClient(this.#config);
    const QueueUrl = this.#reachable(queueUrl);
    for (let fed = 0; ; fed += 1) {
      const received = await sqs.send(
        new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 1, WaitTimeSeconds: 0 }),
      );
      const [message] = received.Messages ?? [];
      if (message === undefined) {
        sqs.destroy();
        return fed;
      }
      const answer = await this.invoke(functionName, asset, { Records: [recordOf(message)] });
      if (output.parse(answer).batchItemFailures.length > 0)
        throw new Error(`${functionName} gave the message back: ${message.Body}\n${this.printed}`);
      await sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: message.ReceiptHandle }));
    }
  }

  async close(): Promise<void> {
    await Promise.all(this.#running.map((environment) => this.#end(environment)));
  }

  #end(environment: ExecutionEnvironment): Promise<void> {
    return environment.kill({ errorType: 'Done', errorMessage: 'The run is over', stack: [] });
  }

  /** What the stack gives a function, as moto's Lambda has it. */
  #own(variables: Readonly<Record<string, string>>): Record<string, string> {
    return Object.fromEntries(
      Object.entries(variables).map(([name, value]) => [name, this.#reachable(value)]),
    );
  }

  /** What Lambda gives, and where AWS, Apple and the central bank are. */
  #given(): Record<string, string> {
    return {
      AWS_REGION: REGION,
      AWS_ACCESS_KEY_ID: 'moto',
      AWS_SECRET_ACCESS_KEY: 'moto',
      AWS_ENDPOINT_URL: this.#config.endpoint,
      AWS_EC2_METADATA_DISABLED: 'true',
      APP_STORE_CONNECT_BASE_URL: this.#apple,
      EXCHANGE_RATES_BASE_URL: this.#rates,
      TZ: ':UTC',
    };
  }

  #reachable(value: string): string {
    return value.replace(AWS_QUEUES, this.#config.endpoint);
  }
}

const recordOf = ({ MessageId, ReceiptHandle, Body }: Message) => ({
  messageId: MessageId,
  receiptHandle: ReceiptHandle,
  body: Body,
});
