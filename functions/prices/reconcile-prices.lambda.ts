import { z } from 'zod';
import { createAppleClock } from '../app-store-connect/apple-clock.ts';
import { createKeyGate } from '../app-store-connect/key-gate.ts';
import { createKeyStore } from '../app-store-connect/key-store.ts';
import { createRateBudget } from '../app-store-connect/rate-budget.ts';
import {
  documentClient,
  eventBridgeClient,
  s3Client,
  secretsManagerClient,
  sqsClient,
} from '../platform/aws-clients.ts';
import { realSleep, systemClock } from '../platform/clock.ts';
import { environmentSchema, readEnvironment } from '../platform/environment.ts';
import { JobError } from '../platform/errors.ts';
import { createEventSender } from '../platform/event-sender.ts';
import { topLevel } from '../platform/handler.ts';
import { createLog } from '../platform/log.ts';
import { createMetrics } from '../platform/metrics.ts';
import { readBundledSettings } from '../platform/settings-file.ts';
import { createBooks, priceRules } from './books.ts';
import { createChangeQueue } from './change-queue.ts';
import { createPriceFiles } from './price-files.ts';
import { createPriceLedger } from './price-ledger.ts';
import { reconcilePrices } from './reconcile-prices.ts';

const log = createLog();
let connected: ReturnType<typeof connect> | undefined;

const uploaded = z.object({ detail: z.object({ object: z.object({ key: z.string() }) }) });

/** Daily, and when a file of desired prices is uploaded: compares desired prices with Apple's. */
export const handler = topLevel(log, async (event: unknown, context) => {
  connected ??= connect();
  const upload = uploaded.safeParse(event);
  const remainingMillis = (): number => context.getRemainingTimeInMillis();
  const deps = { ...connected.base, book: createBooks(connected.books, remainingMillis) };
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
  const documents = documentClient();
  const settings = readBundledSettings();
  const metric = createMetrics();
  const clock = systemClock;
  return {
    books: {
      settings,
      keys: createKeyStore(secretsManagerClient(), clock),
      gate: createKeyGate({ documents, table: environment.BUDGET_TABLE, clock }),
      appleClock: createAppleClock(clock, log),
      budget: createRateBudget({ documents, table: environment.BUDGET_TABLE, clock }),
      baseUrl: environment.APP_STORE_CONNECT_BASE_URL,
      scoped: environment.SCOPED_TOKENS === 'on',
      fetch,
      clock,
      sleep: realSleep,
      log,
      metric,
    },
    base: {
      settings,
      ledger: createPriceLedger({ documents, table: environment.PRICES_TABLE, clock }),
      queueChange: createChangeQueue(sqsClient(), environment.PRICE_QUEUE_URL, clock),
      files: createPriceFiles(s3Client(), environment.LAKE_BUCKET),
      rules: (team: string) => priceRules(settings, team),
      planOnly: () =>
        Promise.reject(
          new JobError({
            code: 'PLAN_UNAVAILABLE',
            message: 'Reconciliation asks for no dry run.',
            retryable: false,
          }),
        ),
      sendEvents: createEventSender(eventBridgeClient(), environment.EVENT_BUS_NAME),
      clock,
      log,
      metric,
    },
  };
}
