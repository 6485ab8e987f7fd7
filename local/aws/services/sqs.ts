import type { Backend } from '../gateway/http-message.ts';

/** The account number that the emulators use. */
export const ACCOUNT = '000000000000';
export const REGION = 'us-east-1';

export const queueUrl = (endpoint: string, name: string): string => `${endpoint}/${ACCOUNT}/${name}`;

export const queueArn = (name: string): string => `arn:aws:sqs:${REGION}:${ACCOUNT}:${name}`;

/** SQS behind the gateway: queue URLs in answers point to the gateway, as the emulator's own host is odd. */
export function createSqs(emulator: Backend, endpoint: string): Backend {
  return async (request) => {
    const response = await emulator(request);
    if (!['CreateQueue', 'GetQueueUrl', 'ListQueues'].includes(request.operation)) return response;
    const text = response.body.toString('utf8').replace(/http:\/\/sqs\.[^/"]+\//g, `${endpoint}/`);
    return { ...response, body: Buffer.from(text) };
  };
}
