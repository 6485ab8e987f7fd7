import { type DynamoDBDocumentClient, GetCommand, PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import type { KeyOwner } from '../../app-store-connect/key-metrics.ts';
import { conditionalUpdate } from '../../platform/aws/conditional-update.ts';
import type { Clock } from '../../platform/util/clock.ts';
import { MINUTE_MILLIS } from '../../platform/util/time.ts';
import { type KeyStatus, keyStatusSchema } from './key-status.ts';
import { type Rotation, type RotationChange, rotationSchema } from './rotation.ts';

/** One notice of one key: it is sent once, whoever tries. */
export type NoticeId = { keyId: string; step: string };

/** What is remembered of keys, in the table `Keys`. */
export type KeyLedger = {
  status(keyUse: KeyOwner): Promise<KeyStatus | undefined>;
  putStatus(status: KeyStatus): Promise<void>;
  /** Wins the right to send a notice, unless it was sent, or somebody else is at it: who may die before it is sent. */
  claimNotice(id: NoticeId): Promise<'won' | 'sent' | 'taken'>;
  /** Notes that a notice was sent. Harmless to repeat. */
  noteSent(id: NoticeId): Promise<void>;
  rotation(keyUse: KeyOwner, keyId: string): Promise<Rotation | undefined>;
  rotations(keyUse: KeyOwner): Promise<Rotation[]>;
  /** Writes a rotation down, unless one to this key is known already; gives the one that stands. */
  beginRotation(rotation: Rotation): Promise<Rotation>;
  /** Moves a rotation on from a state. `false`: somebody else has moved it already. */
  moveRotation(rotation: Rotation, change: RotationChange): Promise<boolean>;
};

/** The one who claimed a notice has this long to send it; after that it counts as not sent. */
export const CLAIM_MILLIS = 15 * MINUTE_MILLIS;

/** @param options `table`: pk and sk are text; see docs/data-model.md for the items */
export function createKeyLedger(options: {
  documents: DynamoDBDocumentClient;
  table: string;
  clock: Clock;
}): KeyLedger {
  const { documents, table, clock } = options;
  const get = async (key: { pk: string; sk: string }): Promise<unknown> =>
    (await documents.send(new GetCommand({ TableName: table, Key: key, ConsistentRead: true }))).Item;

  return {
    status: async (keyUse) => keyStatusSchema.safeParse(await get({ pk: pkOf(keyUse), sk: 'status' })).data,
    putStatus: async (status) => {
      await documents.send(
        new PutCommand({ TableName: table, Item: { pk: pkOf(status), sk: 'status', ...status } }),
      );
    },
    claimNotice: async (id) => {
      const now = clock.now();
      const { won, item } = await conditionalUpdate(documents, {
        table,
        key: noticeKey(id),
        set: { claimedUntil: now + CLAIM_MILLIS },
        condition:
          'attribute_not_exists(#sentAt) AND (attribute_not_exists(#claimedUntil) OR #claimedUntil <= :claimNow)',
        values: { claimNow: now },
      });
      if (won) return 'won';
      return item?.['sentAt'] === undefined ? 'taken' : 'sent';
    },
    noteSent: async (id) => {
      await conditionalUpdate(documents, {
        table,
        key: noticeKey(id),
        set: { sentAt: clock.now(), claimedUntil: undefined },
        condition: 'attribute_not_exists(#sentAt)',
      });
    },
    rotation: async (keyUse, keyId) =>
      rotationSchema.safeParse(await get({ pk: pkOf(keyUse), sk: `rotation#${keyId}` })).data,
    rotations: async (keyUse) => {
      const found: Rotation[] = [];
      const pages = paginateQuery(
        { client: documents },
        {
          TableName: table,
          ConsistentRead: true,
          KeyConditionExpression: '#pk = :pk AND begins_with(#sk, :kind)',
          ExpressionAttributeNames: { '#pk': 'pk', '#sk': 'sk' },
          ExpressionAttributeValues: { ':pk': pkOf(keyUse), ':kind': 'rotation#' },
        },
      );
      for await (const { Items = [] } of pages)
        found.push(...Items.map((item) => rotationSchema.parse(item)));
      return found;
    },
    beginRotation: async (rotation) => {
      const { pk, sk } = rotationKey(rotation);
      const { item } = await conditionalUpdate(documents, {
        table,
        key: { pk, sk },
        set: { ...rotation },
        // One that failed may be begun again, as its candidate may have been put right.
        condition: 'attribute_not_exists(#state) OR #state = :rejected',
        values: { rejected: 'rejected' },
      });
      return rotationSchema.parse(item);
    },
    moveRotation: async (rotation, change) => {
      const { won } = await conditionalUpdate(documents, {
        table,
        key: rotationKey(rotation),
        set: change,
        condition: '#state = :fromState',
        values: { fromState: rotation.state },
      });
      return won;
    },
  };
}

const pkOf = ({ team, job }: KeyOwner): string => `key#${team}#${job}`;
const rotationKey = (rotation: Rotation) => ({ pk: pkOf(rotation), sk: `rotation#${rotation.keyId}` });
const noticeKey = ({ keyId, step }: NoticeId) => ({ pk: `notice#${keyId}`, sk: step });
