import type { AccessType } from '../../app-store-connect/resources/analytics-reports.ts';
import { outgoingEvent } from '../../events/event-types.ts';
import type { EpochMillis } from '../../platform/util/clock.ts';
import { sha256Hex } from '../../platform/util/hash.ts';
import { HOUR_MILLIS, MINUTE_MILLIS } from '../../platform/util/time.ts';
import type { PendingEvent } from '../partition/ledger-item.ts';
import type { Discovery } from './discover.ts';
import type { AppSettlement } from './store/analytics-ledger.ts';
import type { AppItem, AppRef } from './store/app-ledger-item.ts';

/** The planner runs hourly: a wait of just under an hour is met by its next run. */
export const SOON_MILLIS = 50 * MINUTE_MILLIS;
/** An instance that may appear at any moment: the planner's next run may be one of its frequent ones. */
const NOT_READY_AGAIN_MILLIS = 8 * MINUTE_MILLIS;
/** While nothing is awaited before tomorrow, only late instances and restatements can turn up. */
const LATER_MILLIS = 6 * HOUR_MILLIS - 10 * MINUTE_MILLIS;

/** What is written down of a look at an app, before its replaced requests are known. */
export function settlementOf(item: AppItem, discovery: Discovery, now: EpochMillis): AppSettlement {
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

/** The requests once the replacement of one is told. */
export function withoutReplaced(requests: AppItem['requests'], accessType: AccessType): AppItem['requests'] {
  const { replaces: _, ...record } = requests[accessType] ?? { sends: 0 };
  return { ...requests, [accessType]: record };
}

export function restartedEvent(
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
