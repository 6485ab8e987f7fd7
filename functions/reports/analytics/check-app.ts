import type { AppStoreConnectClient } from '../../app-store-connect/client/client.ts';
import type { PublishEvents } from '../../events/event-publisher.ts';
import { outgoingEvent } from '../../events/event-types.ts';
import type { Log } from '../../platform/logging/log.ts';
import { MetricName, type RecordMetric } from '../../platform/logging/metrics.ts';
import type { Clock, EpochMillis } from '../../platform/util/clock.ts';
import { sha256Hex } from '../../platform/util/hash.ts';
import { HOUR_MILLIS, MINUTE_MILLIS } from '../../platform/util/time.ts';
import { type Outcome, unreachable } from '../../platform/validation/outcome.ts';
import type { FetchResult } from '../partition/fetch-partition.ts';
import type { ReportLedger } from '../partition/ledger.ts';
import type { PendingEvent } from '../partition/ledger-item.ts';
import { measureRefusal } from '../partition/measure-refusal.ts';
import { classify, needsPerson } from '../partition/outcome.ts';
import { publishPendingEvents } from '../partition/publish-pending-events.ts';
import { type Discovery, discoverSeries, noteAwaited, type ReportLists, reportLists } from './discover.ts';
import { type ActiveRequest, ensureRequest } from './ensure-request.ts';
import type { AccessType, SubscribedAnalytics, SubscribedApp } from './names/app-series.ts';
import type { AnalyticsLedger, AppClaim, AppSettlement } from './store/analytics-ledger.ts';
import { type AppItem, type AppRef, appPartition } from './store/app-ledger-item.ts';

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

/** The planner runs hourly: a wait of just under an hour is met by its next run. */
const SOON_MILLIS = 50 * MINUTE_MILLIS;
/** An instance that may appear at any moment: the planner's next run may be one of its frequent ones. */
const NOT_READY_AGAIN_MILLIS = 8 * MINUTE_MILLIS;
/** While nothing is awaited before tomorrow, only late instances and restatements can turn up. */
const LATER_MILLIS = 6 * HOUR_MILLIS - 10 * MINUTE_MILLIS;

/** A processing date of a series with an instance that was not fetched yet. */
export type FoundInstance = SubscribedAnalytics & { reportDate: string };

type Replacement = { accessType: AccessType; replaced: string; requestId: string };

/**
 * Looks after an app: makes sure that its requests stand, and notes every instance that Apple has for its series.
 * The planner queues those that are new.
 *
 * Safe to repeat and to kill at any point: a lease lets one worker at a time send requests, and each note says the
 * same again.
 *
 * @param found filled with the instances that are to be fetched
 */
export async function checkApp(
  deps: CheckAppDependencies,
  subscribed: SubscribedApp,
  found: FoundInstance[] = [],
): Promise<FetchResult> {
  const app: AppRef = { team: subscribed.team, app: subscribed.app };
  const claim = await deps.analytics.claimApp(app);
  if (claim === undefined) {
    deps.log.info('Nothing to check', { app });
    return 'done';
  }
  const replacements: Replacement[] = [];
  const result = await checkRequests(deps, claim, subscribed, replacements, found);
  const settlement = settlementOf(claim.item, result, deps.clock.now());
  for (const { accessType, replaced, requestId } of replacements) {
    settlement.requests = withoutReplaced(settlement.requests, accessType);
    settlement.owed = [...settlement.owed, restartedEvent(app, accessType, replaced, requestId)];
    deps.log.warn('A request for analytics had stopped or vanished; a new one replaces it', {
      app,
      accessType,
      replaced,
    });
    deps.metric(MetricName.analyticsRequestRestarted, 1, { team: app.team });
  }
  if (!(await deps.analytics.settleApp(claim, settlement))) {
    deps.log.warn('Another worker has taken this app over; nothing was settled here', { app });
    return 'done';
  }
  deps.log.info('Checked an app', { app, ...result, found: found.length });
  await publishPendingEvents(deps, appPartition(app), settlement.owed);
  return result.state === 'failed' ? 'parked' : 'done';
}

