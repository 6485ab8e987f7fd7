import { GetObjectCommand, type GetObjectCommandOutput, type S3Client } from '@aws-sdk/client-s3';
import { hasHttpStatus } from './sdk-error.ts';

/**
 * Reads an object that may be absent. @returns `undefined` where there is none
 *
 * Without permission to list the bucket S3 answers 403 for an absent object rather than 404, so both mean that there is none.
 */
export async function getIfPresent(
  s3: S3Client,
  object: { Bucket: string; Key: string },
): Promise<GetObjectCommandOutput | undefined> {
  try {
    return await s3.send(new GetObjectCommand(object));
  } catch (error) {
    if (hasHttpStatus(error, 404) || hasHttpStatus(error, 403)) return undefined;
    throw error;
  }
}
