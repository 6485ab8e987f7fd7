import * as z from 'zod';
import { objectCreatedDetailSchema } from '../../events/object-created.ts';
import { invalidEvent, readEvent } from '../../platform/validation/incoming-event.ts';
import type { AuditLog } from '../store/audit-log.ts';
import type { PriceFiles } from '../store/price-files.ts';
import { acceptChange } from './accept-change.ts';
import type { AcceptAnswer, AcceptDependencies } from './accept-dependencies.ts';
import { type AcceptRequest, acceptFile } from './accept-file.ts';
import { closeChange } from './close-change.ts';
import { rollBack } from './rollback.ts';
import { sweepChanges } from './sweep-changes.ts';

export type RouteDependencies = AcceptDependencies & { files: PriceFiles; audit: AuditLog };

const NO_APPROVALS: AcceptAnswer = {
  status: 'rejected',
  problems: [
    {
      path: '(approval)',
      message:
        'this function takes requests, not approvals; invoke the one that the output ApprovePriceChangeFunctionName names',
    },
  ],
};

const busEvent = z.object({ 'detail-type': z.string(), detail: z.unknown() });

/**
 * Routes an incoming event to its use case: events from the bus, files from the bucket, direct invokes
 * (a request, `{ rollback }`, `{ withdraw }`), and the sweep of the schedule (`{ sweep: true }`). Approvals have a function of their
 * own, so that IAM can tell who may request from who may approve; here they are refused.
 *
 * @throws JobError `EVENT_INVALID` for an upload that names no file of the inbox, and for an event of another type
 */
export async function routeEvent(
  deps: RouteDependencies,
  event: unknown,
  accept: AcceptRequest = (json, announce) => acceptChange(deps, json, announce),
) {
  const fromBus = busEvent.safeParse(event);
  if (fromBus.success) return routeBusEvent(deps, fromBus.data['detail-type'], fromBus.data.detail, accept);
  if (isObject(event) && 'sweep' in event) return sweepChanges(deps);
  if (isObject(event) && 'rollback' in event) return rollBack(deps, event['rollback']);
  if (isObject(event) && 'withdraw' in event) return closeChange(deps, event['withdraw'], 'withdraw');
  if (isObject(event) && ('planSha256' in event || 'decline' in event)) return NO_APPROVALS;
  return acceptChange(deps, event, false);
}

async function routeBusEvent(
  deps: RouteDependencies,
  detailType: string,
  detail: unknown,
  accept: AcceptRequest,
): Promise<AcceptAnswer | Awaited<ReturnType<typeof acceptFile>>> {
  switch (detailType) {
    case 'Price Change Approved':
      deps.log.warn('An approval was sent to the function for requests', {});
      return NO_APPROVALS;
    case 'Object Created': {
      const { object } = readEvent(
        objectCreatedDetailSchema,
        detail,
        'The event tells of an upload, but not of which:',
      );
      const versionId = object['version-id'] ?? object.etag ?? '';
      return acceptFile(deps, { key: object.key, versionId }, accept);
    }
    case 'Price Change Requested':
      return acceptChange(deps, detail, true);
    default:
      throw invalidEvent('The event is none that this function takes; nothing was done.', [
        { path: 'detail-type', message: 'must be "Price Change Requested" or "Object Created"' },
      ]);
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
