import type { S3Client } from '@aws-sdk/client-s3';
import { type AppleAccess, connectApple } from '../app-store-connect/apple-access.ts';
import { createEventPublisher } from '../events/event-publisher.ts';
import {
  documentClient,
  eventBridgeClient,
  s3Client,
  secretsManagerClient,
} from '../platform/aws/clients.ts';
import { environmentSchema, readEnvironment } from '../platform/config/environment.ts';
import { hasMetricsByTeam } from '../platform/config/metrics-by-team.ts';
import type { Settings } from '../platform/config/settings.ts';
import { readBundledSettings } from '../platform/config/settings-file.ts';
import type { Log } from '../platform/logging/log.ts';
import { createMetrics } from '../platform/logging/metrics.ts';
import { systemClock } from '../platform/util/clock.ts';
import { DAY_MILLIS } from '../platform/util/time.ts';
import { createPriceLists, createProductDirectories, priceRules } from './apple/price-lists.ts';
import { classifyPlanningError } from './apply/context/retry-policy.ts';
import { type FindProduct, rememberingProducts, searchingApple } from './names/find-product.ts';
import { withPointCache } from './plan/point-cache.ts';
import type { PriceList } from './plan/price-list.ts';
import { pacificToday } from './request/pacific-day.ts';
import type { Product } from './request/product.ts';
import { type AuditLog, createAuditLog } from './store/audit-log.ts';
import { createProductNames, type ProductNames } from './store/kept/product-names.ts';
import { createPointStore } from './store/point-store.ts';
import { increasesSince, pricesAt } from './store/price-history.ts';
import { createPriceLedger, type PriceLedger } from './store/price-ledger.ts';
import { readStakes } from './store/subscriber-stakes.ts';

/**
 * How price points are read. A page of an app's holds 200, so each territory takes several; of the other kinds a page
 * holds 8000, those of about ten territories. Source: `maximum` of `limit` in Apple's OpenAPI file.
 */
const POINT_READING = {
  app: { territories: 1, concurrency: 8 },
  inAppPurchase: { territories: 10, concurrency: 4 },
  subscription: { territories: 10, concurrency: 4 },
} as const;

const LONGEST_MONTH_MILLIS = 31 * DAY_MILLIS;

/** The price lists of one invocation, with Apple's price points kept in the bucket. */
export function cachedPriceLists(options: {
  apple: AppleAccess;
  settings: Settings;
  ledger: PriceLedger;
  audit: AuditLog;
  s3: S3Client;
  bucket: string;
}): (remainingMillis: () => number) => (team: string, product: Product) => PriceList {
  const { apple, settings, ledger, audit, s3, bucket } = options;
  const { clock } = apple;
  return (remainingMillis) => {
    const open = createPriceLists({ ...apple, settings }, remainingMillis);
    return (team, product) => ({
      ...withPointCache(open(team, product), {
        store: createPointStore(s3, bucket, team, product),
        clock,
        reading: POINT_READING[product.kind],
      }),
      earlierPrices: (days) => pricesAt({ ledger, audit }, team, product, clock.now() - days * DAY_MILLIS),
      increases: (months) =>
        increasesSince({ ledger, audit, clock }, team, product, clock.now() - months * LONGEST_MONTH_MILLIS),
      stakes: () => readStakes({ s3, bucket, settings }, team, product.id, pacificToday(clock.now())),
    });
  };
}

/** Finds and lists products with the teams' price keys, for one invocation. */
export function productsByName(options: { apple: AppleAccess; settings: Settings; names: ProductNames }) {
  const { apple, settings, names } = options;
  const catalogues = (remainingMillis: () => number) =>
    createProductDirectories({ ...apple, settings }, remainingMillis);
  return {
    catalogues,
    findProducts: (remainingMillis: () => number): FindProduct => {
      const find = rememberingProducts(names, searchingApple(names, catalogues(remainingMillis)));
      return (team, ref) => classifyPlanningError(() => find(team, ref));
    },
  };
}

/** What both functions that may read the price keys work with, from the environment that the stack gives them. */
export function createPriceDependencies(log: Log) {
  const environment = readEnvironment(
    environmentSchema.pick({
      PRICES_TABLE: true,
      BUDGET_TABLE: true,
      LAKE_BUCKET: true,
      PRICE_QUEUE_URL: true,
      EFFECTS_FUNCTION_NAME: true,
      EVENT_BUS_NAME: true,
      APP_STORE_CONNECT_BASE_URL: true,
      SCOPED_TOKENS: true,
    }),
  );
  const clock = systemClock;
  const documents = documentClient();
  const settings = readBundledSettings();
  const metric = createMetrics({ byTeam: hasMetricsByTeam(settings) });
  const apple = connectApple({ environment, documents, secrets: secretsManagerClient(), clock, log, metric });
  const ledger = createPriceLedger({ documents, table: environment.PRICES_TABLE, clock });
  const s3 = s3Client();
  const audit = createAuditLog(s3, environment.LAKE_BUCKET);
  return {
    environment,
    apple,
    audit,
    s3,
    documents,
    table: environment.PRICES_TABLE,
    /** The price lists of one invocation. */
    priceLists: cachedPriceLists({ apple, settings, ledger, audit, s3, bucket: environment.LAKE_BUCKET }),
    ...productsByName({ apple, settings, names: createProductNames(documents, environment.PRICES_TABLE) }),
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
