import type { Settings } from '../../platform/config/settings.ts';
import { JobError } from '../../platform/errors.ts';
import type { FetchResult } from '../fetch/fetch-report.ts';
import type { AnalyticsMessage } from './analytics-message.ts';
import { subscribedApps } from './app-series.ts';
import { type CheckDependencies, checkApp } from './check-app.ts';
import { fetchInstance, type InstanceDependencies } from './fetch-instance.ts';

/** Does what a message about analytics asks for. Throws JobError `MESSAGE_INVALID` for what the settings do not have. */
export async function workOnAnalytics(
  deps: CheckDependencies & InstanceDependencies & { settings: Pick<Settings, 'teams'> },
  message: AnalyticsMessage,
): Promise<FetchResult> {
  const { team, app } = message;
  const subscribed = subscribedApps(deps.settings).find((one) => one.team === team && one.app === app);
  if (subscribed === undefined) throw unknown(`app "${app}" of team "${team}"`);
  if ('check' in message) return checkApp(deps, subscribed);
  const one = subscribed.series.find(({ series }) => series.report === message.report);
  if (one === undefined) throw unknown(`report "${message.report}" of app "${app}"`);
  return fetchInstance(deps, { ...one.series, reportDate: message.reportDate }, one.parts);
}

const unknown = (what: string): JobError =>
  new JobError({
    code: 'MESSAGE_INVALID',
    message: `The message asks for what is not in the settings: ${what}`,
    retryable: false,
  });
