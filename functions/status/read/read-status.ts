import type { S3Client } from '@aws-sdk/client-s3';
import type { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { createKeyLedger } from '../../keys/store/key-ledger.ts';
import { keyUsesOf } from '../../keys/store/key-use.ts';
import type { Settings } from '../../platform/config/settings.ts';
import type { Clock } from '../../platform/util/clock.ts';
import { forEachConcurrently } from '../../platform/util/concurrency.ts';
import { DAY_MILLIS } from '../../platform/util/time.ts';
import { campaignProgress } from '../../prices/campaign/model/next-step.ts';
import { recentCampaigns } from '../../prices/campaign/store/campaign-ledger.ts';
import { pacificToday } from '../../prices/request/pacific-day.ts';
import { createAuditLog } from '../../prices/store/audit-log.ts';
import type { ChangeRecord } from '../../prices/store/change-record.ts';
import { readPlan } from '../../prices/store/plan-store.ts';
import { recentChanges } from '../../prices/store/recent-changes.ts';
import { readMovedDays } from '../../prices/watch/move-log.ts';
import { subscribedApps } from '../../reports/analytics/names/app-series.ts';
import { keptSince } from '../../reports/catalogue/calendar.ts';
import type { CatalogueEntry } from '../../reports/catalogue/catalogue.ts';
import { subscribedSeries } from '../../reports/catalogue/catalogue.ts';
import { EARLIEST_REPORT_DATE, LATEST_REPORT_DATE } from '../../reports/catalogue/series.ts';
import { createReportLedger } from '../../reports/partition/ledger.ts';
import { createPlannerRuns } from '../../reports/plan/planner-runs.ts';
import { subscribedReviews } from '../../reports/reviews/names/review-series.ts';
import { createReportVersions, type VersionChange } from '../../reports/vendor/report-versions.ts';
import { changeName, type Place, type View } from '../model/place.ts';
import type { CampaignDetail, ChangeDetail, SeriesStatus, Status } from '../model/status.ts';
import { analyticsStatusOf, reviewsStatusOf } from './analytics-status.ts';
import { changeAudit } from './change-audit.ts';
import { seriesStatusOf } from './series-status.ts';

/** Where the status is read: the jobs' tables and the bucket. */
export type StatusSource = {
  documents: DynamoDBDocumentClient;
  s3: S3Client;
  tables: { reports: string; prices: string; keys: string };
  bucket: string;
  settings: Settings;
  clock: Clock;
  /** Said at the foot of the page. */
  name: string;
};

/** Changes shown a team; older ones are asked for by name. */
const MAXIMUM_CHANGES = 50;
const MAXIMUM_CAMPAIGNS = 5;
const MOVED_DAYS = 14;
/** Series read at a time. */
const READS_AT_ONCE = 4;

export type ReadOptions = {
  /** The newest so many dates of each series; all that are expected when absent. */
  maximumDays?: number;
  /** Plan and audit of every change instead of the chosen one's only. */
  allDetails?: boolean;
};

/** Reads what a place shows. The overview reads all three jobs, other views their own. */
export async function readStatus(
  source: StatusSource,
  place: Place,
  { maximumDays, allDetails = false }: ReadOptions = {},
): Promise<Status> {
  const wants = (view: View): boolean =>
    place.view === view || place.view === 'overview' || (view === 'reports' && place.view === 'sales');
  const changes = wants('prices') ? await readChanges(source, place.change, allDetails) : [];
  return {
    asOf: source.clock.now(),
    source: source.name,
    ...(wants('reports') && { plannerRanAt: (await plannerRunsOf(source).last()) ?? null }),
    series: wants('reports') ? await readSeries(source, maximumDays) : [],
    changes,
    ...(wants('prices') && { campaigns: await readCampaigns(source, changes) }),
    ...(wants('prices') && { appleMoves: await readAppleMoves(source) }),
    keys: wants('keys') ? await readKeys(source) : [],
  };
}

const plannerRunsOf = ({ documents, tables, clock }: StatusSource) =>
  createPlannerRuns({ documents, table: tables.reports, clock });

async function readSeries(
  { documents, tables, settings, clock }: StatusSource,
  maximumDays: number | undefined,
): Promise<SeriesStatus[]> {
  const ledger = createReportLedger({ documents, table: tables.reports, clock });
  const versions = createReportVersions({ documents, table: tables.reports, clock });
  const now = clock.now();
  const reports = subscribedSeries(settings).map((subscription) => async () => {
    const { series, entry } = subscription;
    const items = await ledger.list(series, keptSince(entry, now), LATEST_REPORT_DATE);
    const change = await versions.changeOf(series.team, series.report);
    return { ...seriesStatusOf(subscription, items, now), ...versionChangeOf(entry, change) };
  });
  const analytics = subscribedApps(settings)
    .flatMap(({ series }) => series)
    .map((subscription) => async () => {
      const items = await ledger.list(subscription.series, EARLIEST_REPORT_DATE, LATEST_REPORT_DATE);
      return analyticsStatusOf(subscription, items);
    });
  const reviews = subscribedReviews(settings).map(({ series }) => async () => {
    const items = await ledger.list(series, EARLIEST_REPORT_DATE, LATEST_REPORT_DATE);
    return reviewsStatusOf(series, items);
  });
  const reads = [...reports, ...analytics, ...reviews];
  const found = new Map<(typeof reads)[number], SeriesStatus>();
  await forEachConcurrently(reads, READS_AT_ONCE, async (read) => {
    const status = await read();
    const days = maximumDays === undefined ? status.days : status.days.slice(-maximumDays);
    found.set(read, { ...status, days });
  });
  return reads.flatMap((read) => found.get(read) ?? []);
}

/** What Apple said of the version that is configured now; what it said of an earlier one is over. */
const versionChangeOf = ({ source }: CatalogueEntry, change: VersionChange | undefined) =>
  source.api === 'salesReports' && change?.insteadOf === source.version
    ? { versionChange: { asked: change.insteadOf, version: change.version, changedAt: change.changedAt } }
    : {};

/** The plan and the audit only of the one that is looked at: they lie in the bucket. */
async function readChanges(
  source: StatusSource,
  chosen: string | undefined,
  allDetails: boolean,
): Promise<ChangeDetail[]> {
  const { documents, tables, settings } = source;
  const records: ChangeRecord[] = [];
  for (const { name } of settings.teams)
    records.push(
      ...(await recentChanges(documents, tables.prices, { team: name, maximum: MAXIMUM_CHANGES })),
    );
  records.sort((a, b) => b.movedAt - a.movedAt);
  return Promise.all(
    records.map((record) =>
      allDetails || changeName(record) === chosen ? readChange(source, record) : { record, audit: [] },
    ),
  );
}

/** How far each is follows from the changes that are shown anyway. */
async function readCampaigns(
  { documents, tables, settings }: StatusSource,
  changes: readonly ChangeDetail[],
): Promise<CampaignDetail[]> {
  const campaigns: CampaignDetail[] = [];
  for (const { name } of settings.teams)
    for (const record of await recentCampaigns(documents, tables.prices, {
      team: name,
      maximum: MAXIMUM_CAMPAIGNS,
    })) {
      const members = record.members.map(
        ({ changeId }) =>
          changes.find(({ record: change }) => change.team === name && change.changeId === changeId)?.record,
      );
      const isKnown = members.every((member) => member !== undefined);
      campaigns.push({ record, ...(isKnown && { progress: campaignProgress(members) }) });
    }
  return campaigns.toSorted((a, b) => b.record.movedAt - a.record.movedAt);
}

/** Days on which Apple moved something, of the last two weeks. */
async function readAppleMoves({
  s3,
  bucket,
  settings,
  clock,
}: StatusSource): Promise<NonNullable<Status['appleMoves']>> {
  const from = pacificToday(clock.now() - MOVED_DAYS * DAY_MILLIS);
  const read = await Promise.all(
    settings.teams
      .filter(({ prices }) => prices !== undefined)
      .map(({ name }) => readMovedDays(s3, bucket, { team: name, from })),
  );
  return {
    days: read.flatMap(({ days }) => days).toSorted((a, b) => (a.day > b.day ? -1 : 1)),
    unreadable: read.flatMap(({ unreadable }) => unreadable),
  };
}

/** A plan that cannot be read is said on the page; it must not take the page away. */
async function readChange({ s3, bucket }: StatusSource, record: ChangeRecord): Promise<ChangeDetail> {
  const detail: ChangeDetail = { record, audit: [] };
  try {
    detail.audit = await changeAudit(s3, bucket, record);
    if (record.planKey !== undefined) detail.plan = await readPlan(createAuditLog(s3, bucket), record);
  } catch (error) {
    detail.unreadable = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  }
  return detail;
}

async function readKeys({ documents, tables, settings, clock }: StatusSource): Promise<Status['keys']> {
  const ledger = createKeyLedger({ documents, table: tables.keys, clock });
  const found = await Promise.all(keyUsesOf(settings).map((keyUse) => ledger.status(keyUse)));
  return found.filter((status) => status !== undefined);
}
