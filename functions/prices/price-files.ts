import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2, type S3Client } from '@aws-sdk/client-s3';

/** Files in the bucket that people write and read. */
export type PriceFiles = {
  /** The text of a version; `undefined` where it is larger than `most` bytes. */
  read(key: string, versionId: string | undefined, most: number): Promise<string | undefined>;
  write(key: string, content: Record<string, unknown>): Promise<void>;
  /** The objects under a prefix, each with a mark that changes when it does. */
  list(prefix: string): AsyncIterable<{ key: string; version: string }>;
};

export function createPriceFiles(s3: S3Client, bucket: string): PriceFiles {
  return {
    read: async (key, versionId, most) => {
      const { Body, ContentLength = 0 } = await s3.send(
        new GetObjectCommand({ Bucket: bucket, Key: key, ...(versionId && { VersionId: versionId }) }),
      );
      if (ContentLength > most) return undefined;
      return (await Body?.transformToString()) ?? '';
    },
    write: async (key, content) => {
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: JSON.stringify(content, undefined, 1),
          ContentType: 'application/json',
        }),
      );
    },
    list: async function* (prefix) {
      const pages = paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix });
      for await (const { Contents = [] } of pages) {
        for (const { Key, ETag } of Contents) {
          if (Key !== undefined) yield { key: Key, version: (ETag ?? '').replaceAll('"', '') };
        }
      }
    },
  };
}
