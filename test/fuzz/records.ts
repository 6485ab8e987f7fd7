import fc from 'fast-check';
import { damaged, mutated, nastyJson, nastyText } from './hostile.ts';

/** JSON goes to Lambda as text: what the sender cannot write never arrives. */
export const sendable = (event: unknown): boolean => {
  try {
    return JSON.stringify(event) !== undefined;
  } catch {
    return false;
  }
};

type SqsRecord = Record<string, unknown>;

/** A record of a batch. `bad`: it can name no work; `damaged`: it may still do. */
export type Drawn = { kind: 'good' | 'bad' | 'damaged'; record: SqsRecord };

/** A record as SQS hands it to Lambda. */
const recordOf = (messageId: string, body: string): SqsRecord => ({
  messageId,
  receiptHandle: `handle of ${messageId}`,
  body,
  attributes: { ApproximateReceiveCount: '1', SentTimestamp: '1764000000000' },
  messageAttributes: {},
  md5OfBody: 'd41d8cd98f00b204e9800998ecf8427e',
  eventSource: 'aws:sqs',
  eventSourceARN: 'arn:aws:sqs:us-east-1:111122223333:queue',
  awsRegion: 'us-east-1',
});

/** The name by which a batch's answer can speak of a record; empty where it has none. */
export const idOf = ({ messageId }: SqsRecord): string => (typeof messageId === 'string' ? messageId : '');

/** Up to ten records in any order, exactly one of them good. `secret`: a text that some bodies hold. */
export function recordsAround(good: Record<string, unknown>, secret: string): fc.Arbitrary<Drawn[]> {
  const text = JSON.stringify(good);
  const broken = fc.oneof(
    nastyText.map((body) => ({ body })),
    nastyJson.filter(sendable).map((body) => ({ body: typeof body === 'string' ? [body] : body })),
    fc.constantFrom(secret, `{"privateKey": ${secret.slice(30)}`, secret.slice(28)).map((body) => ({ body })),
    // Deeper than any reader goes by recursion.
    fc
      .constantFrom('['.repeat(100_000), `${'{"team":'.repeat(9_000)}1${'}'.repeat(9_000)}`)
      .map((body) => ({ body })),
    fc.constant({ body: undefined }),
  );
  const lacking = fc.constantFrom<SqsRecord>(
    {},
    {},
    {},
    { messageId: undefined },
    { messageId: '' },
    { messageId: 7 },
    { attributes: undefined },
    { receiptHandle: undefined },
  );
  const bad = fc
    .tuple(broken, lacking)
    .map(([fields, others]) => ({ kind: 'bad' as const, fields: { ...fields, ...others } }));
  const maybe = fc.oneof(
    damaged(text).map((body) => ({ kind: 'damaged' as const, fields: { body } })),
    mutated(good)
      .filter(sendable)
      .map((json) => ({ kind: 'damaged' as const, fields: { body: JSON.stringify(json) } })),
  );
  return fc
    .tuple(fc.array(fc.oneof({ weight: 2, arbitrary: bad }, maybe), { maxLength: 9 }), fc.nat(9))
    .map(([others, place]) => {
      const records: Drawn[] = others.map(({ kind, fields }, index) => ({
        kind,
        record: { ...recordOf(`message-${index}`, text), ...fields },
      }));
      records.splice(place % (records.length + 1), 0, { kind: 'good', record: recordOf('good', text) });
      return records;
    });
}
