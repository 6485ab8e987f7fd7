import type { Backend } from '../base/http-message.ts';
import type { MessageMoves } from '../redrive/message-moves.ts';

/**
 * SQS behind the gateway: queue URLs in answers point to the gateway, as the emulator's own host is odd. What the emulator
 * lacks, moving dead letters back, is answered by `moves`.
 */
export function createSqs(emulator: Backend, endpoint: string, moves: MessageMoves): Backend {
  return async (request) => {
    const ofMove = await moves(request.operation, request.body);
    if (ofMove !== undefined) return ofMove;
    const response = await emulator(request);
    if (!['CreateQueue', 'GetQueueUrl', 'ListQueues'].includes(request.operation)) return response;
    const text = response.body.toString('utf8').replace(/http:\/\/sqs\.[^/"]+\//g, `${endpoint}/`);
    return { ...response, body: Buffer.from(text) };
  };
}
