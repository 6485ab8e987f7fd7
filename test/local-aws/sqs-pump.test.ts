import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { QueueMessage, Queues } from '../../local/aws/runtime/queues.ts';
import type { Runtime } from '../../local/aws/runtime/runtime.ts';
import { createSqsPump } from '../../local/aws/runtime/sqs-pump.ts';
import { deployedFunction } from './deployed-function.ts';

const TARGET = deployedFunction(2);

const message: QueueMessage = {
  MessageId: 'm',
  ReceiptHandle: 'r',
  Body: '{}',
  MD5OfBody: '',
  Attributes: {},
  MessageAttributes: {},
};

async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('A batch that a function works on', () => {
  it('is in flight until it ends: until then, and while a message waits, nothing is still', async () => {
    const waiting = [message];
    let taken = 0;
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
        taken += 1;
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
    assert.equal(pump.isStill(), false);
    // The function sends one more before it ends.
    waiting.push(message);
    pump.wake();
    mayEnd.resolve();
    await until(() => pump.isStill());
    assert.deepEqual([taken, waiting.length], [2, 0]);
    waiting.push(message);
    pump.wake();
    assert.equal(pump.isStill(), false, 'a message waits that can be taken');
    await until(() => pump.isStill());
    assert.equal(taken, 3);
    // While queues are paused, what waits is not work.
    pump.pause();
    await until(() => pump.isStill());
    waiting.push(message);
    pump.wake();
    assert.equal(pump.isStill(), true);
    assert.equal(pump.inFlight(), 0);
    await pump.close();
  });
});
