import type { AccessType } from '../../../app-store-connect/resources/analytics-reports.ts';
import type { Settings } from '../../../platform/config/settings.ts';
import type { AnalyticsSeries } from '../../catalogue/series.ts';
import {
  type AnalyticsName,
  type Granularity,
  isGranularity,
  snapshotOf,
  splitAnalyticsName,
} from './analytics-name.ts';

export type SubscribedAnalytics = {
  series: AnalyticsSeries;
  parts: AnalyticsName & { granularity: Granularity };
  accessType: AccessType;
};

/** An app of the settings with its series. */
export type SubscribedApp = { team: string; app: string; snapshot: boolean; series: SubscribedAnalytics[] };

/** Every app of the settings; its history is a series of its own beside each ongoing one. */
export function subscribedApps({ teams }: Pick<Settings, 'teams'>): SubscribedApp[] {
  return teams.flatMap(({ name: team, apps = [] }) =>
    apps.map(({ id: app, analytics, snapshot }) => ({
      team,
      app,
      snapshot,
      series: analytics.flatMap((report) => [
        ...seriesOf(team, app, report),
        ...(snapshot ? seriesOf(team, app, snapshotOf(report)) : []),
      ]),
    })),
  );
}

function seriesOf(team: string, app: string, report: string): SubscribedAnalytics[] {
  const parts = splitAnalyticsName(report);
  if (parts === undefined || !isGranularity(parts.granularity)) return [];
  return [
    {
      series: { team, app, report },
      parts: { ...parts, granularity: parts.granularity },
      accessType: parts.snapshot ? 'ONE_TIME_SNAPSHOT' : 'ONGOING',
    },
  ];
}
