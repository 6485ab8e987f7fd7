import * as z from 'zod';
import { type GatewayRequest, type GatewayResponse, objectOf } from '../base/http-message.ts';
import type { EventBridge } from '../services/event-bridge.ts';
import type { ResolvedApp } from '../template/resolved-stack.ts';

/** Tells EventBridge of each object that was put, as S3 does for a bucket that has it switched on. */
export function announceObjects(
  events: EventBridge,
  announced: ReadonlySet<string>,
): (request: GatewayRequest, response: GatewayResponse) => void {
  return ({ service, operation, resource, caller, body }, { status, headers }) => {
    if (service !== 's3' || operation !== 'PutObject' || status !== 200) return;
    const { bucket, key } = objectOf(resource);
    if (!announced.has(bucket)) return;
    const text = (name: string): string | undefined => {
      const value = headers[name];
      return value === undefined ? undefined : String(value).replaceAll('"', '');
    };
    const version = text('x-amz-version-id');
    events.emit({
      bus: 'default',
      source: 'aws.s3',
      detailType: 'Object Created',
      detail: {
        version: '0',
        bucket: { name: bucket },
        object: {
          key,
          size: body.length,
          etag: text('etag') ?? '',
          ...(version !== undefined && { 'version-id': version }),
        },
        requester: caller,
        reason: 'PutObject',
      },
    });
  };
}

const bucketProperties = z.object({
  NotificationConfiguration: z
    .object({ EventBridgeConfiguration: z.object({ EventBridgeEnabled: z.boolean() }).optional() })
    .optional(),
});

/** The buckets of the template whose objects are announced. */
export const announcedBuckets = ({ resources }: ResolvedApp): ReadonlySet<string> =>
  new Set(
    resources
      .filter(({ type }) => type === 'AWS::S3::Bucket')
      .filter(
        ({ properties }) =>
          bucketProperties.parse(properties).NotificationConfiguration?.EventBridgeConfiguration
            ?.EventBridgeEnabled === true,
      )
      .map(({ name }) => name),
  );
