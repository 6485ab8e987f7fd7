import type { Backend } from '../base/http-message.ts';

/** SQS behind the gateway: queue URLs in answers point to the gateway, as the emulator's own host is odd. */
export function createSqs(emulator: Backend, endpoint: string): Backend {
  return async (request) => {
    const response = await emulator(request);
    if (!['CreateQueue', 'GetQueueUrl', 'ListQueues'].includes(request.operation)) return response;
    const text = response.body.toString('utf8').replace(/http:\/\/sqs\.[^/"]+\//g, `${endpoint}/`);
    return { ...response, body: Buffer.from(text) };
  };
}
