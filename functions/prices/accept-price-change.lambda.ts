import { withErrorLogging } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import { type RouteDependencies, routeEvent } from './accept/route-event.ts';
import { connectAcceptance } from './accept-composition.ts';
import { originOf } from './request/origin.ts';

const log = createLog();
let dependencies: RouteDependencies | undefined;

/** Accepts price changes: requests, files and rollbacks. */
export const handler = withErrorLogging(log, async (event: unknown, context) => {
  dependencies ??= connectAcceptance(log);
  return routeEvent({ ...dependencies, origin: originOf(event, context.awsRequestId) }, event);
});
