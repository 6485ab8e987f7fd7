import type { SQSBatchResponse, SQSEvent } from 'aws-lambda';
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
import { createEventSender } from '../platform/event-sender.ts';
import { topLevel } from '../platform/handler.ts';
import { createLog } from '../platform/log.ts';
import { createMetrics } from '../platform/metrics.ts';
import { readBundledSettings } from '../platform/settings-file.ts';
import { applyBatch } from './apply-batch.ts';
import type { ApplyDependencies } from './apply-dependencies.ts';
import { createBooks, priceRules } from './books.ts';
import { createPostpone } from './change-queue.ts';
import { type PlanAnswer, planOnly } from './plan-only.ts';
import { createPriceAudit } from './price-audit.ts';
import { createPriceLedger } from './price-ledger.ts';
import { storedRequestSchema } from './price-request.ts';

const log = createLog();
let connected: ReturnType<typeof connect> | undefined;

const planEvent = z.object({ planOnly: storedRequestSchema });

/**
 * From the queue of price changes: brings changes to their end. Invoked with `{ planOnly: request }` it answers
 * with the plan and sends nothing.
 */
export const handler = topLevel(
  log,
  async (event: SQSEvent | { planOnly: unknown }, context): Promise<SQSBatchResponse | PlanAnswer> => {
    connected ??= connect();
    const remainingMillis = (): number => context.getRemainingTimeInMillis();
    const deps: ApplyDependencies = {
      ...connected.base,
      book: createBooks(connected.books, remainingMillis),
      remainingMillis,
    };
    if ('planOnly' in event) return planOnly(deps, planEvent.parse(event).planOnly);
    const failed = await applyBatch(
      deps,
      connected.postpone,
      event.Records.map(({ messageId, receiptHandle, body }) => ({ id: messageId, receiptHandle, body })),
    );
    return { batchItemFailures: failed.map((itemIdentifier) => ({ itemIdentifier })) };
  },
);

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
      ledger: createPriceLedger({ documents, table: environment.PRICES_TABLE, clock }),
      audit: createPriceAudit(s3Client(), environment.LAKE_BUCKET),
      rules: (team: string) => priceRules(settings, team),
      clock,
      sleep: realSleep,
      sendEvents: createEventSender(eventBridgeClient(), environment.EVENT_BUS_NAME),
      log,
      metric,
    },
    postpone: createPostpone(sqsClient(), environment.PRICE_QUEUE_URL),
  };
}
