import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { hasHttpStatus } from './sdk-error.ts';

/**
 * Writes an object once, by S3's conditional write: one that is there already stays as it is, which is what a repeat of
 * the same step wants. JSON unless `ContentType` says otherwise.
 */
export async function putIfAbsent(
  s3: S3Client,
  object: { Bucket: string; Key: string; Body: string; ContentType?: string },
): Promise<void> {
  try {
    await s3.send(new PutObjectCommand({ ContentType: 'application/json', ...object, IfNoneMatch: '*' }));
  } catch (error) {
    if (!hasHttpStatus(error, 412)) throw error;
  }
}
