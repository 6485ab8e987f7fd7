import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { QueueMessage, Queues } from '../../local/aws/runtime/queues.ts';
import type { DeployedFunction, Runtime } from '../../local/aws/runtime/runtime.ts';
import { createSqsPump } from '../../local/aws/runtime/sqs-pump.ts';

const TARGET: DeployedFunction = {
  id: 'Work',
  name: 'work',
  arn: 'arn:work',
  code: '.',
  handler: 'index.handler',
  variables: {},
  timeoutSeconds: 1,
  memoryMegabytes: 128,
  concurrency: 2,
};

const message: QueueMessage = {
  MessageId: 'm',
  ReceiptHandle: 'r',
  Body: '{}',
  MD5OfBody: '',
  Attributes: {},
  MessageAttributes: {},
};

describe('A batch that a function works on', () => {
  it('is in flight until it ends, and no time passes before', async () => {
    const waiting = [message];
    const begun = Promise.withResolvers<void>();
    const mayEnd = Promise.withResolvers<void>();
    const queues: Queues = {
      receive: async () => waiting.splice(0),
      delete: async () => {},
      changeVisibility: async () => {},
      depth: async () => waiting.length,
      purge: async () => {},
    };
    const runtime: Runtime = {
      invoke: async () => {
        begun.resolve();
        await mayEnd.promise;
        return { requestId: 'i', outcome: { ok: true, payload: '{}' } };
      },
      kill: async () => 0,
      heapBytes: async () => 0,
      close: async () => {},
    };
    const pump = createSqsPump({ queues, runtime, redelivery: 'visibility-timeout' });
    pump.add({
      queue: 'q',
      target: TARGET,
      batchSize: 1,
      reportBatchItemFailures: false,
      maximumConcurrency: 2,
    });
    await begun.promise;
    assert.equal(pump.inFlight(), 1);
    const order: string[] = [];
    const passed = pump.whileStill(async () => void order.push('time passes'));
    await new Promise((resolve) => setImmediate(resolve));
    order.push('the batch ends');
    mayEnd.resolve();
    await passed;
    assert.deepEqual(order, ['the batch ends', 'time passes']);
    assert.equal(pump.inFlight(), 0);
    await pump.close();
  });
});
