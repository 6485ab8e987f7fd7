import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Readable } from 'node:stream';
import {
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  type PutObjectCommandInput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { hasHttpStatus } from '../../platform/aws/sdk-error.ts';
import { JobError } from '../../platform/errors.ts';
import { type DownloadedFile, downloadFile, sha256OfFile } from './download-file.ts';

/** A table object when it was looked at: its ETag and the raw file it shows; both `undefined` when there was none. */
export type TableState = { etag: string | undefined; reportSha256: string | undefined };

/** A table file on the function's disk and the raw file it was made from. */
export type TableFile = { path: string; reportSha256: string };

const SHA256_METADATA = 'report-sha256';

/** The bucket: raw files, never overwritten, and table files, replaced only by who knows the present one. */
export type Lake = {
  /** Stores Apple's bytes under a key that holds their SHA-256; a repeat finds them there already. */
  putRaw(key: string, file: { path: string; sha256: string }): Promise<void>;
  /**
   * Reads a raw file to the function's disk.
   *
   * @throws JobError `RAW_FILE_DAMAGED` when its bytes are not those that its key names
   */
  getRaw(key: string, path: string): Promise<DownloadedFile>;
  tableState(key: string): Promise<TableState>;
  /** Replaces the table file only if it is still as `state` says. `false`: somebody else has replaced it since. */
  replaceTable(key: string, table: TableFile, state: TableState): Promise<boolean>;
};

/** A lake on S3 with its conditional writes (`If-None-Match`, `If-Match`). Throws what S3 throws. */
export function createLake(s3: S3Client, bucket: string): Lake {
  type Extra = Pick<PutObjectCommandInput, 'IfMatch' | 'IfNoneMatch' | 'Metadata'>;
  const put = async (key: string, path: string, sha256: string, extra: Extra) =>
    s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: createReadStream(path),
        ContentLength: (await stat(path)).size,
        // S3 refuses the object should its bytes not be these.
        ChecksumSHA256: Buffer.from(sha256, 'hex').toString('base64'),
        ...extra,
      }),
    );

  return {
    putRaw: async (key, { path, sha256 }) => {
      try {
        await put(key, path, sha256, { IfNoneMatch: '*' });
      } catch (error) {
        // The key holds the hash of the bytes: whoever was first has stored the same.
        if (!hasHttpStatus(error, 412)) throw error;
      }
    },
    getRaw: async (key, path) => {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      if (!(Body instanceof Readable)) throw new TypeError(`S3 gave no stream for ${key}`);
      const file = await downloadFile(Body, path);
      if (key.includes(file.sha256)) return file;
      throw new JobError({
        code: 'RAW_FILE_DAMAGED',
        message: `${key} does not have the bytes that its name says; restore an earlier version of the object`,
        retryable: false,
      });
    },
    tableState: async (key) => {
      try {
        const { ETag, Metadata } = await s3.send(new HeadObjectCommand({ Bucket: bucket, Key: key }));
        return { etag: ETag, reportSha256: Metadata?.[SHA256_METADATA] };
      } catch (error) {
        if (hasHttpStatus(error, 404)) return { etag: undefined, reportSha256: undefined };
        throw error;
      }
    },
    replaceTable: async (key, { path, reportSha256 }, { etag }) => {
      const condition = etag === undefined ? { IfNoneMatch: '*' } : { IfMatch: etag };
      try {
        const Metadata = { [SHA256_METADATA]: reportSha256 };
        await put(key, path, await sha256OfFile(path), { ...condition, Metadata });
        return true;
      } catch (error) {
        if (hasHttpStatus(error, 412) || hasHttpStatus(error, 404)) return false;
        throw error;
      }
    },
  };
}
