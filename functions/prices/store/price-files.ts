import {
  GetObjectCommand,
  PutObjectCommand,
  paginateListObjectsV2,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import { JobError } from '../../platform/errors.ts';
import { decodeFileText } from '../../platform/files/file-text.ts';
import { type Checked, rejected } from '../../platform/validation/checked.ts';

/** No such object, no such version, or a name that none can have. */
const isNotThere = (error: unknown): boolean =>
  error instanceof S3ServiceException && [400, 404].includes(error.$metadata.httpStatusCode ?? 0);

const missingFile = (key: string, cause: unknown): JobError =>
  new JobError({
    code: 'FILE_MISSING',
    message: `The bucket has no file "${key.slice(0, 200)}" in the version that was named: it is deleted or was never there. Put it there again.`,
    retryable: false,
    cause,
  });

/** Files in the bucket that people write and read. */
export type PriceFiles = {
  /**
   * The text of a version, or why there is none: it is larger than `maximumBytes`, or no text. Throws JobError
   * `FILE_MISSING`.
   */
  read(key: string, versionId: string | undefined, maximumBytes: number): Promise<Checked<string>>;
  write(key: string, content: Record<string, unknown>): Promise<void>;
  /** The objects under a prefix, each with a mark that changes when it does. */
  list(prefix: string): AsyncIterable<{ key: string; version: string }>;
};

export function createPriceFiles(s3: S3Client, bucket: string): PriceFiles {
  return {
    read: async (key, versionId, maximumBytes) => {
      const { Body, ContentLength = 0 } = await s3
        .send(new GetObjectCommand({ Bucket: bucket, Key: key, ...(versionId && { VersionId: versionId }) }))
        .catch((error: unknown) => {
          throw isNotThere(error) ? missingFile(key, error) : error;
        });
      if (ContentLength > maximumBytes)
        return rejected('(file)', `is larger than ${maximumBytes} bytes; split it`);
      return decodeFileText((await Body?.transformToByteArray()) ?? new Uint8Array());
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
