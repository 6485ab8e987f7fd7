import { BatchGetCommand, type DynamoDBDocumentClient, GetCommand } from '@aws-sdk/lib-dynamodb';
import * as z from 'zod';
import { outgoingEvent } from '../../events/event-types.ts';
import { conditionalUpdate } from '../../platform/aws/conditional-update.ts';
import { JobError } from '../../platform/errors.ts';
import type { Clock } from '../../platform/util/clock.ts';
import { sha256Hex } from '../../platform/util/hash.ts';
import { MINUTE_MILLIS } from '../../platform/util/time.ts';
import type { CatalogueEntry } from '../catalogue/catalogue.ts';
import { type Partition, type ReportName, seriesKey } from '../catalogue/series.ts';
import { type PendingEvent, pendingEventSchema } from '../partition/ledger-item.ts';

const SORT_KEY = 'version';

const versionItemSchema = z.object({
  /** The version that Apple named as the latest, or served. */
  version: z.string(),
  /** The version that was asked for when Apple named the other one. */
  insteadOf: z.string(),
  changedAt: z.number(),
  owed: z.array(pendingEventSchema).default([]),
  /** The id of the last of them. */
  owedMark: z.string().optional(),
});

/** What Apple said of the version of a team's report. */
export type VersionChange = z.output<typeof versionItemSchema>;

/** Which versions of reports Apple serves in place of the configured ones, for each team and report. */
export type ReportVersions = {
  /** What Apple said last; `undefined`: nothing against any version. Kept in memory for five minutes. */
  changeOf(team: string, report: ReportName): Promise<VersionChange | undefined>;
  /** Reads these at once, so that `changeOf` has them in memory. Up to 100. */
  prefetch(reports: readonly Pick<Partition, 'team' | 'report'>[]): Promise<void>;
  /**
   * Notes that Apple takes or serves another version than the one asked for.
   *
   * @returns the events to publish: this one, behind those of earlier changes that are still pending; none: it is known already
   */
  noteChange(
    team: string,
    report: ReportName,
    change: { asked: string; version: string },
  ): Promise<readonly PendingEvent[]>;
};

/** The version item's key, in the form of a partition, so that its events are published like a partition's. */
export const versionPartition = (team: string, report: ReportName) => ({
  team,
  vendor: 'all',
  report,
  reportDate: SORT_KEY,
});

/** The version to ask for: the configured one, unless Apple has named another one in its place. */
const versionToAsk = (configured: string, change: VersionChange | undefined): string =>
  change !== undefined && change.insteadOf === configured ? change.version : configured;

/** What the catalogue says of a report, in the version that is asked for. */
export async function inVersion(
  versions: Pick<ReportVersions, 'changeOf'>,
  { team, report }: Pick<Partition, 'team' | 'report'>,
  entry: CatalogueEntry,
): Promise<CatalogueEntry> {
  const { source } = entry;
  if (source.api !== 'salesReports') return entry;
  const version = versionToAsk(source.version, await versions.changeOf(team, report));
  return { ...entry, source: { ...source, version } };
}

/** Workers that note changes of one report at the same moment. */
const ATTEMPTS = 5;

const REMEMBER_MILLIS = 5 * MINUTE_MILLIS;

/** The versions on the DynamoDB table `Reports`: pk = `<team>/all/<report>`, sk = `version`. */
export function createReportVersions(options: {
  documents: DynamoDBDocumentClient;
  table: string;
  clock: Clock;
}): ReportVersions {
  const { documents, table, clock } = options;
  const cache = new Map<string, { until: number; change: VersionChange | undefined }>();
  const keyOf = (team: string, report: ReportName) => ({
    pk: seriesKey(versionPartition(team, report)),
    sk: SORT_KEY,
  });

  const remember = (pk: string, change: VersionChange | undefined): void => {
    cache.set(pk, { until: clock.now() + REMEMBER_MILLIS, change });
  };
  const recall = (pk: string) => {
    const known = cache.get(pk);
    return known !== undefined && known.until > clock.now() ? known : undefined;
  };

  return {
    changeOf: async (team, report) => {
      const key = keyOf(team, report);
      const known = recall(key.pk);
      if (known !== undefined) return known.change;
      const { Item } = await documents.send(new GetCommand({ TableName: table, Key: key }));
      const change = Item === undefined ? undefined : versionItemSchema.parse(Item);
      remember(key.pk, change);
      return change;
    },
    prefetch: async (reports) => {
      const keys = new Map(reports.map(({ team, report }) => [keyOf(team, report).pk, keyOf(team, report)]));
      const unknown = [...keys.values()].filter(({ pk }) => recall(pk) === undefined);
      if (unknown.length === 0) return;
      const { Responses = {}, UnprocessedKeys = {} } = await documents.send(
        new BatchGetCommand({ RequestItems: { [table]: { Keys: unknown } } }),
      );
      const items = new Map((Responses[table] ?? []).map((item) => [String(item['pk']), item]));
      const unprocessed = new Set((UnprocessedKeys[table]?.Keys ?? []).map((key) => String(key['pk'])));
      for (const { pk } of unknown) {
        const item = items.get(pk);
        // What DynamoDB left out for lack of capacity is read one by one when it is asked for.
        if (unprocessed.has(pk)) continue;
        remember(pk, item === undefined ? undefined : versionItemSchema.parse(item));
      }
    },
    noteChange: async (team, report, { asked, version }) => {
      const key = keyOf(team, report);
      const changedAt = clock.now();
      const event = versionChangedEvent(team, report, { asked, version, changedAt });
      for (let attempt = 1; ; attempt += 1) {
        const read = new GetCommand({ TableName: table, Key: key, ConsistentRead: true });
        const { Item } = await documents.send(read);
        const before = Item === undefined ? undefined : versionItemSchema.parse(Item);
        if (before?.version === version && before.insteadOf === asked) return [];
        const owed = [...(before?.owed ?? []), event];
        // mutation: version-owed
        const change = { version, insteadOf: asked, changedAt, owed };
        const { won } = await conditionalUpdate(documents, {
          table,
          key,
          set: { ...change, owedMark: event.id },
          // Another change, or the publication of the pending ones, may have come since.
          ...unchangedSince(before),
        });
        cache.delete(key.pk);
        if (won) return owed;
        if (attempt === ATTEMPTS)
          throw new JobError({
            code: 'OVERTAKEN',
            message: `Other workers note changes of the version of ${report} of team ${team}; the report is asked for again.`,
            retryable: true,
          });
      }
    },
  };
}

/** The condition that an item is as it was read. */
function unchangedSince(before: VersionChange | undefined) {
  if (before === undefined) return { condition: 'attribute_not_exists(#pk)' };
  const { version, insteadOf, owedMark } = before;
  const same = '#version = :version AND #insteadOf = :insteadOf';
  return owedMark === undefined
    ? { condition: `${same} AND attribute_not_exists(#owedMark)`, values: { version, insteadOf } }
    : { condition: `${same} AND #owedMark = :mark`, values: { version, insteadOf, mark: owedMark } };
}

/** `Report Version Changed`: Apple takes or serves another version than the one that was asked for. */
function versionChangedEvent(
  team: string,
  report: ReportName,
  { asked, version, changedAt }: { asked: string; version: string; changedAt: number },
): PendingEvent {
  const detailType = 'Report Version Changed';
  const id = sha256Hex([detailType, team, report, asked, version, String(changedAt)].join('\n'));
  return { id, ...outgoingEvent(detailType, { id, team, report, asked, version }) };
}
