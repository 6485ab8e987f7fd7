import { documentClient, lambdaClient } from '../platform/aws/clients.ts';
import { environmentSchema, readEnvironment } from '../platform/config/environment.ts';
import { readBundledSettings } from '../platform/config/settings-file.ts';
import { withErrorLogging } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import { systemClock } from '../platform/util/clock.ts';
import { createPlanClient } from './ask/plan-client.ts';
import { createProductClient } from './ask/product-client.ts';
import { createProductListClient } from './ask/product-list-client.ts';
import { createSelectionClient } from './ask/selection-client.ts';
import { type PlansDependencies, routePlans } from './campaign/accept/route-campaign.ts';
import { createCampaignLedger } from './campaign/store/campaign-ledger.ts';
import { rememberingProducts } from './names/find-product.ts';
import { createProductNames } from './store/kept/product-names.ts';
import { createPriceLedger } from './store/price-ledger.ts';

const log = createLog();
let dependencies: PlansDependencies | undefined;

/** Answers a request for a price change with its plan, and lists products. It registers nothing and sends nothing to Apple. */
export const handler = withErrorLogging(log, async (request: unknown) => {
  dependencies ??= connect();
  return routePlans(dependencies, request);
});

function connect(): PlansDependencies {
  const environment = readEnvironment(
    environmentSchema.pick({ PRICES_TABLE: true, APPLY_FUNCTION_NAME: true }),
  );
  return {
    settings: readBundledSettings(),
    ledger: createPriceLedger({
      documents: documentClient(),
      table: environment.PRICES_TABLE,
      clock: systemClock,
    }),
    campaigns: createCampaignLedger({
      documents: documentClient(),
      table: environment.PRICES_TABLE,
      clock: systemClock,
    }),
    findProducts: createSelectionClient(lambdaClient(), environment.APPLY_FUNCTION_NAME),
    findProduct: rememberingProducts(
      createProductNames(documentClient(), environment.PRICES_TABLE),
      createProductClient(lambdaClient(), environment.APPLY_FUNCTION_NAME),
    ),
    askForProducts: createProductListClient(lambdaClient(), environment.APPLY_FUNCTION_NAME),
    planOnly: createPlanClient(lambdaClient(), environment.APPLY_FUNCTION_NAME),
    clock: systemClock,
  };
}
