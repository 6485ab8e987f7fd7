import { documentClient, sqsClient } from '../platform/aws/clients.ts';
import { environmentSchema, readEnvironment } from '../platform/config/environment.ts';
import { withErrorLogging } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import { systemClock } from '../platform/util/clock.ts';
import { type ApproveDependencies, routeApproval } from './accept/approve-change.ts';
import { originOf } from './request/origin.ts';
import { createChangeQueue } from './store/change-queue.ts';
import { createPriceLedger } from './store/price-ledger.ts';

const log = createLog();
let dependencies: ApproveDependencies | undefined;

/** Approves price changes that wait: by an event `Price Change Approved`, or by its detail as a direct invoke. */
export const handler = withErrorLogging(log, async (event: unknown, context) => {
  dependencies ??= connect();
  return routeApproval({ ...dependencies, origin: originOf(event, context.awsRequestId) }, event);
});

function connect(): ApproveDependencies {
  const environment = readEnvironment(environmentSchema.pick({ PRICES_TABLE: true, PRICE_QUEUE_URL: true }));
  return {
    ledger: createPriceLedger({
      documents: documentClient(),
      table: environment.PRICES_TABLE,
      clock: systemClock,
    }),
    queueChange: createChangeQueue(sqsClient(), environment.PRICE_QUEUE_URL, systemClock),
    log,
  };
}
