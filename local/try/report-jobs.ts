import {
  type DynamoDBDocumentClient,
  paginateScan,
  type ScanCommandOutput,
  UpdateCommand,
} from '@aws-sdk/lib-dynamodb';
import type { AppleAccess } from '../../functions/app-store-connect/apple-access.ts';
import type { Settings } from '../../functions/platform/config/settings.ts';
import { forEachConcurrently } from '../../functions/platform/util/concurrency.ts';
import { MULTI_VENDOR_REPORT } from '../../functions/reports/catalogue/catalogue.ts';
import { createFetcher } from '../../functions/reports/dependencies.ts';
import { fetchBatch } from '../../functions/reports/fetch-batch.ts';
import { planArrivals } from '../../functions/reports/plan/plan-arrivals.ts';
import { parseReportRequest, requestReports } from '../../functions/reports/plan/request-reports.ts';
import { planAll } from '../../functions/reports/plan-all.ts';
import { createPlanner } from '../../functions/reports/planner-dependencies.ts';
import { BUCKET, type Services } from './services.ts';
import { TABLES } from './tables.ts';

/** More than in AWS, as a person waits: a month of one report takes four rounds. The key's pace is the limit, not they. */
const FETCHERS = 8;
/** So many newest dates of a report a person waits for; they may use the key's minute as today's reports do. */
const AWAITED_DATES = 30;
/** The time limit of the fetch function in AWS. */
const FETCH_MILLIS = 300_000;

/** Of 200 reviews each, per app and call: a person waits. */
const REVIEW_PAGES = 5;

/** The planner and the fetcher in this process. */
export type ReportJobs = {
  /** Queues what should exist and is not settled. */
  plan(): Promise<void>;
  /** Queues what usually appears at this hour. */
  planArrivals(): Promise<void>;
  /** Queues what a person asks for. */
  request(payload: unknown): Promise<unknown>;
  /** Messages that wait. */
  queued(): number;
  /**
   * Fetches everything that is queued.
   *
   * @param onDone is told after each message how many are done
   * @param isStopped nothing more is begun once it is true
   */
  fetchQueued(onDone: (done: number) => void, isStopped: () => boolean): Promise<void>;
};

export function createReportJobs(
  services: Pick<Services, 'documents' | 's3'>,
  apple: AppleAccess,
  settings: Settings,
): ReportJobs {
  const { clock, log, metric } = apple;
  const { documents, s3 } = services;
  let queue: object[] = [];
  // Nobody listens to events here; the ledger and the answers on the terminal say the same.
  const sendEvents = async (): Promise<void> => {};
  const planner = createPlanner({
    settings,
    documents,
    table: TABLES.reports,
    queueReports: async (messages: readonly { message: object }[]) => {
      queue.push(...messages.map(({ message }) => message));
    },
    sendEvents,
    clock,
    log,
    metric,
  });
  const fetcher = {
    ...createFetcher({
      apple,
      settings,
      documents,
      table: TABLES.reports,
      s3,
      bucket: BUCKET,
      sendEvents,
    }),
    reviewPages: REVIEW_PAGES,
  };
  return {
    plan: async () => void (await planAll(planner)),
    planArrivals: async () => void (await planArrivals(planner)),
    request: (payload) => requestReports(planner, parseReportRequest(payload)),
    queued: () => queue.length,
    fetchQueued: async (onDone, isStopped) => {
      const messages = withPriorities(queue.toSorted(newestFirst));
      queue = [];
      let done = 0;
      const fetchOne = async (message: object): Promise<void> => {
        if (isStopped()) return;
        const deadline = performance.now() + FETCH_MILLIS;
        await fetchBatch(fetcher, [{ id: String(done), body: JSON.stringify(message) }], () =>
          // Whole milliseconds, as Lambda tells them: Node.js takes no others for a timeout.
          Math.max(0, Math.floor(deadline - performance.now())),
        );
        done += 1;
        onDone(done);
      };
      // Daily sales tell whether the vendor number is right: by them a report that the vendor does not have is known.
      const isSales = (message: object): boolean =>
        'report' in message && message.report === MULTI_VENDOR_REPORT;
      await forEachConcurrently(messages.filter(isSales), FETCHERS, fetchOne);
      await forEachConcurrently(
        messages.filter((message) => !isSales(message)),
        FETCHERS,
        fetchOne,
      );
    },
  };
}

/**
 * In AWS the days behind the newest three are backfill, which leaves the key's minute to today's reports of all teams. Here they are
 * what a person waits for. What lies further back stays backfill.
 */
export function withPriorities(messages: readonly object[]): object[] {
  const seen = new Map<unknown, number>();
  return messages.map((message) => {
    if (!('report' in message && 'priority' in message)) return message;
    const dates = (seen.get(message.report) ?? 0) + 1;
    seen.set(message.report, dates);
    return dates <= AWAITED_DATES ? { ...message, priority: 'today' } : message;
  });
}

/** Days of all reports side by side, so that whoever stops early has the newest of each. */
const newestFirst = (a: object, b: object): number => (dateOf(a) < dateOf(b) ? 1 : -1);

/** A look at an app's analytics has no date, and goes first: it finds what there is to fetch. */
const dateOf = (message: object): string => ('reportDate' in message ? String(message.reportDate) : '9999');

/**
 * Lets go of what a call before this one had begun when it was killed: the folder is locked, so no worker of it lives.
 * In AWS the same comes about when a lease lapses.
 */
export async function releaseUnfinished(documents: DynamoDBDocumentClient): Promise<void> {
  const pages = paginateScan(
    { client: documents },
    {
      TableName: TABLES.reports,
      FilterExpression: 'attribute_exists(leaseUntil) OR attribute_exists(queuedAt)',
    },
  );
  const keys: NonNullable<ScanCommandOutput['Items']> = [];
  for await (const { Items = [] } of pages) keys.push(...Items);
  for (const item of keys)
    await documents.send(
      new UpdateCommand({
        TableName: TABLES.reports,
        Key: { pk: item['pk'], sk: item['sk'] },
        UpdateExpression: 'REMOVE leaseUntil, queuedAt',
      }),
    );
}
