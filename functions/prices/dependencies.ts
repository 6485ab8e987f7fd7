import { connectApple } from '../app-store-connect/apple-access.ts';
import { createEventPublisher } from '../events/event-publisher.ts';
import {
  documentClient,
  eventBridgeClient,
  s3Client,
  secretsManagerClient,
} from '../platform/aws/clients.ts';
import { environmentSchema, readEnvironment } from '../platform/config/environment.ts';
import { readBundledSettings } from '../platform/config/settings-file.ts';
import type { Log } from '../platform/logging/log.ts';
import { createMetrics } from '../platform/logging/metrics.ts';
import { systemClock } from '../platform/util/clock.ts';
import { DAY_MILLIS } from '../platform/util/time.ts';
import { createPriceLists, priceRules } from './apple/price-lists.ts';
import type { PriceList } from './plan/price-list.ts';
import type { Product } from './request/product.ts';
import { createAuditLog } from './store/audit-log.ts';
import { pricesAt } from './store/price-history.ts';
import { createPriceLedger } from './store/price-ledger.ts';

/** What both functions that may read the price keys work with, from the environment that the stack gives them. */
export function createPriceDependencies(log: Log) {
  const environment = readEnvironment(
    environmentSchema.pick({
      PRICES_TABLE: true,
      BUDGET_TABLE: true,
      LAKE_BUCKET: true,
      PRICE_QUEUE_URL: true,
      EVENT_BUS_NAME: true,
      APP_STORE_CONNECT_BASE_URL: true,
      SCOPED_TOKENS: true,
    }),
  );
  const clock = systemClock;
  const documents = documentClient();
  const metric = createMetrics();
  const settings = readBundledSettings();
  const apple = connectApple({ environment, documents, secrets: secretsManagerClient(), clock, log, metric });
  const ledger = createPriceLedger({ documents, table: environment.PRICES_TABLE, clock });
  const audit = createAuditLog(s3Client(), environment.LAKE_BUCKET);
  return {
    environment,
    /** The price lists of one invocation. */
    priceLists: (remainingMillis: () => number) => {
      const open = createPriceLists({ ...apple, settings }, remainingMillis);
      return (team: string, product: Product): PriceList => ({
        ...open(team, product),
        earlierPrices: (days) => pricesAt({ ledger, audit }, team, product, clock.now() - days * DAY_MILLIS),
      });
    },
    base: {
      settings,
      ledger,
      rules: (team: string) => priceRules(settings, team),
      sendEvents: createEventPublisher(eventBridgeClient(), environment.EVENT_BUS_NAME),
      clock,
      log,
      metric,
    },
  };
}
