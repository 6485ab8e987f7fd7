import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';

/**
 * A thread that stands in for DynamoDB and SQS where nothing but volume matters: every series has the same dates, every
 * write succeeds, and the planner's marks are kept. It takes as long to answer as AWS does. Posts its port, and its
 * counts when it is asked for them.
 */
const item = z.looseObject({ sk: z.object({ S: z.string() }) });
const { items, answerMillis } = z
  .object({ items: z.array(item), answerMillis: z.number() })
  .parse(workerData);
const nothing = { queries: 0, gets: 0, writes: 0, units: 0, messages: 0, sends: 0 };
const marks = new Map<string, Map<string, Record<string, unknown>>>();
let run: Record<string, unknown> | undefined;
let calls = { ...nothing };

const attribute = z.record(z.string(), z.unknown());
const query = z.object({ ExpressionAttributeValues: z.record(z.string(), z.object({ S: z.string() })) });
const update = z.object({
  Key: z.record(z.string(), z.object({ S: z.string() })),
  ExpressionAttributeValues: attribute.optional(),
});
const batch = z.object({ RequestItems: z.record(z.string(), z.object({ Keys: z.array(z.unknown()) })) });
const sending = z.object({ Entries: z.array(z.object({ Id: z.string(), MessageBody: z.string() })) });

function answer(operation: string, body: string): unknown {
  const json: unknown = JSON.parse(body);
  switch (operation) {
    case 'Query': {
      const { ':pk': pk, ':from': from, ':to': to } = query.parse(json).ExpressionAttributeValues;
      calls.queries += 1;
      return read(itemsOf(pk?.S ?? '', from?.S ?? '', to?.S ?? ''), 1);
    }
    case 'BatchGetItem': {
      const keys = Object.values(batch.parse(json).RequestItems).flatMap(({ Keys }) => Keys);
      calls.gets += keys.length;
      read([], keys.length);
      return { Responses: {}, UnprocessedKeys: {} };
    }
    case 'GetItem':
      calls.gets += 1;
      read([], 1);
      return run === undefined ? {} : { Item: run };
    case 'SendMessageBatch': {
      const { Entries } = sending.parse(json);
      calls.messages += Entries.length;
      calls.sends += 1;
      return {
        Successful: Entries.map(({ Id, MessageBody }) => ({
          Id,
          MessageId: Id,
          MD5OfMessageBody: createHash('md5').update(MessageBody).digest('hex'),
        })),
        Failed: [],
      };
    }
    default:
      calls.writes += 1;
      if (operation === 'UpdateItem') noteUpdate(update.parse(json));
      return {};
  }
}

function itemsOf(pk: string, from: string, to: string): unknown[] {
  if (pk.endsWith('/MARKS')) return [...(marks.get(pk)?.values() ?? [])];
  if (pk.endsWith('/REFUSED')) return [];
  return items.filter(({ sk }) => sk.S >= from && sk.S <= to);
}

/** Half a unit for each 4 KB of a read that may be a moment old. Source: DynamoDB's "Read consistency". */
function read(found: unknown[], keys: number): { Items: unknown[] } {
  calls.units += (Math.ceil(JSON.stringify(found).length / 4096) * keys) / 2;
  return { Items: found };
}

/** Keeps what an update of a mark, or of where a run ended, sets: its values are named after the attributes. */
function noteUpdate({ Key, ExpressionAttributeValues = {} }: z.output<typeof update>): void {
  const [pk = '', sk = ''] = [Key['pk']?.S, Key['sk']?.S];
  const set = Object.fromEntries(
    Object.entries(ExpressionAttributeValues).flatMap(([name, value]) =>
      name.startsWith(':set_') ? [[name.slice(':set_'.length), value]] : [],
    ),
  );
  if (pk === 'planner') run = { ...Key, ...set };
  if (!pk.endsWith('/MARKS')) return;
  const team = marks.get(pk) ?? new Map<string, Record<string, unknown>>();
  team.set(sk, { ...Key, ...set });
  marks.set(pk, team);
}

const server = createServer((request, response) => {
  const operation = String(request.headers['x-amz-target']).split('.').pop() ?? '';
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const text = JSON.stringify(answer(operation, Buffer.concat(chunks).toString('utf8')));
    setTimeout(() => {
      response.setHeader('content-type', 'application/x-amz-json-1.0');
      response.end(text);
    }, answerMillis);
  });
});
server.listen(0, '127.0.0.1', () => {
  const address = server.address();
  parentPort?.postMessage({ port: typeof address === 'object' ? address?.port : undefined });
});
parentPort?.on('message', () => {
  parentPort?.postMessage(calls);
  calls = { ...nothing };
});
