import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { priceEffectMeasured } from '../../events/price-effect-measured.ts';
import { putIfAbsent } from '../../platform/aws/put-if-absent.ts';
import { pathSegment } from '../../platform/files/path-segment.ts';

const lookSchema = z.object({
  detail: priceEffectMeasured,
  /** The SHA-256 of each report in the compared days, shortened; the day without sales has none. */
  inputs: z.record(z.string(), z.string()),
  /** Whether the event is published: a new version with the same words is not told again. */
  told: z.boolean(),
});

/** A look as it was measured. Written once; a restated report makes a new version. */
export type StoredLook = z.output<typeof lookSchema>;

export type EffectStore = {
  /** The latest version of each look at a change, and whether its event is published. */
  looks(team: string, changeId: string): Promise<{ look: StoredLook; isPublished: boolean }[]>;
  /** Writes a look down; the first of two workers wins. @returns the look that stands */
  write(look: StoredLook): Promise<StoredLook>;
  markPublished(look: StoredLook): Promise<void>;
  /** The files of a table of ours, by their keys. */
  tableFiles(prefix: string): Promise<ReadonlySet<string>>;
  putTable(key: string, bytes: Uint8Array): Promise<void>;
};

const PUBLISHED = '.published.json';

const prefixOf = (team: string, changeId: string): string =>
  `audit/price-effects/${team}/${pathSegment(changeId)}/`;

const keyOf = ({ detail: { team, changeId, lookDays, version } }: StoredLook): string =>
  `${prefixOf(team, changeId)}${String(lookDays).padStart(2, '0')}-${version}`;

/**
 * Looks in the bucket: `audit/price-effects/<team>/<change>/<look>-<version>.json`. S3's conditional write lets each be
 * measured once, so that the function needs no right to write in a ledger that price changes live in.
 */
export function createEffectStore(s3: S3Client, bucket: string): EffectStore {
  const list = async (Prefix: string): Promise<string[]> => {
    const keys: string[] = [];
    for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix }))
      keys.push(...Contents.flatMap(({ Key }) => Key ?? []));
    return keys;
  };
  const read = async (key: string): Promise<StoredLook> => {
    const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    return lookSchema.parse(JSON.parse((await Body?.transformToString()) ?? ''));
  };
  return {
    looks: async (team, changeId) => {
      const keys = await list(prefixOf(team, changeId));
      const published = new Set(keys.filter((key) => key.endsWith(PUBLISHED)));
      const versions = keys
        .filter((key) => !key.endsWith(PUBLISHED))
        .map((key) => ({ key, ...numbersOf(key) }))
        .toSorted((a, b) => a.look - b.look || b.version - a.version);
      const latest = versions.filter(({ look }, index) => versions[index - 1]?.look !== look);
      return Promise.all(
        latest.map(async ({ key }) => ({
          look: await read(key),
          isPublished: published.has(key.replace(/\.json$/, PUBLISHED)),
        })),
      );
    },
    write: async (look) => {
      const key = `${keyOf(look)}.json`;
      await putIfAbsent(s3, { Bucket: bucket, Key: key, Body: JSON.stringify(look, undefined, 1) });
      return read(key);
    },
    markPublished: async (look) => {
      await putIfAbsent(s3, { Bucket: bucket, Key: `${keyOf(look)}${PUBLISHED}`, Body: '{}' });
    },
    tableFiles: async (prefix) => new Set(await list(prefix)),
    putTable: async (key, bytes) => {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }));
    },
  };
}

function numbersOf(key: string): { look: number; version: number } {
  const [, look = '', version = ''] = /(\d+)-(\d+)\.json$/.exec(key) ?? [];
  return { look: Number(look), version: Number(version) };
}
