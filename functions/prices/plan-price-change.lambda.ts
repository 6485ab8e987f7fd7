import { documentClient, lambdaClient } from '../platform/aws/clients.ts';
import { environmentSchema, readEnvironment } from '../platform/config/environment.ts';
import { readBundledSettings } from '../platform/config/settings-file.ts';
import { withErrorLogging } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import { systemClock } from '../platform/util/clock.ts';
import { planChange } from './accept/accept-change.ts';
import type { PlanDependencies } from './accept/accept-dependencies.ts';
import { createPlanClient } from './accept/plan-client.ts';
import { createPriceLedger } from './store/price-ledger.ts';

const log = createLog();
let dependencies: PlanDependencies | undefined;

/** Answers a request for a price change with its plan. It registers nothing and sends nothing to Apple. */
export const handler = withErrorLogging(log, async (request: unknown) => {
  dependencies ??= connect();
  return planChange(dependencies, request);
});

function connect(): PlanDependencies {
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
    planOnly: createPlanClient(lambdaClient(), environment.APPLY_FUNCTION_NAME),
    clock: systemClock,
  };
}
