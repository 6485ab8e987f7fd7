import type { Settings } from '../../platform/config/settings.ts';
import { JobError } from '../../platform/errors.ts';
import type { FetchResult } from '../partition/fetch-partition.ts';
import type { ReportLedger } from '../partition/ledger.ts';
import { type CheckAppDependencies, checkApp, type FoundInstance } from './check-app.ts';
import type { CheckMessage, InstanceMessage } from './names/analytics-message.ts';
import { type SubscribedApp, subscribedApps } from './names/app-series.ts';
import { type FetchInstanceDependencies, fetchInstance } from './segments/fetch-instance.ts';

/**
 * Looks after an app, and fetches what that finds.
 *
 * @throws JobError `MESSAGE_INVALID` for an app that the settings do not have
 */
export async function workOnCheck(
  deps: CheckAppDependencies &
    FetchInstanceDependencies & {
      settings: Pick<Settings, 'teams'>;
      ledger: Pick<ReportLedger, 'makeClaimable'>;
    },
  message: CheckMessage,
): Promise<FetchResult> {
  const { result, found } = await checkApp(deps, subscribedApp(deps.settings, message));
  await fetchFound(deps, found);
  return result;
}

/**
 * Fetches the instance of one processing date.
 *
 * @throws JobError `MESSAGE_INVALID` for a report that the settings do not have
 */
export async function workOnInstance(
  deps: FetchInstanceDependencies & { settings: Pick<Settings, 'teams'> },
  message: InstanceMessage,
): Promise<FetchResult> {
  const { series } = subscribedApp(deps.settings, message);
  const found = series.find((subscribed) => subscribed.series.report === message.report);
  if (found === undefined) throw notInSettings(`report "${message.report}" of app "${message.app}"`);
  return fetchInstance(deps, { ...found.series, reportDate: message.reportDate }, found.parts);
}

function subscribedApp(
  settings: Pick<Settings, 'teams'>,
  { team, app }: { team: string; app: string },
): SubscribedApp {
  const found = subscribedApps(settings).find(
    (subscribed) => subscribed.team === team && subscribed.app === app,
  );
  if (found === undefined) throw notInSettings(`app "${app}" of team "${team}"`);
  return found;
}

/** What is left in the invocation for one instance; the planner queues those that are not reached. */
const SHORTEST_MILLIS = 90_000;

/** Fetches what a look has found at once, newest first, rather than after the planner's next run. */
async function fetchFound(
  deps: FetchInstanceDependencies & { ledger: Pick<ReportLedger, 'makeClaimable'> },
  found: readonly FoundInstance[],
): Promise<void> {
  const newestFirst = found.toSorted((a, b) => (a.reportDate < b.reportDate ? 1 : -1));
  for (const { series, parts, reportDate } of newestFirst) {
    if (deps.remainingMillis() < SHORTEST_MILLIS) return;
    const partition = { ...series, reportDate };
    // One that is known with an earlier instance is settled; a new one is due and stays so.
    await deps.ledger.makeClaimable(partition, true);
    const result = await fetchInstance(deps, partition, parts);
    // What needs a person goes by the queue, and so to the dead letters.
    if (result === 'parked') await deps.ledger.makeClaimable(partition, false);
  }
}

const notInSettings = (what: string): JobError =>
  new JobError({
    code: 'MESSAGE_INVALID',
    message: `The message asks for what is not in the settings: ${what}`,
    retryable: false,
  });
