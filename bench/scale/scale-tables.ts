import { createServer } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import { z } from 'zod';

/**
 * A thread that stands in for DynamoDB where nothing but volume matters: every Query has the same answer, every
 * write succeeds. Posts its port, and its counts when it is asked for them.
 */
const { answer } = z.object({ answer: z.string() }).parse(workerData);
const body = Buffer.from(answer);
const calls = { queries: 0, writes: 0 };

const server = createServer((request, response) => {
  const isQuery = request.headers['x-amz-target']?.toString().endsWith('.Query') === true;
  if (isQuery) calls.queries += 1;
  else calls.writes += 1;
  request.resume().on('end', () => {
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end(isQuery ? body : '{}');
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  parentPort?.postMessage({ port: typeof address === 'object' ? address?.port : undefined });
});
parentPort?.on('message', () => parentPort?.postMessage(calls));
