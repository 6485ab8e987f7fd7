import type { S3Client } from '@aws-sdk/client-s3';
import { putIfAbsent } from '../../platform/aws/put-if-absent.ts';

/** Writes an audit record once: a repeat of the same step finds its record there already and leaves it. */
export type WriteAudit = (key: string, record: Record<string, unknown>) => Promise<void>;

/** Records in the bucket, which refuses to overwrite what lies under `audit/`. */
export function createAudit(s3: S3Client, bucket: string): WriteAudit {
  return (key, record) =>
    putIfAbsent(s3, { Bucket: bucket, Key: key, Body: `${JSON.stringify(record, null, 2)}\n` });
}
