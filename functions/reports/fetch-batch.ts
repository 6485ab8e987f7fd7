import { type AppleAccess, type ClientOf, createTeamClients } from '../app-store-connect/apple-access.ts';
import type { AppStoreConnectClient } from '../app-store-connect/client/client.ts';
import type { Settings, TeamSettings } from '../platform/config/settings.ts';
import { formatProblems, JobError } from '../platform/errors.ts';
import { unreachable } from '../platform/validation/outcome.ts';
import { problemsOf } from '../platform/validation/problems.ts';
import { readJson } from '../platform/validation/read-json.ts';
import type { CheckAppDependencies } from './analytics/check-app.ts';
import {
  type CheckMessage,
  checkMessageSchema,
  type InstanceMessage,
  instanceMessageSchema,
} from './analytics/names/analytics-message.ts';
import type { FetchInstanceDependencies } from './analytics/segments/fetch-instance.ts';
import { workOnCheck, workOnInstance } from './analytics/work.ts';
import { isReportDate } from './catalogue/calendar.ts';
import { entryOf, MULTI_VENDOR_REPORT } from './catalogue/catalogue.ts';
import { type FetchReportDependencies, fetchReport } from './fetch/fetch-report.ts';
import type { FetchResult } from './partition/fetch-partition.ts';
import { type ReportMessage, reportMessageSchema } from './plan/report-message.ts';
import { type RebuildMessage, rebuildMessageSchema } from './rebuild/rebuild-message.ts';
import { rebuildTable } from './rebuild/rebuild-table.ts';
import type { FetchReviewsDependencies } from './reviews/fetch-reviews.ts';
import { REVIEWS_REPORT } from './reviews/names/review-series.ts';
import { workOnReviews } from './reviews/work.ts';

export type BatchDependencies = AppleAccess &
  Omit<FetchReportDependencies, 'client' | 'restatementDays' | 'salesSubscribed'> &
  Omit<CheckAppDependencies & FetchInstanceDependencies, 'client' | 'remainingMillis'> & {
    settings: Settings;
    /** The pages of a look at reviews, where fewer are wanted than usual. */
    reviewPages?: FetchReviewsDependencies['reviewPages'];
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
      else if ((await workOn(deps, parseMessage(body), clientOf, remainingMillis)) === 'parked')
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

/** A message on the report queue, by what it asks for. */
type Work =
  | { kind: 'rebuild'; message: RebuildMessage }
  | { kind: 'check'; message: CheckMessage }
  | { kind: 'instance' | 'reviews'; message: InstanceMessage }
  | { kind: 'report'; message: ReportMessage };

async function workOn(
  deps: BatchDependencies,
  work: Work,
  clientOf: ClientOf,
  remainingMillis: () => number,
): Promise<FetchResult> {
  if (work.kind === 'rebuild') {
    await rebuildTable(deps, work.message);
    return 'done';
  }
  const { message } = work;
  const team = deps.settings.teams.find(({ name }) => name === message.team);
  if (team === undefined) throw invalidMessage(`team "${message.team.slice(0, 64)}" is not in the settings`);
  const priority = work.kind === 'check' ? 'today' : work.message.priority;
  const client = clientOf(team.name, team.keys.reports, priority);
  switch (work.kind) {
    case 'check':
      return workOnCheck({ ...deps, client, remainingMillis }, work.message);
    case 'instance':
      return workOnInstance({ ...deps, client, remainingMillis }, work.message);
    case 'reviews':
      return workOnReviews({ ...deps, client, remainingMillis }, work.message);
    case 'report':
      return workOnReport({ ...deps, client }, work.message, team);
    default:
      return unreachable(work);
  }
}

async function workOnReport(
  deps: BatchDependencies & { client: AppStoreConnectClient },
  { priority: _, ...partition }: ReportMessage,
  team: TeamSettings,
): Promise<FetchResult> {
  const entry = entryOf(deps.settings, partition);
  if (entry === undefined)
    throw invalidMessage(`report "${partition.report.slice(0, 64)}" is not in the settings`);
  const vendor = team.vendors.find(({ number }) => number === partition.vendor);
  // The vendor becomes part of object keys: only those of this team's settings may.
  if (vendor === undefined) throw invalidMessage(`team ${team.name} has no such vendor in the settings`);
  if (!isReportDate(entry, partition.reportDate))
    throw invalidMessage(`${partition.reportDate} names no period of ${entry.name}`);
  const { restatementDays } = deps.settings;
  const salesSubscribed = vendor.reports.includes(MULTI_VENDOR_REPORT);
  return fetchReport({ ...deps, restatementDays, salesSubscribed }, partition, entry);
}

function parseMessage(body: string): Work {
  const read = readJson(body, '(message)');
  if (read.kind === 'rejected') throw invalidMessage(`\n${formatProblems(read.problems)}`);
  const rebuild = rebuildMessageSchema.safeParse(read.value);
  if (rebuild.success) return { kind: 'rebuild', message: rebuild.data };
  const check = checkMessageSchema.safeParse(read.value);
  if (check.success) return { kind: 'check', message: check.data };
  const instance = instanceMessageSchema.safeParse(read.value);
  if (instance.success) {
    const kind = instance.data.report === REVIEWS_REPORT ? 'reviews' : 'instance';
    return { kind, message: instance.data };
  }
  const report = reportMessageSchema.safeParse(read.value);
  if (report.success) return { kind: 'report', message: report.data };
  throw invalidMessage(`\n${formatProblems(problemsOf(report.error.issues, '(message)'))}`);
}

const invalidMessage = (why: string): JobError =>
  new JobError({
    code: 'MESSAGE_INVALID',
    message: `The message names no partition to fetch: ${why}`,
    retryable: false,
  });