/** @param replacements filled with the requests that replace one which stopped or vanished */
async function checkRequests(
  deps: CheckAppDependencies,
  claim: AppClaim,
  { series, snapshot }: SubscribedApp,
  replacements: Replacement[],
  found: FoundInstance[],
): Promise<Discovery> {
  const results: Discovery[] = [];
  const types: AccessType[] = snapshot ? ['ONGOING', 'ONE_TIME_SNAPSHOT'] : ['ONGOING'];
  for (const accessType of types) {
    const ofType = series.filter((one) => one.accessType === accessType);
    const isThere = accessType === 'ONE_TIME_SNAPSHOT' && (await areStored(deps, ofType));
    const request = await requestOf(deps, claim, accessType, isThere);
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
    for (const one of ofType) {
      const discovery = await checkSeries(deps, one, request, lists);
      results.push(discovery);
      for (const reportDate of discovery.found ?? []) found.push({ ...one, reportDate });
    }
  }
  const first = (is: (one: Discovery) => boolean): Discovery | undefined => results.find(is);
  return (
    first(({ state }) => state === 'failed') ??
    first(({ state, notReady }) => state === 'waiting' && notReady !== true) ??
    first(({ state }) => state === 'waiting') ?? {
      state: 'checked',
      awaitedFrom: Math.min(...results.map(({ awaitedFrom = Infinity }) => awaitedFrom)),
    }
  );
}

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

/** The request of an app. Whatever goes wrong is an outcome, so that one request's trouble is not the other's. */
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
  one: SubscribedApp['series'][number],
  request: Outcome<ActiveRequest>,
  lists: ReportLists | undefined,
): Promise<Discovery> {
  switch (request.kind) {
    case 'retry':
      return noteAwaited(deps, one, { state: 'waiting', reason: request.reason });
    case 'rejected': {
      const reason = request.problems.map(({ message }) => message).join(' ');
      return noteAwaited(deps, one, { state: 'failed', reason });
    }
    case 'ok':
      break;
    default:
      return unreachable(request);
  }
  try {
    return await discoverSeries(deps, one, lists ?? reportLists(deps.client, request.value.requestId));
  } catch (error) {
    // Isolate failures: an error in one series must not stop the others.
    const { team, app } = one.series;
    return noteAwaited(deps, one, discoveryOf(deps, { team, app }, error));
  }
}

/** What an error means for a check, by the same rules as for a partition: a refused key waits, it does not fail. */
function discoveryOf(deps: CheckAppDependencies, app: AppRef, error: unknown): Discovery {
  const refusal = measureRefusal(deps, { team: app.team, of: app }, classify(error), error);
  return { state: needsPerson(refusal) ? 'failed' : 'waiting', reason: refusal.reason };
}

function settlementOf(item: AppItem, discovery: Discovery, now: EpochMillis): AppSettlement {
  const { state, reason } = discovery;
  return {
    state,
    lastAnswer: reason,
    nextCheckAt: now + waitOf(discovery, now),
    requests: item.requests,
    owed: item.owed,
  };
}

/** In how long Apple is looked at again: when the next instance may appear, but four times a day in any case. */
function waitOf({ state, notReady, awaitedFrom = Infinity }: Discovery, now: EpochMillis): number {
  if (state === 'waiting') return notReady ? NOT_READY_AGAIN_MILLIS : SOON_MILLIS;
  return awaitedFrom > now ? Math.min(LATER_MILLIS, awaitedFrom - now) : LATER_MILLIS;
}

function withoutReplaced(requests: AppItem['requests'], accessType: AccessType): AppItem['requests'] {
  const { replaces: _, ...record } = requests[accessType] ?? { sends: 0 };
  return { ...requests, [accessType]: record };
}

function restartedEvent(
  app: AppRef,
  accessType: AccessType,
  replaced: string,
  requestId: string,
): PendingEvent {
  const detailType = 'Analytics Request Restarted';
  const id = sha256Hex([detailType, app.team, app.app, accessType, replaced].join('\n'));
  return {
    id,
    ...outgoingEvent(detailType, { id, ...app, accessType, stoppedRequestId: replaced, requestId }),
  };
}
