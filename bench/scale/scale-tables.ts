import { createServer } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';

/**
 * A thread that stands in for DynamoDB where nothing but volume matters: every series has the same dates, every write
 * succeeds, and the planner's marks are kept. Posts its port, and its counts when it is asked for them.
 */
const item = z.looseObject({ sk: z.object({ S: z.string() }) });
const { items } = z.object({ items: z.array(item) }).parse(workerData);
const marks = new Map<string, Map<string, Record<string, unknown>>>();
let calls = { queries: 0, writes: 0, units: 0 };

const attribute = z.record(z.string(), z.unknown());
const query = z.object({ ExpressionAttributeValues: z.record(z.string(), z.object({ S: z.string() })) });
const update = z.object({
  Key: z.record(z.string(), z.object({ S: z.string() })),
  ExpressionAttributeValues: attribute.optional(),
});

function answer(operation: string, body: string): string {
  const json: unknown = JSON.parse(body);
  if (operation === 'Query') {
    const { ':pk': pk, ':from': from, ':to': to } = query.parse(json).ExpressionAttributeValues;
    const found = pk?.S.endsWith('/MARKS')
      ? [...(marks.get(pk.S)?.values() ?? [])]
      : items.filter(({ sk }) => sk.S >= (from?.S ?? '') && sk.S <= (to?.S ?? ''));
    const text = JSON.stringify({ Items: found });
    calls.queries += 1;
    // Half a unit for each 4 KB of a read that may be a moment old. Source: DynamoDB's "Read consistency".
    calls.units += Math.ceil(text.length / 4096) / 2;
    return text;
  }
  calls.writes += 1;
  if (operation === 'UpdateItem') noteMark(update.parse(json));
  return '{}';
}

/** Keeps what an update of a mark sets: its values are named after the attributes. */
function noteMark({ Key, ExpressionAttributeValues = {} }: z.output<typeof update>): void {
  const [pk = '', sk = ''] = [Key['pk']?.S, Key['sk']?.S];
  if (!pk.endsWith('/MARKS')) return;
  const set = Object.entries(ExpressionAttributeValues).flatMap(([name, value]) =>
    name.startsWith(':set_') ? [[name.slice(':set_'.length), value]] : [],
  );
  const team = marks.get(pk) ?? new Map<string, Record<string, unknown>>();
  team.set(sk, { ...Key, ...Object.fromEntries(set) });
  marks.set(pk, team);
}

const server = createServer((request, response) => {
  const operation = String(request.headers['x-amz-target']).split('.').pop() ?? '';
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    response.setHeader('content-type', 'application/x-amz-json-1.0');
    response.end(answer(operation, Buffer.concat(chunks).toString('utf8')));
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  parentPort?.postMessage({ port: typeof address === 'object' ? address?.port : undefined });
});
parentPort?.on('message', () => {
  parentPort?.postMessage(calls);
  calls = { queries: 0, writes: 0, units: 0 };
});
