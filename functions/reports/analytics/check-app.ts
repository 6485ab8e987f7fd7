import type { AppStoreConnectClient } from '../../app-store-connect/client/client.ts';
import type { AccessType } from '../../app-store-connect/resources/analytics-reports.ts';
import type { PublishEvents } from '../../events/event-publisher.ts';
import type { Log } from '../../platform/logging/log.ts';
import { MetricName, type RecordMetric } from '../../platform/logging/metrics.ts';
import type { Clock } from '../../platform/util/clock.ts';
import { type Outcome, unreachable } from '../../platform/validation/outcome.ts';
import type { FetchResult } from '../partition/fetch-partition.ts';
import type { ReportLedger } from '../partition/ledger.ts';
import { measureRefusal } from '../partition/measure-refusal.ts';
import { classify, needsPerson } from '../partition/outcome.ts';
import { publishPendingEvents } from '../partition/publish-pending-events.ts';
import { restartedEvent, SOON_MILLIS, settlementOf, withoutReplaced } from './app-settlement.ts';
import { type Discovery, discoverSeries, noteAwaited, type ReportLists, reportLists } from './discover.ts';
import { type ActiveRequest, ensureRequest } from './ensure-request.ts';
import type { SubscribedAnalytics, SubscribedApp } from './names/app-series.ts';
import type { AnalyticsLedger, AppClaim, AppSettlement } from './store/analytics-ledger.ts';
import { type AppRef, appPartition } from './store/app-ledger-item.ts';

export type CheckAppDependencies = {
  client: AppStoreConnectClient;
  analytics: Pick<
    AnalyticsLedger,
    'claimApp' | 'noteRequest' | 'settleApp' | 'series' | 'noteInstances' | 'awaitNext'
  >;
  ledger: Pick<ReportLedger, 'markPublished'>;
  sendEvents: PublishEvents;
  clock: Clock;
  log: Log;
  metric: RecordMetric;
};

/** A processing date of a series with an instance that was not fetched yet. */
export type FoundInstance = SubscribedAnalytics & { reportDate: string };

const ACCESS_TYPES: readonly AccessType[] = ['ONGOING', 'ONE_TIME_SNAPSHOT'];

type Replacement = { accessType: AccessType; replaced: string; requestId: string };

/** What a look at an app came to, and the instances that are to be fetched. */
export type CheckedApp = { result: FetchResult; found: readonly FoundInstance[] };

type CheckedRequests = {
  discovery: Discovery;
  /** Requests that replace one which stopped or vanished. */
  replacements: readonly Replacement[];
  found: readonly FoundInstance[];
};

/**
 * Looks after an app: makes sure that its requests stand, and notes every instance that Apple has for its series.
 * The planner queues those that are new.
 *
 * Safe to repeat and to kill at any point: a lease lets one worker at a time send requests, and each note says the
 * same again.
 */
export async function checkApp(deps: CheckAppDependencies, subscribed: SubscribedApp): Promise<CheckedApp> {
  const app: AppRef = { team: subscribed.team, app: subscribed.app };
  const claim = await deps.analytics.claimApp(app);
  if (claim === undefined) {
    deps.log.info('Nothing to check', { app });
    return { result: 'done', found: [] };
  }
  // The replacement may have stopped, too: what is known by now is owed before another one is looked for.
  for (const replacement of replacementsIn(claim.item)) oweRestart(deps, app, claim.item, replacement);
  const { discovery, replacements, found } = await checkRequests(deps, claim, subscribed);
  const settlement = settlementOf(claim.item, discovery, deps.clock.now());
  for (const replacement of replacements) oweRestart(deps, app, settlement, replacement);
  if (!(await deps.analytics.settleApp(claim, settlement))) {
    deps.log.warn('Another worker has taken this app over; nothing was settled here', { app });
    return { result: 'done', found };
  }
  deps.log.info('Checked an app', { app, ...discovery, found: found.length });
  await publishPendingEvents(deps, appPartition(app), settlement.owed);
  return { result: discovery.state === 'failed' ? 'parked' : 'done', found };
}

/** Replacements that a worker wrote down before it died, or was overtaken: nobody has told them. */
const replacementsIn = ({ requests }: AppClaim['item']): Replacement[] =>
  ACCESS_TYPES.flatMap((accessType) => {
    const { requestId, replaces } = requests[accessType] ?? {};
    return requestId === undefined || replaces === undefined || replaces === requestId
      ? []
      : [{ accessType, replaced: replaces, requestId }];
  });

/** Makes the restart an event that is owed, in place: whatever is written next holds both, or neither. */
function oweRestart(
  deps: Pick<CheckAppDependencies, 'log' | 'metric'>,
  app: AppRef,
  notes: Pick<AppSettlement, 'requests' | 'owed'>,
  { accessType, replaced, requestId }: Replacement,
): void {
  notes.requests = withoutReplaced(notes.requests, accessType);
  // mutation: analytics-restart
  notes.owed = [...notes.owed, restartedEvent(app, accessType, replaced, requestId)];
  deps.log.warn('A request for analytics had stopped or vanished; a new one replaces it', {
    app,
    accessType,
    replaced,
  });
  deps.metric(MetricName.analyticsRequestRestarted, 1, { team: app.team });
}

