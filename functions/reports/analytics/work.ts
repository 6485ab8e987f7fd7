import type { Settings } from '../../platform/config/settings.ts';
import { JobError } from '../../platform/errors.ts';
import type { FetchResult } from '../partition/fetch-partition.ts';
import type { ReportLedger } from '../partition/ledger.ts';
import { type CheckAppDependencies, checkApp, type FoundInstance } from './check-app.ts';
import type { AnalyticsMessage } from './names/analytics-message.ts';
import { subscribedApps } from './names/app-series.ts';
import { type FetchInstanceDependencies, fetchInstance } from './segments/fetch-instance.ts';

/** Does what a message about analytics asks for. Throws JobError `MESSAGE_INVALID` for what the settings do not have. */
export async function workOnAnalytics(
  deps: CheckAppDependencies &
    FetchInstanceDependencies & {
      settings: Pick<Settings, 'teams'>;
      ledger: Pick<ReportLedger, 'makeClaimable'>;
    },
  message: AnalyticsMessage,
): Promise<FetchResult> {
  const { team, app } = message;
  const subscribed = subscribedApps(deps.settings).find((one) => one.team === team && one.app === app);
  if (subscribed === undefined) throw notInSettings(`app "${app}" of team "${team}"`);
  if ('check' in message) {
    const found: FoundInstance[] = [];
    const result = await checkApp(deps, subscribed, found);
    await fetchFound(deps, found);
    return result;
  }
  const found = subscribed.series.find(({ series }) => series.report === message.report);
  if (found === undefined) throw notInSettings(`report "${message.report}" of app "${app}"`);
  return fetchInstance(deps, { ...found.series, reportDate: message.reportDate }, found.parts);
}

/** What is left in the invocation for one instance; the planner queues those that are not reached. */
const SHORTEST_MILLIS = 90_000;

/** Fetches what a look has found at once, newest first, rather than after the planner's next run. */
async function fetchFound(
  deps: FetchInstanceDependencies & { ledger: Pick<ReportLedger, 'makeClaimable'> },
  found: readonly FoundInstance[],
): Promise<void> {
  const newestFirst = found.toSorted((one, other) => (one.reportDate < other.reportDate ? 1 : -1));
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
