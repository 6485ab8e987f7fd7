import { documentClient, lambdaClient } from '../platform/aws/clients.ts';
import { systemClock } from '../platform/util/clock.ts';
import { createPlanClient } from './ask/plan-client.ts';
import { createProductClient } from './ask/product-client.ts';
import { createSelectionClient } from './ask/selection-client.ts';
import { createCampaignLedger } from './campaign/store/campaign-ledger.ts';
import { rememberingProducts } from './names/find-product.ts';
import { createProductNames } from './store/kept/product-names.ts';
import { createRefusedRequests } from './store/kept/refused-requests.ts';
import { createPriceLedger } from './store/price-ledger.ts';

/**
 * What the two functions that may not read price keys share: the ledgers, and the clients of the function that may.
 *
 * @param environment `APPLY_FUNCTION_NAME`: the function that reads the price keys for them
 */
export function acceptanceStores(environment: { PRICES_TABLE: string; APPLY_FUNCTION_NAME: string }) {
  const { PRICES_TABLE: table, APPLY_FUNCTION_NAME: applyFunction } = environment;
  const documents = documentClient();
  const lambda = lambdaClient();
  return {
    ledger: createPriceLedger({ documents, table, clock: systemClock }),
    campaigns: createCampaignLedger({ documents, table, clock: systemClock }),
    refusals: createRefusedRequests(documents, table),
    findProducts: createSelectionClient(lambda, applyFunction),
    findProduct: rememberingProducts(
      createProductNames(documents, table),
      createProductClient(lambda, applyFunction),
    ),
    planOnly: createPlanClient(lambda, applyFunction),
    clock: systemClock,
  };
}
