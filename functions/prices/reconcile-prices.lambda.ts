import { z } from 'zod';
import { documentClient, s3Client, sqsClient } from '../platform/aws/clients.ts';
import { JobError } from '../platform/errors.ts';
import { withErrorLogging } from '../platform/handler.ts';
import { createLog } from '../platform/logging/log.ts';
import { createPriceDependencies } from './dependencies.ts';
import { reconcilePrices } from './reconcile/reconcile-prices.ts';
import { createChangeQueue } from './store/change-queue.ts';
import { createDesiredCurrencies } from './store/desired-currencies.ts';
import { createPriceFiles } from './store/price-files.ts';

const log = createLog();
let connected: ReturnType<typeof connect> | undefined;

const uploaded = z.object({ detail: z.object({ object: z.object({ key: z.string() }) }) });

/** Daily, and when a file of desired prices is uploaded: compares desired prices with Apple's. */
export const handler = withErrorLogging(log, async (event: unknown, context) => {
  connected ??= connect();
  const upload = uploaded.safeParse(event);
  const remainingMillis = (): number => context.getRemainingTimeInMillis();
  const { base, priceLists, findProducts } = connected;
  const deps = {
    ...base,
    priceList: priceLists(remainingMillis),
    findProduct: findProducts(remainingMillis),
  };
  const results = await reconcilePrices(deps, upload.success ? upload.data.detail.object.key : undefined);
  const unreadable = results.filter(({ result }) => result === 'unreadable');
  if (unreadable.length > 0) {
    const list = unreadable.map(({ key, reason }) => `  - ${key}: ${reason}`).join('\n');
    throw new JobError({
      code: 'DESIRED_PRICES_UNREADABLE',
      message: `${unreadable.length} of ${results.length} files of desired prices could not be compared:\n${list}`,
      retryable: false,
    });
  }
  return { results };
});

function connect() {
  const { environment, priceLists, findProducts, base } = createPriceDependencies(log);
  return {
    priceLists,
    findProducts,
    base: {
      ...base,
      queueChange: createChangeQueue(sqsClient(), environment.PRICE_QUEUE_URL, base.clock),
      currencies: createDesiredCurrencies(documentClient(), environment.PRICES_TABLE),
      files: createPriceFiles(s3Client(), environment.LAKE_BUCKET),
    },
  };
}
