import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { getIfPresent } from './get-if-present.ts';

/** Small JSON documents by name. */
export type SmallObjects = {
  /** `undefined`: there is none. */
  read(name: string): Promise<string | undefined>;
  write(name: string, content: string): Promise<void>;
};

/** Small JSON documents in a bucket, under `<prefix><name>`. */
export const createSmallObjects = (s3: S3Client, bucket: string, prefix: string): SmallObjects => ({
  read: async (name) => {
    const found = await getIfPresent(s3, { Bucket: bucket, Key: prefix + name });
    return found?.Body?.transformToString();
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
