import type { Settings } from '../../platform/config/settings.ts';
import { JobError } from '../../platform/errors.ts';
import type { FetchResult } from '../partition/fetch-partition.ts';
import { type CheckAppDependencies, checkApp } from './check-app.ts';
import type { AnalyticsMessage } from './names/analytics-message.ts';
import { subscribedApps } from './names/app-series.ts';
import { type FetchInstanceDependencies, fetchInstance } from './segments/fetch-instance.ts';

/** Does what a message about analytics asks for. Throws JobError `MESSAGE_INVALID` for what the settings do not have. */
export async function workOnAnalytics(
  deps: CheckAppDependencies & FetchInstanceDependencies & { settings: Pick<Settings, 'teams'> },
  message: AnalyticsMessage,
): Promise<FetchResult> {
  const { team, app } = message;
  const subscribed = subscribedApps(deps.settings).find((one) => one.team === team && one.app === app);
  if (subscribed === undefined) throw notInSettings(`app "${app}" of team "${team}"`);
  if ('check' in message) return checkApp(deps, subscribed);
  const found = subscribed.series.find(({ series }) => series.report === message.report);
  if (found === undefined) throw notInSettings(`report "${message.report}" of app "${app}"`);
  return fetchInstance(deps, { ...found.series, reportDate: message.reportDate }, found.parts);
}

const notInSettings = (what: string): JobError =>
  new JobError({
    code: 'MESSAGE_INVALID',
    message: `The message asks for what is not in the settings: ${what}`,
    retryable: false,
  });