async function checkRequests(
  deps: CheckAppDependencies,
  claim: AppClaim,
  { series, snapshot }: SubscribedApp,
): Promise<CheckedRequests> {
  const results: Discovery[] = [];
  const replacements: Replacement[] = [];
  const found: FoundInstance[] = [];
  const types: AccessType[] = snapshot ? ['ONGOING', 'ONE_TIME_SNAPSHOT'] : ['ONGOING'];
  for (const accessType of types) {
    const ofType = series.filter((subscribed) => subscribed.accessType === accessType);
    const isThere = accessType === 'ONE_TIME_SNAPSHOT' && (await areStored(deps, ofType));
    const request = await activeRequestOf(deps, claim, accessType, isThere);
    if (isThere && request.kind !== 'ok') {
      // Deleted at Apple after its history was stored: the history is wanted once.
      results.push({ state: 'checked' });
      continue;
    }
    if (request.kind === 'ok' && request.value.replaced !== undefined) {
      const { requestId, replaced } = request.value;
      replacements.push({ accessType, requestId, replaced });
    }
    const lists = request.kind === 'ok' ? reportLists(deps.client, request.value.requestId) : undefined;
    for (const subscribed of ofType) {
      const discovery = await checkSeries(deps, subscribed, request, lists);
      results.push(discovery);
      for (const reportDate of discovery.found ?? []) found.push({ ...subscribed, reportDate });
    }
  }
  return { discovery: worstOf(results), replacements, found };
}

/** How the app stands as a whole: the discovery that needs a person most, or asks to look again soonest. */
const worstOf = (results: readonly Discovery[]): Discovery =>
  results.find(({ state }) => state === 'failed') ??
  results.find(({ state, notReady }) => state === 'waiting' && notReady !== true) ??
  results.find(({ state }) => state === 'waiting') ?? {
    state: 'checked',
    awaitedFrom: Math.min(...results.map(({ awaitedFrom = Infinity }) => awaitedFrom)),
  };

/** Whether each series of a snapshot has a stored instance. */
async function areStored(
  { analytics }: Pick<CheckAppDependencies, 'analytics'>,
  ofType: SubscribedApp['series'],
): Promise<boolean> {
  for (const { series } of ofType)
    if (!(await analytics.series(series)).partitions.some(({ settledAs }) => settledAs === 'stored'))
      return false;
  return ofType.length > 0;
}

/** The request of an app. One that Apple stopped before it was seen is owed as a restart first, then replaced. */
async function activeRequestOf(
  deps: CheckAppDependencies,
  claim: AppClaim,
  accessType: AccessType,
  isThere: boolean,
): Promise<Outcome<ActiveRequest>> {
  const request = await requestOf(deps, claim, accessType, isThere);
  if (request.kind !== 'ok' || request.value.stopped !== true) return request;
  for (const replacement of replacementsIn(claim.item)) oweRestart(deps, claim.app, claim.item, replacement);
  return requestOf(deps, claim, accessType, isThere);
}

/** The request of an app. Errors become outcomes, so that a failure of one request does not stop the other. */
async function requestOf(
  deps: CheckAppDependencies,
  claim: AppClaim,
  accessType: AccessType,
  isThere: boolean,
): Promise<Outcome<ActiveRequest>> {
  try {
    return await ensureRequest(
      { client: deps.client, ledger: deps.analytics, clock: deps.clock },
      claim,
      accessType,
      isThere ? 'find' : 'make',
    );
  } catch (error) {
    const { state, reason = '' } = discoveryOf(deps, claim.app, error);
    return state === 'failed'
      ? { kind: 'rejected', problems: [{ path: accessType, message: reason }] }
      : { kind: 'retry', afterMillis: SOON_MILLIS, reason };
  }
}

async function checkSeries(
  deps: CheckAppDependencies,
  subscribed: SubscribedApp['series'][number],
  request: Outcome<ActiveRequest>,
  lists: ReportLists | undefined,
): Promise<Discovery> {
  switch (request.kind) {
    case 'retry':
      return noteAwaited(deps, subscribed, { state: 'waiting', reason: request.reason });
    case 'rejected': {
      const reason = request.problems.map(({ message }) => message).join(' ');
      return noteAwaited(deps, subscribed, { state: 'failed', reason });
    }
    case 'ok':
      break;
    default:
      return unreachable(request);
  }
  try {
    return await discoverSeries(deps, subscribed, lists ?? reportLists(deps.client, request.value.requestId));
  } catch (error) {
    // Isolate failures: an error in one series must not stop the others.
    const { team, app } = subscribed.series;
    return noteAwaited(deps, subscribed, discoveryOf(deps, { team, app }, error));
  }
}

/** What an error means for a check, by the same rules as for a partition: a refused key waits, it does not fail. */
function discoveryOf(deps: CheckAppDependencies, app: AppRef, error: unknown): Discovery {
  const refusal = measureRefusal(deps, { team: app.team, of: app }, classify(error), error);
  return { state: needsPerson(refusal) ? 'failed' : 'waiting', reason: refusal.reason };
}
