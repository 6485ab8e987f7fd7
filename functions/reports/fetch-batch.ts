import { type AppleAccess, type ClientOf, createTeamClients } from '../app-store-connect/apple-access.ts';
import type { Settings } from '../platform/config/settings.ts';
import { formatProblems, JobError } from '../platform/errors.ts';
import { problemsOf } from '../platform/validation/problems.ts';
import { readJson } from '../platform/validation/read-json.ts';
import type { CheckAppDependencies } from './analytics/check-app.ts';
import { type AnalyticsMessage, analyticsMessageSchema } from './analytics/names/analytics-message.ts';
import type { FetchInstanceDependencies } from './analytics/segments/fetch-instance.ts';
import { workOnAnalytics } from './analytics/work.ts';
import { isReportDate } from './catalogue/calendar.ts';
import { entryOf, MULTI_VENDOR_REPORT } from './catalogue/catalogue.ts';
import { type FetchReportDependencies, fetchReport } from './fetch/fetch-report.ts';
import type { FetchResult } from './partition/fetch-partition.ts';
import { type ReportMessage, reportMessageSchema } from './plan/report-message.ts';
import { type RebuildMessage, rebuildMessageSchema } from './rebuild/rebuild-message.ts';
import { rebuildTable } from './rebuild/rebuild-table.ts';
import { REVIEWS_REPORT } from './reviews/names/review-series.ts';
import { workOnReviews } from './reviews/work.ts';

export type BatchDependencies = AppleAccess &
  Omit<FetchReportDependencies, 'client' | 'restatementDays' | 'salesSubscribed'> &
  Omit<CheckAppDependencies & FetchInstanceDependencies, 'client' | 'remainingMillis'> & {
    settings: Settings;
  };

/** A message is not begun with less time than this left: it goes back to the queue. */
const SHORTEST_MILLIS = 30_000;

/**
 * Fetches the partitions of a batch of messages, one after the other, with one token cache a team.
 *
 * @returns the ids of the messages to be received again: those that were parked, could not be begun in time or
 *   met trouble outside Apple's answer. One message's trouble never fails another.
 */
export async function fetchBatch(
  deps: BatchDependencies,
  messages: readonly { id: string; body: string }[],
  remainingMillis: () => number,
): Promise<string[]> {
  const failed: string[] = [];
  const clientOf = createTeamClients(deps, remainingMillis);
  for (const { id, body } of messages) {
    try {
      if (remainingMillis() < SHORTEST_MILLIS) failed.push(id);
      else if ((await fetchMessage(deps, parseMessage(body), clientOf, remainingMillis)) === 'parked')
        failed.push(id);
    } catch (error) {
      deps.log.error('A message could not be worked on; it is received again, and in the end parked', {
        id,
        error,
      });
      failed.push(id);
    }
  }
  return failed;
}

async function fetchMessage(
  deps: BatchDependencies,
  message: ReportMessage | AnalyticsMessage | RebuildMessage,
  clientOf: ClientOf,
  remainingMillis: () => number,
): Promise<FetchResult> {
  if ('rebuild' in message) {
    await rebuildTable(deps, message);
    return 'done';
  }
  const team = deps.settings.teams.find(({ name }) => name === message.team);
  if (team === undefined) throw invalidMessage(`team "${message.team.slice(0, 64)}" is not in the settings`);
  const priority = 'priority' in message ? message.priority : 'today';
  const client = clientOf(team.name, team.keys.reports, priority);
  if ('report' in message && 'app' in message && message.report === REVIEWS_REPORT)
    return workOnReviews({ ...deps, client, remainingMillis }, message);
  if ('app' in message) return workOnAnalytics({ ...deps, client, remainingMillis }, message);
  const { priority: _, ...partition } = message;
  const entry = entryOf(deps.settings, partition);
  if (entry === undefined)
    throw invalidMessage(`report "${partition.report.slice(0, 64)}" is not in the settings`);
  const vendor = team.vendors.find(({ number }) => number === partition.vendor);
  // The vendor becomes part of object keys: only those of this team's settings may.
  if (vendor === undefined) throw invalidMessage(`team ${team.name} has no such vendor in the settings`);
  if (!isReportDate(entry, partition.reportDate))
    throw invalidMessage(`${partition.reportDate} names no period of ${entry.name}`);
  const forPartition = {
    client,
    restatementDays: deps.settings.restatementDays,
    salesSubscribed: vendor.reports.includes(MULTI_VENDOR_REPORT),
  };
  return fetchReport({ ...deps, ...forPartition }, partition, entry);
}

function parseMessage(body: string): ReportMessage | AnalyticsMessage | RebuildMessage {
  const read = readJson(body, '(message)');
  if (read.kind === 'rejected') throw invalidMessage(`\n${formatProblems(read.problems)}`);
  const aboutTables = rebuildMessageSchema.safeParse(read.value);
  if (aboutTables.success) return aboutTables.data;
  const aboutAnalytics = analyticsMessageSchema.safeParse(read.value);
  if (aboutAnalytics.success) return aboutAnalytics.data;
  const parsed = reportMessageSchema.safeParse(read.value);
  if (parsed.success) return parsed.data;
  throw invalidMessage(`\n${formatProblems(problemsOf(parsed.error.issues, '(message)'))}`);
}

const invalidMessage = (why: string): JobError =>
  new JobError({
    code: 'MESSAGE_INVALID',
    message: `The message names no partition to fetch: ${why}`,
    retryable: false,
  });
