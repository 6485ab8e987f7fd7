import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { createLambdaService } from '../../local/aws/runtime/lambda-service.ts';
import type { Runtime } from '../../local/aws/runtime/runtime.ts';
import { deployedFunction } from './deployed-function.ts';

const TARGET = deployedFunction(1);

describe('A function that another one invokes', () => {
  it('and does not wait for is work in the background until it ends', async () => {
    const mayEnd = Promise.withResolvers<void>();
    const runtime: Runtime = {
      invoke: async () => {
        await mayEnd.promise;
        return { requestId: 'i', outcome: { ok: true, payload: '{}' } };
      },
      kill: async () => 0,
      heapBytes: async () => 0,
      close: async () => {},
    };
    const works: Promise<void>[] = [];
    const service = createLambdaService(runtime, [TARGET], { background: (work) => void works.push(work) });
    const invoke = (headers: Record<string, string>) =>
      service({
        service: 'lambda',
        operation: 'Invoke',
        resource: 'worker',
        caller: 'Other.1',
        method: 'POST',
        path: '/2015-03-31/functions/worker/invocations',
        headers,
        body: Buffer.from('{}'),
      });
    assert.equal((await invoke({ 'x-amz-invocation-type': 'Event' })).status, 202);
    assert.equal(works.length, 1);
    const waitedFor = invoke({});
    mayEnd.resolve();
    await works[0];
    assert.equal((await waitedFor).status, 200);
    assert.equal(works.length, 1, 'who waits for the answer needs no other to wait');
  });
});
