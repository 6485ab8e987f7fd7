import { type DynamoDBDocumentClient, GetCommand, PutCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import type { Problem } from '../../../platform/errors.ts';
import type { EpochMillis } from '../../../platform/util/clock.ts';
import { problemSchema } from '../../../platform/validation/outcome-schema.ts';

/** A request of an event or a file that was refused before it was registered: when, and why. */
export type RefusedRequest = { at: EpochMillis; problems: readonly Problem[] };

/** Refused requests by the sha256 of the event's id and what it asked for. */
export type RefusedRequests = {
  read(sha256: string): Promise<RefusedRequest | undefined>;
  write(sha256: string, refused: RefusedRequest): Promise<void>;
};

const itemSchema = z.object({ at: z.number(), problems: z.array(problemSchema) });

/** In the table `Prices`, pk = `refused#<sha256>`. */
export function createRefusedRequests(documents: DynamoDBDocumentClient, table: string): RefusedRequests {
  const keyOf = (sha256: string) => ({ pk: `refused#${sha256}` });
  return {
    read: async (sha256) => {
      const { Item } = await documents.send(
        new GetCommand({ TableName: table, Key: keyOf(sha256), ConsistentRead: true }),
      );
      return itemSchema.safeParse(Item).data;
    },
    write: async (sha256, { at, problems }) => {
      await documents.send(
        new PutCommand({ TableName: table, Item: { ...keyOf(sha256), at, problems: [...problems] } }),
      );
    },
  };
}
