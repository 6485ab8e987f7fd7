import type { Context } from 'aws-lambda';
import * as z from 'zod';
import { OBJECT_CREATED, uploadedKey } from '../events/object-created.ts';
import { documentClient, s3Client, sqsClient } from '../platform/aws/clients.ts';
import { SCHEDULED_EVENT } from '../platform/bus-event.ts';
import { JobError } from '../platform/errors.ts';
import { withErrorLogging } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import { createPriceDependencies } from './dependencies.ts';
import { failuresOf } from './reconcile/failures.ts';
import { reconcilePrices } from './reconcile/reconcile-prices.ts';
import { DESIRED } from './request/desired/desired-prices.ts';
import { createChangeQueue } from './store/change-queue.ts';
import { createDesiredCurrencies } from './store/kept/desired-currencies.ts';
import { createPriceFiles } from './store/price-files.ts';
import { watchPrices } from './watch/watch-prices.ts';
import { createWatchDependencies } from './watch-dependencies.ts';

const log = createLog();
let connected: ReturnType<typeof connect> | undefined;

const watchOnly = z.object({ watch: z.literal(true) });

/**
 * Daily, and when a file of desired prices is uploaded: compares desired prices with Apple's. Hourly, and after the
 * daily comparison: goes on with the day's price list of every team that watches its prices.
 */
export const handler = withErrorLogging(log, run, { takes: [SCHEDULED_EVENT, OBJECT_CREATED.detailType] });

async function run(event: unknown, context: Pick<Context, 'getRemainingTimeInMillis'>) {
  connected ??= connect();
  const upload = uploadedKey(event, DESIRED);
  const remainingMillis = (): number => context.getRemainingTimeInMillis();
  const { reconcile, prices } = connected;
  const deps = {
    ...reconcile,
    priceList: prices.priceLists(remainingMillis),
    findProduct: prices.findProducts(remainingMillis),
  };
  const results = watchOnly.safeParse(event).success ? [] : await reconcilePrices(deps, upload);
  const watched =
    upload === undefined ? await watchPrices(createWatchDependencies(prices, remainingMillis)) : [];
  const failure = failuresOf(results, watched);
  if (failure !== undefined) throw new JobError({ ...failure, retryable: false });
  return { results, watched };
}

function connect() {
  const prices = createPriceDependencies(log);
  return {
    prices,
    reconcile: {
      ...prices.base,
      queueChange: createChangeQueue(sqsClient(), prices.environment.PRICE_QUEUE_URL, prices.base.clock),
      currencies: createDesiredCurrencies(documentClient(), prices.environment.PRICES_TABLE),
      files: createPriceFiles(s3Client(), prices.environment.LAKE_BUCKET),
    },
  };
}
