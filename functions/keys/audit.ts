import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';

/** Writes an audit record once: a repeat of the same step finds its record there already and leaves it. */
export type WriteAudit = (key: string, record: Record<string, unknown>) => Promise<void>;

/** Records in the bucket, which refuses to overwrite what lies under `audit/`. */
export function createAudit(s3: S3Client, bucket: string): WriteAudit {
  return async (key, record) => {
    try {
      await s3.send(
        new PutObjectCommand({
          Bucket: bucket,
          Key: key,
          Body: `${JSON.stringify(record, null, 2)}\n`,
          ContentType: 'application/json',
          IfNoneMatch: '*',
        }),
      );
    } catch (error) {
      if (!isThereAlready(error)) throw error;
    }
  };
}

const isThereAlready = (error: unknown): boolean =>
  error instanceof Error && error.name === 'PreconditionFailed';
