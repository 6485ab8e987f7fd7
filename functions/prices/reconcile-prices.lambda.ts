import * as z from 'zod';
import { documentClient, s3Client, sqsClient } from '../platform/aws/clients.ts';
import { JobError } from '../platform/errors.ts';
import { withErrorLogging } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import { createPriceDependencies } from './dependencies.ts';
import { failuresOf } from './reconcile/failures.ts';
import { reconcilePrices } from './reconcile/reconcile-prices.ts';
import { createChangeQueue } from './store/change-queue.ts';
import { createDesiredCurrencies } from './store/kept/desired-currencies.ts';
import { createPriceFiles } from './store/price-files.ts';
import { watchPrices } from './watch/watch-prices.ts';
import { createWatchDependencies } from './watch-dependencies.ts';

const log = createLog();
let connected: ReturnType<typeof connect> | undefined;

const uploaded = z.object({ detail: z.object({ object: z.object({ key: z.string() }) }) });
const watchOnly = z.object({ watch: z.literal(true) });

/**
 * Daily, and when a file of desired prices is uploaded: compares desired prices with Apple's. Hourly, and after the
 * daily comparison: goes on with the day's price list of every team that watches its prices.
 */
export const handler = withErrorLogging(log, async (event: unknown, context) => {
  connected ??= connect();
  const upload = uploaded.safeParse(event).data?.detail.object.key;
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
});

function connect() {
  const prices = createPriceDependencies(log);
  const { environment, base } = prices;
  return {
    prices,
    reconcile: {
      ...base,
      queueChange: createChangeQueue(sqsClient(), environment.PRICE_QUEUE_URL, base.clock),
      currencies: createDesiredCurrencies(documentClient(), environment.PRICES_TABLE),
      files: createPriceFiles(s3Client(), environment.LAKE_BUCKET),
    },
  };
}
