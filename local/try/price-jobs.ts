import { randomUUID } from 'node:crypto';
import type { AppleAccess } from '../../functions/app-store-connect/apple-access.ts';
import type { Settings } from '../../functions/platform/config/settings.ts';
import { realSleep } from '../../functions/platform/util/clock.ts';
import { MINUTE_MILLIS } from '../../functions/platform/util/time.ts';
import { priceRules } from '../../functions/prices/apple/price-lists.ts';
import { answerQuestion } from '../../functions/prices/apply/answer-question.ts';
import { applyBatch } from '../../functions/prices/apply/apply-batch.ts';
import { classifyPlanningError } from '../../functions/prices/apply/context/retry-policy.ts';
import { planDryRun } from '../../functions/prices/apply/dry-run.ts';
import type { PlanOnly } from '../../functions/prices/ask/plan-client.ts';
import {
  type AcceptanceDependencies,
  routeAcceptance,
  routeApprovals,
  routePlans,
} from '../../functions/prices/campaign/accept/route-campaign.ts';
import { sweepCampaigns } from '../../functions/prices/campaign/accept/sweep-campaigns.ts';
import { goOnWithCampaign } from '../../functions/prices/campaign/progress/go-on-with-campaign.ts';
import { createCampaignLedger } from '../../functions/prices/campaign/store/campaign-ledger.ts';
import { cachedPriceLists, productsByName } from '../../functions/prices/dependencies.ts';
import { productsOf } from '../../functions/prices/names/products-of.ts';
import { createAuditLog } from '../../functions/prices/store/audit-log.ts';
import { type ChangeRecord, isOver } from '../../functions/prices/store/change-record.ts';
import { createProductNames } from '../../functions/prices/store/kept/product-names.ts';
import { createRefusedRequests } from '../../functions/prices/store/kept/refused-requests.ts';
import { createPlanningMark } from '../../functions/prices/store/point-store.ts';
import { createPriceFiles } from '../../functions/prices/store/price-files.ts';
import { createPriceLedger } from '../../functions/prices/store/price-ledger.ts';
import { BUCKET, type Services } from './services.ts';
import { TABLES } from './tables.ts';

/** The time limit of the function that applies price changes in AWS. */
const APPLY_MILLIS = 15 * MINUTE_MILLIS;
/** A message whose handling failed unexpectedly comes back after so long, as from the queue in AWS. */
const AGAIN_MILLIS = 5_000;

/** The functions of price changes, in this process. */
export type PriceJobs = {
  accept(payload: unknown): Promise<unknown>;
  approve(payload: unknown): Promise<unknown>;
  plan(payload: unknown): Promise<unknown>;
  /** Goes on with changes that a call before this one had begun. */
  resume(): Promise<void>;
  /** Ends the work that waits; what is under way ends first. */
  close(): Promise<void>;
};

export function createPriceJobs(
  services: Pick<Services, 'documents' | 's3'>,
  apple: AppleAccess,
  settings: Settings,
): PriceJobs {
  const { clock, log, metric } = apple;
  const { s3 } = services;
  const ledger = createPriceLedger({ documents: services.documents, table: TABLES.prices, clock });
  const audit = createAuditLog(s3, BUCKET);
  const priceLists = cachedPriceLists({ apple, settings, ledger, audit, s3, bucket: BUCKET });
  const within = (millis: number): (() => number) => {
    const deadline = performance.now() + millis;
    // Whole milliseconds, as Lambda tells them: Node.js takes no others for a timeout.
    return () => Math.max(0, Math.floor(deadline - performance.now()));
  };
  const common = { settings, ledger, audit, clock, log, metric, sendEvents: async () => {} };
  const base = { ...common, rules: (team: string) => priceRules(settings, team), sleep: realSleep };
  const planning = createPlanningMark(s3, BUCKET);
  const planOnly: PlanOnly = async (request) => {
    const remainingMillis = within(APPLY_MILLIS);
    return planDryRun(
      { ...base, planning, priceList: priceLists(remainingMillis), remainingMillis },
      request,
      false,
    );
  };
  const names = createProductNames(services.documents, TABLES.prices);
  const products = productsByName({ apple, settings, names });
  const worker = createWorker(async (body) => {
    const remainingMillis = within(APPLY_MILLIS);
    let afterMillis = AGAIN_MILLIS;
    const again = await applyBatch(
      { ...base, priceList: priceLists(remainingMillis), remainingMillis, atRest },
      async (_receipt, millis) => {
        afterMillis = millis;
      },
      [{ id: '1', receiptHandle: '1', body }],
    );
    return again.length === 0 ? undefined : afterMillis;
  });
  const campaigns = createCampaignLedger({ documents: services.documents, table: TABLES.prices, clock });
  const queueChange: AcceptanceDependencies['queueChange'] = async (record) => worker.add(record);
  const atRest = goOnWithCampaign({ ...base, campaigns, queueChange });
  const route: AcceptanceDependencies = {
    ...common,
    campaigns,
    findProducts: (selection) =>
      classifyPlanningError(() =>
        productsOf(products.catalogues(within(APPLY_MILLIS))(selection.team), selection),
      ),
    planOnly,
    refusals: createRefusedRequests(services.documents, TABLES.prices),
    findProduct: (team, ref) => products.findProducts(within(APPLY_MILLIS))(team, ref),
    files: createPriceFiles(s3, BUCKET),
    queueChange,
  };
  const from = (deps: AcceptanceDependencies): AcceptanceDependencies => ({
    ...deps,
    origin: { lambdaRequestId: randomUUID() },
  });
  return {
    accept: (payload) => routeAcceptance(from(route), payload),
    approve: (payload) => routeApprovals(from(route), payload),
    plan: (payload) =>
      routePlans(
        {
          ...route,
          askForProducts: async (listProducts) =>
            answerQuestion(
              { base, planning, priceLists, ...products },
              { listProducts },
              within(APPLY_MILLIS),
            ),
        },
        payload,
      ),
    resume: async () => {
      for await (const record of ledger.open())
        if (!isOver(record) && record.state !== 'planned') worker.add(record);
      await sweepCampaigns(route);
    },
    close: worker.close,
  };
}

type Worker = { add(record: Pick<ChangeRecord, 'team' | 'changeId'>): void; close(): Promise<void> };

/**
 * Works on one change after the other, in the order in which they came: a stricter order than that of the queue in AWS.
 *
 * @param work gives the milliseconds after which the message comes back; `undefined`: it is done
 */
function createWorker(work: (body: string) => Promise<number | undefined>): Worker {
  const stopped = new AbortController();
  let tail = Promise.resolve();
  const run = async (body: string): Promise<void> => {
    while (!stopped.signal.aborted) {
      const afterMillis = await work(body);
      if (afterMillis === undefined) return;
      await pause(afterMillis, stopped.signal);
    }
  };
  return {
    add: ({ team, changeId }) => {
      tail = tail.then(() => run(JSON.stringify({ team, changeId })));
    },
    close: async () => {
      stopped.abort();
      await tail;
    },
  };
}

const pause = (millis: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, millis);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    });
  });
