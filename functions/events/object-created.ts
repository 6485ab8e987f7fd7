import * as z from 'zod';
import { invalidEvent, readEvent } from '../platform/validation/incoming-event.ts';

/** What S3 publishes on the account's default bus for files in `inbox/` and `desired/`. */
export const OBJECT_CREATED = { source: 'aws.s3', detailType: 'Object Created' } as const;
export const objectCreatedDetailSchema = z.object({
  object: z.object({ key: z.string(), 'version-id': z.string().optional(), etag: z.string().optional() }),
});

const isUpload = z.object({ 'detail-type': z.literal(OBJECT_CREATED.detailType) });
const upload = z.object({ detail: objectCreatedDetailSchema });

/**
 * The key of the file whose upload an event tells of.
 *
 * @param prefix where the function's files lie
 * @returns `undefined` for an event that tells of no upload
 * @throws JobError `EVENT_INVALID` where no file, or one that lies elsewhere, is named
 */
export function uploadedKey(event: unknown, prefix: string): string | undefined {
  if (!isUpload.safeParse(event).success) return undefined;
  const { key } = readEvent(upload, event, 'The event tells of an upload, but not of which:').detail.object;
  if (key.startsWith(prefix)) return key;
  throw invalidEvent('The event tells of an upload elsewhere; nothing was read.', [
    { path: 'detail.object.key', message: `must begin with ${prefix}` },
  ]);
}
