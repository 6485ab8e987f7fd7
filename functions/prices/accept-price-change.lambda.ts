import type { AcceptedDetailType } from '../events/event-types.ts';
import { OBJECT_CREATED } from '../events/object-created.ts';
import { withErrorLogging } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import { connectAcceptance } from './accept-composition.ts';
import { type AcceptanceDependencies, routeAcceptance } from './campaign/accept/route-campaign.ts';
import { originOf } from './request/origin.ts';

const log = createLog();
let dependencies: AcceptanceDependencies | undefined;

/** Accepts price changes and campaigns: requests, files and rollbacks. */
export const handler = withErrorLogging(
  log,
  async (event: unknown, context) => {
    dependencies ??= connectAcceptance(log);
    return routeAcceptance({ ...dependencies, origin: originOf(event, context.awsRequestId) }, event);
  },
  { takes: ['Price Change Requested' satisfies AcceptedDetailType, OBJECT_CREATED.detailType] },
);
