import type { ApiKey } from '../../../functions/app-store-connect/diagnosis/api-key.ts';
import type { Examination } from '../../../functions/keys/check/examine-key.ts';
import { createAnalyticsLedger } from '../../../functions/reports/analytics/store/analytics-ledger.ts';
import { createReportLedger } from '../../../functions/reports/partition/ledger.ts';
import type { SeriesStatus } from '../../../functions/status/model/status.ts';
import type { Remembered } from '../../../local/try/folder.ts';
import { TABLES } from '../../../local/try/tables.ts';
import type { TryWorld } from '../../../local/try/try-world.ts';
import type { Io } from '../../terminal/io.ts';
import { plain } from '../../terminal/table.ts';
import { type AppsOption, allApps, namedApps } from './choose-apps.ts';

const OPTION: AppsOption = { name: '--analytics', does: 'analytics are asked for of', mostApps: 50 };

/**
 * What is to be fetched, with the apps whose analytics the person asks for now or has asked for before.
 *
 * @param given `asked`: `true` for all apps, or their Apple IDs apart by commas
 * @throws JobError `OPTIONS_INVALID` for what is no Apple ID
 */
export async function withAnalytics(
  io: Io,
  key: ApiKey,
  remembered: Remembered,
  { asked, examination }: { asked: boolean | string; examination: Examination },
): Promise<Remembered> {
  if (asked === false) return remembered;
  if (examination.mayReadApps !== true) {
    io.err(
      'Analytics are left out: with this key no app can be read, and asking Apple to make analytics takes the role Admin.\n',
    );
    return remembered;
  }
  const apps = typeof asked === 'string' ? namedApps(asked, OPTION) : await allApps(io, key, OPTION);
  return { ...remembered, apps: [...new Set([...(remembered.apps ?? []), ...apps])] };
}

/** How the analytics of an app stand. */
export type AppAnalytics = {
  app: string;
  /** Since when Apple's request to make them is known; absent where there is none. */
  requestedAt?: string;
  /** Days that are stored. */
  days: number;
  /** Why there are no more, in words. */
  reason?: string;
};

export async function analyticsOf(
  { services, settings, apple }: TryWorld,
  series: readonly SeriesStatus[],
): Promise<AppAnalytics[]> {
  const table = { documents: services.documents, table: TABLES.reports, clock: apple.clock };
  const ledger = createAnalyticsLedger({ ...table, ledger: createReportLedger(table) });
  const [team] = settings.teams;
  return Promise.all(
    (team?.apps ?? []).map(async ({ id }) => {
      const item = await ledger.app({ team: team?.name ?? '', app: id });
      const since = item?.requests.ONGOING?.since;
      const own = series.filter(({ vendor, report }) => vendor === id && report.startsWith('ANALYTICS/'));
      const days = own
        .flatMap((one) => one.days)
        .filter(({ state }) => state === 'stored' || state === 'restated').length;
      const reason = item?.requests.ONGOING?.refusal ?? item?.lastAnswer;
      return {
        app: id,
        ...(since !== undefined && { requestedAt: new Date(since).toISOString() }),
        days,
        ...(reason !== undefined && { reason }),
      };
    }),
  );
}

/** One line per app; none where no analytics were asked for. */
export function renderAnalytics(apps: readonly AppAnalytics[]): string[] {
  if (apps.length === 0) return [];
  const lines = apps.map(({ app, requestedAt, days, reason }) => {
    const name = `  app ${app}: `;
    if (days > 0)
      return `${name}${days} day${days === 1 ? '' : 's'} stored, in analytics_app_downloads_standard_daily`;
    if (requestedAt === undefined)
      return `${name}not asked for: ${plain(reason ?? 'Apple has not answered yet')}`;
    return `${name}asked for on ${requestedAt.slice(0, 10)} (UTC). Apple has the first data a day or two later: call asc-jobs try again tomorrow. The request stands; it is not made twice.`;
  });
  return [['Analytics (downloads by day)', ...lines].join('\n')];
}
