import type { AppStoreConnectClient } from '../../app-store-connect/client/client.ts';
import { AppStoreConnectError } from '../../app-store-connect/protocol/errors.ts';
import { outgoingEvent } from '../../events/contract.ts';
import type { PublishEvents } from '../../events/event-publisher.ts';
import type { Log } from '../../platform/logging/log.ts';
import { MetricName, type RecordMetric } from '../../platform/logging/metrics.ts';
import type { Clock, EpochMillis } from '../../platform/util/clock.ts';
import { sha256Hex } from '../../platform/util/hash.ts';
import type { FetchResult } from '../fetch/fetch-report.ts';
import type { ReportLedger } from '../partition/ledger.ts';
import type { PendingEvent } from '../partition/ledger-item.ts';
import { classify } from '../partition/outcome.ts';
import { publishPendingEvents } from '../partition/publish-pending-events.ts';
import type { AnalyticsLedger, AppClaim, AppSettlement } from './analytics-ledger.ts';
import { type AppItem, type AppRef, appPartition } from './app-ledger-item.ts';
import type { AccessType, SubscribedApp } from './app-series.ts';
import { discoverSeries, type Found, type ReportLists, reportLists, tellAwaited } from './discover.ts';
import { ensureRequest, type RequestState } from './ensure-request.ts';

export type CheckDependencies = {
  client: AppStoreConnectClient;
  analytics: AnalyticsLedger;
  ledger: Pick<ReportLedger, 'markPublished'>;
  sendEvents: PublishEvents;
  clock: Clock;
  log: Log;
  metric: RecordMetric;
};

/** The planner runs hourly: just under an hour is met by its next run. */
const SOON_MILLIS = 50 * 60_000;
/** While nothing is awaited before tomorrow, only late instances and restatements can turn up. */
const LATER_MILLIS = 6 * 3_600_000 - 10 * 60_000;

type Checked = { state: 'checked' | 'waiting' | 'failed'; reason?: string };

/**
 * Looks after an app: makes sure that its requests stand, and notes every instance that Apple has for its series.
 * The planner queues those that are new.
 *
 * Safe to repeat and to kill at any point: a lease lets one worker at a time send requests, and each note says the
 * same again.
 */
export async function checkApp(deps: CheckDependencies, subscribed: SubscribedApp): Promise<FetchResult> {
  const app: AppRef = { team: subscribed.team, app: subscribed.app };
  const claim = await deps.analytics.claimApp(app);
  if (claim === undefined) {
    deps.log.info('Nothing to check', { app });
    return 'done';
  }
  const replaced: [AccessType, Extract<RequestState, { kind: 'active' }>][] = [];
  const checked = await check(deps, claim, subscribed, (accessType, state) =>
    replaced.push([accessType, state]),
  );
  const settlement = settlementOf(claim.item, checked, deps.clock.now());
  for (const [accessType, { requestId, replaced: old = '' }] of replaced) {
    settlement.requests = withoutReplaced(settlement.requests, accessType);
    settlement.owed = [...settlement.owed, restartedEvent(app, accessType, old, requestId)];
    deps.log.warn('A request for analytics had stopped or vanished; a new one replaces it', {
      app,
      accessType,
      old,
    });
    deps.metric(MetricName.analyticsRequestRestarted, 1, { team: app.team });
  }
  if (!(await deps.analytics.settleApp(claim, settlement))) {
    deps.log.warn('Another worker has taken this app over; nothing was settled here', { app });
    return 'done';
  }
  deps.log.info('Checked an app', { app, ...checked });
  await publishPendingEvents(deps, appPartition(app), settlement.owed);
  return checked.state === 'failed' ? 'parked' : 'done';
}

async function check(
  deps: CheckDependencies,
  claim: AppClaim,
  { series, snapshot }: SubscribedApp,
  onReplaced: (accessType: AccessType, state: Extract<RequestState, { kind: 'active' }>) => void,
): Promise<Checked> {
  const results: Checked[] = [];
  const types: AccessType[] = snapshot ? ['ONGOING', 'ONE_TIME_SNAPSHOT'] : ['ONGOING'];
  for (const accessType of types) {
    const wanted = series.filter((one) => one.accessType === accessType);
    try {
      const requests = { client: deps.client, ledger: deps.analytics, clock: deps.clock };
      const state = await ensureRequest(requests, claim, accessType);
      if (state.kind === 'active' && state.replaced !== undefined) onReplaced(accessType, state);
      const lists = state.kind === 'active' ? reportLists(deps.client, state.requestId) : undefined;
      for (const one of wanted) results.push(await checkSeries(deps, one, state, lists));
    } catch (error) {
      const refusal = refused(deps, claim.app, error);
      for (const one of wanted) results.push(await tellAwaited(deps, one, refusal));
    }
  }
  return (
    results.find(({ state }) => state === 'failed') ??
    results.find(({ state }) => state === 'waiting') ?? { state: 'checked' }
  );
}

async function checkSeries(
  deps: CheckDependencies,
  one: SubscribedApp['series'][number],
  state: RequestState,
  lists: ReportLists | undefined,
): Promise<Found> {
  if (state.kind !== 'active' || lists === undefined) {
    const reason = 'reason' in state ? state.reason : '';
    return tellAwaited(deps, one, { state: state.kind === 'failed' ? 'failed' : 'waiting', reason });
  }
  try {
    return await discoverSeries(deps, one, lists);
  } catch (error) {
    // One series' trouble is not the others'.
    return tellAwaited(deps, one, refused(deps, { team: one.series.team, app: one.series.app }, error));
  }
}

function refused(deps: CheckDependencies, app: AppRef, error: unknown): Found & { reason: string } {
  const refusal = classify(error);
  if (refusal.kind === 'failed') deps.log.error('An app could not be checked', { app, error });
  if (error instanceof AppStoreConnectError && error.diagnosis !== undefined) {
    deps.metric(MetricName.keyRefused, 1, { team: app.team, cause: error.diagnosis.cause });
  }
  return { state: refusal.kind === 'transient' ? 'waiting' : 'failed', reason: refusal.reason };
}

function settlementOf(item: AppItem, { state, reason }: Checked, now: EpochMillis): AppSettlement {
  return {
    state,
    lastAnswer: reason,
    nextCheckAt: now + (state === 'waiting' ? SOON_MILLIS : LATER_MILLIS),
    requests: item.requests,
    owed: item.owed,
  };
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
