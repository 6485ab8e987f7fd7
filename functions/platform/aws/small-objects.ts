import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { hasHttpStatus } from './sdk-error.ts';

/** Small JSON documents by name. */
export type SmallObjects = {
  /** `undefined`: there is none. */
  read(name: string): Promise<string | undefined>;
  write(name: string, content: string): Promise<void>;
};

/**
 * Small JSON documents in a bucket, under `<prefix><name>`. Without permission to list, a missing object is 403 rather than
 * 404, so both mean that there is none.
 */
export const createSmallObjects = (s3: S3Client, bucket: string, prefix: string): SmallObjects => ({
  read: async (name) => {
    try {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: prefix + name }));
      return await Body?.transformToString();
    } catch (error) {
      if (hasHttpStatus(error, 404) || hasHttpStatus(error, 403)) return undefined;
      throw error;
    }
  },
  write: async (name, content) => {
    await s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: prefix + name,
        Body: content,
        ContentType: 'application/json',
      }),
    );
  },
});
