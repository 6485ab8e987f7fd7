import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { putIfAbsent } from '../../platform/aws/put-if-absent.ts';
import { readStoredJson } from '../../platform/validation/read-json.ts';
import { type DayMoves, dayMovesSchema, MOVES_PREFIX } from './day-moves.ts';

/** Keeps what Apple moved by itself, one object per team and day; a day on which nothing moved has none. */
export type MoveLog = { write(day: DayMoves): Promise<void> };

export const createMoveLog = (s3: S3Client, bucket: string): MoveLog => ({
  write: (day) =>
    putIfAbsent(s3, {
      Bucket: bucket,
      Key: `${MOVES_PREFIX}${day.team}/${day.day}.json`,
      Body: JSON.stringify(day),
    }),
});

export type MovedDays = {
  /** Newest first. */
  days: DayMoves[];
  /** Keys of objects that this version cannot read. */
  unreadable: string[];
};

/**
 * The days on which Apple moved something of a team, from a day on.
 *
 * @param from the first Pacific day, such as `2026-11-01`
 */
export async function readMovedDays(
  s3: S3Client,
  bucket: string,
  { team, from }: { team: string; from: string },
): Promise<MovedDays> {
  const prefix = `${MOVES_PREFIX}${team}/`;
  const found: MovedDays = { days: [], unreadable: [] };
  let ContinuationToken: string | undefined;
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken }),
    );
    for (const { Key = '' } of page.Contents ?? []) {
      if (!Key.endsWith('.json') || Key.slice(prefix.length) < from) continue;
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }));
      const day = readStoredJson(await Body?.transformToString(), dayMovesSchema);
      if (day === undefined) found.unreadable.push(Key);
      else found.days.push(day);
    }
    ContinuationToken = page.NextContinuationToken;
  } while (ContinuationToken !== undefined);
  return { ...found, days: found.days.toReversed() };
}
