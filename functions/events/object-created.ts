import * as z from 'zod';

/** What S3 publishes on the account's default bus for files in `inbox/prices/` and `desired/prices/`. */
export const OBJECT_CREATED = { source: 'aws.s3', detailType: 'Object Created' } as const;
export const objectCreatedDetailSchema = z.object({
  object: z.object({ key: z.string(), 'version-id': z.string().optional(), etag: z.string().optional() }),
});
