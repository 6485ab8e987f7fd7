import { lambdaClient } from '../platform/aws/clients.ts';
import { environmentSchema, readEnvironment } from '../platform/config/environment.ts';
import { readBundledSettings } from '../platform/config/settings-file.ts';
import { withErrorLogging } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import { acceptanceStores } from './acceptance-stores.ts';
import { createProductListClient } from './ask/product-list-client.ts';
import { type PlansDependencies, routePlans } from './campaign/accept/route-campaign.ts';

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
    ...acceptanceStores(environment),
    askForProducts: createProductListClient(lambdaClient(), environment.APPLY_FUNCTION_NAME),
  };
}
