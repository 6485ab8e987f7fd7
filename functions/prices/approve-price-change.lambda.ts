import type { AcceptedDetailType } from '../events/event-types.ts';
import { documentClient, sqsClient } from '../platform/aws/clients.ts';
import { environmentSchema, readEnvironment } from '../platform/config/environment.ts';
import { readBundledSettings } from '../platform/config/settings-file.ts';
import { withErrorLogging } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import { systemClock } from '../platform/util/clock.ts';
import { type ApprovalDependencies, routeApprovals } from './campaign/accept/route-campaign.ts';
import { createCampaignLedger } from './campaign/store/campaign-ledger.ts';
import { originOf } from './request/origin.ts';
import { createChangeQueue } from './store/change-queue.ts';
import { createPriceLedger } from './store/price-ledger.ts';

const log = createLog();
let dependencies: ApprovalDependencies | undefined;

/** Approves price changes and campaigns that wait: by an event `Price Change Approved`, or by its detail as a direct invoke. */
export const handler = withErrorLogging(
  log,
  async (event: unknown, context) => {
    dependencies ??= connect();
    return routeApprovals({ ...dependencies, origin: originOf(event, context.awsRequestId) }, event);
  },
  { takes: ['Price Change Approved' satisfies AcceptedDetailType] },
);

function connect(): ApprovalDependencies {
  const environment = readEnvironment(environmentSchema.pick({ PRICES_TABLE: true, PRICE_QUEUE_URL: true }));
  const table = { documents: documentClient(), table: environment.PRICES_TABLE, clock: systemClock };
  return {
    settings: readBundledSettings(),
    clock: systemClock,
    ledger: createPriceLedger(table),
    campaigns: createCampaignLedger(table),
    queueChange: createChangeQueue(sqsClient(), environment.PRICE_QUEUE_URL, systemClock),
    log,
  };
}
