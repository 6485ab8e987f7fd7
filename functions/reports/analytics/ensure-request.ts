import type { AppStoreConnectClient } from '../../app-store-connect/client/client.ts';
import { AppStoreConnectError } from '../../app-store-connect/protocol/errors.ts';
import type { AccessType } from '../../app-store-connect/resources/analytics-reports.ts';
import {
  createReportRequest,
  listReportRequests,
  type ReportRequest,
} from '../../app-store-connect/resources/analytics-reports.ts';
import type { Clock, EpochMillis } from '../../platform/util/clock.ts';
import { DAY_MILLIS, MINUTE_MILLIS, utcDay } from '../../platform/util/time.ts';
import { accepted } from '../../platform/validation/checked.ts';
import type { Outcome } from '../../platform/validation/outcome.ts';
import { askAgainAt, nextSnapshotAt, SNAPSHOT_EVERY_DAYS } from './ask-again.ts';
import type { AnalyticsLedger, AppClaim } from './store/analytics-ledger.ts';
import type { RequestRecord } from './store/app-ledger-item.ts';

/**
 * A request that Apple works on. `replaced`: the one that stopped or vanished, until its replacement is told.
 * `stopped`: Apple stopped this one, too, before it was seen; it is known now, and the next call replaces it.
 */
export type ActiveRequest = { requestId: string; replaced?: string; stopped?: true };

export type EnsureRequestDependencies = {
  client: AppStoreConnectClient;
  ledger: Pick<AnalyticsLedger, 'noteRequest'>;
  clock: Clock;
};

/** By then a POST has arrived or never will: its token is dead, and Apple's list shows what became of it. */
const DOUBT_MILLIS = 10 * MINUTE_MILLIS;
/** Each of them in doubt and none seen at Apple: that is no accident any more, so Apple gets a rest. */
const MAXIMUM_SENDS = 3;
const REST_MILLIS = DAY_MILLIS;
/** A new request may be missing from Apple's list at first. */
const LIST_LAG_MILLIS = DAY_MILLIS;

/**
 * Makes sure that an app has a standing request, and creates it where there is none: at most once, however often
 * this runs, is killed or loses an answer.
 *
 * Apple's list comes first. Before the POST it is written down, under the fence of the app's lease, that one goes
 * out; whoever finds that note without a result reads Apple's list back and sends nothing while the POST may still
 * be under way. A request that Apple stopped for inactivity is replaced by a new one.
 *
 * @param mode `find`: none is made where Apple shows none
 * @throws AppStoreConnectError from reading; JobError `OVERTAKEN`
 */
export async function ensureRequest(
  deps: EnsureRequestDependencies,
  claim: AppClaim,
  accessType: AccessType,
  mode: 'find' | 'make' = 'make',
): Promise<Outcome<ActiveRequest>> {
  const record = claim.item.requests[accessType] ?? { sends: 0 };
  const requests = await listReportRequests(deps.client, claim.app.app, accessType);
  const live = usable(requests, accessType, record.requestId);
  const now = deps.clock.now();
  if (live !== undefined) return accepted(await adopt(deps, claim, accessType, record, live));
  const unseen = stoppedUnseen(requests, record);
  // mutation: analytics-stopped-unseen
  if (unseen !== undefined)
    return accepted({ ...(await adopt(deps, claim, accessType, record, unseen)), stopped: true });
  if (mode === 'find') return waitFor('Apple no longer shows the request, and no other one is needed.');
  const gone = record.requestId ?? requests[0]?.id;
  const listed = requests.some(({ id }) => id === record.requestId);
  if (record.requestId !== undefined && !listed && now < (record.since ?? 0) + LIST_LAG_MILLIS) {
    return accepted({ requestId: record.requestId });
  }
  if (record.sentAt !== undefined && now < record.sentAt + DOUBT_MILLIS) {
    return waitFor(
      'A request for analytics was sent and its answer lost; Apple is read back before another one is sent.',
    );
  }
  if (record.askAgainAt !== undefined && now < record.askAgainAt)
    return refusedFor(accessType, record.askAgainAt - now, record.refusal ?? '');
  if (accessType === 'ONE_TIME_SNAPSHOT' && record.sentAt === undefined && now < nextSnapshotAt(record)) {
    // Deleted at Apple within its 31 days: another one would be refused.
    return postpone(deps, claim, accessType, record, nextSnapshotAt(record));
  }
  const isExhausted = record.sends >= MAXIMUM_SENDS;
  const restsUntil = (record.sentAt ?? 0) + REST_MILLIS;
  // mutation: analytics-goes-on
  if (isExhausted && now < restsUntil) {
    return reject(
      `${MAXIMUM_SENDS} requests for analytics were sent without an answer, and Apple shows none. Another one is sent on ${utcDay(restsUntil)}. ${BY_HAND}`,
    );
  }
  const sent = {
    ...record,
    replaces: record.replaces ?? gone,
    requestId: undefined,
    listed: requests.map(({ id }) => id),
    sends: isExhausted ? 1 : record.sends + 1,
  };
  // Its turn first: once it is written down that one goes out, it goes at once.
  // mutation: analytics-turn
  await deps.client.turnToWrite(1);
  const sentAt = deps.clock.now();
  await deps.ledger.noteRequest(claim, accessType, { ...sent, sentAt });
  return create(deps, claim, accessType, { ...sent, sentAt }, record);
}

/** A one-time snapshot is done when it is made, so its being stopped says nothing. */
function usable(requests: ReportRequest[], accessType: AccessType, known: string | undefined) {
  // mutation: analytics-stopped
  const live = requests.filter(({ stopped }) => !stopped || accessType === 'ONE_TIME_SNAPSHOT');
  return (live.find(({ id }) => id === known) ?? live[0])?.id;
}

/**
 * The replacement whose POST was in doubt and that Apple stopped before it was seen. Without `replaces` there is no
 * restart to tell before that of this one.
 */
const stoppedUnseen = (
  requests: readonly ReportRequest[],
  { sentAt, listed, replaces }: RequestRecord,
): string | undefined =>
  sentAt === undefined || listed === undefined || replaces === undefined
    ? undefined
    : requests.findLast(({ id, stopped }) => stopped && !listed.includes(id))?.id;

async function adopt(
  deps: EnsureRequestDependencies,
  claim: AppClaim,
  accessType: AccessType,
  record: RequestRecord,
  requestId: string,
): Promise<ActiveRequest> {
  const { replaces } = record;
  if (record.requestId !== requestId || record.sentAt !== undefined) {
    await deps.ledger.noteRequest(claim, accessType, known(record, requestId, deps.clock.now()));
  }
  const replaced = replaces !== undefined && replaces !== requestId ? { replaced: replaces } : {};
  return { requestId, ...replaced };
}

async function create(
  deps: EnsureRequestDependencies,
  claim: AppClaim,
  accessType: AccessType,
  sent: RequestRecord,
  before: RequestRecord,
): Promise<Outcome<ActiveRequest>> {
  try {
    const requestId = await createReportRequest(deps.client, claim.app.app, accessType);
    return accepted(await adopt(deps, claim, accessType, sent, requestId));
  } catch (error) {
    if (!(error instanceof AppStoreConnectError)) throw error;
    // In doubt the note stays as it is: the next check reads Apple's list.
    if (error.outcomeUnknown) return waitFor(error.message);
    await deps.ledger.noteRequest(claim, accessType, before);
    if (error.code === 'CONFLICT') {
      // Somebody else was faster, perhaps a person.
      const live = usable(
        await listReportRequests(deps.client, claim.app.app, accessType),
        accessType,
        undefined,
      );
      if (live !== undefined) return accepted(await adopt(deps, claim, accessType, sent, live));
      const at = askAgainAt(accessType, before, error.detail, deps.clock.now());
      return postpone(deps, claim, accessType, before, at, error);
    }
    return afterRefusal(error, claim);
  }
}

/** Apple refuses another request, or would: none is sent until it may be. */
async function postpone(
  deps: EnsureRequestDependencies,
  claim: AppClaim,
  accessType: AccessType,
  before: RequestRecord,
  at: EpochMillis,
  error?: AppStoreConnectError,
): Promise<Outcome<ActiveRequest>> {
  const day = utcDay(at);
  const quote = error === undefined ? '' : ` Apple's words: ${error.detail ?? '409'}`;
  const refusal =
    accessType === 'ONE_TIME_SNAPSHOT'
      ? `Apple gives an app about one snapshot of its history in ${SNAPSHOT_EVERY_DAYS} days, and one that was deleted counts as well: delete none. It is asked for again on ${day}.${quote}`
      : `Apple refuses another request for app ${claim.app.app} though it shows none that runs. If it shows one that stopped, delete that (DELETE /v1/analyticsReportRequests/{id}, role Admin). It is asked for again on ${day}.${quote}`;
  await deps.ledger.noteRequest(claim, accessType, { ...before, askAgainAt: at, refusal });
  return refusedFor(accessType, at - deps.clock.now(), refusal);
}

/** A snapshot comes with time; an ongoing request that is refused needs a person. */
const refusedFor = (accessType: AccessType, afterMillis: number, reason: string): Outcome<never> =>
  accessType === 'ONE_TIME_SNAPSHOT' ? { kind: 'retry', afterMillis, reason } : reject(reason);

/** A definite answer, or none was asked for: nothing has taken effect. */
function afterRefusal(error: AppStoreConnectError, { app: { app } }: AppClaim): Outcome<ActiveRequest> {
  // A refused key or an unsigned agreement is measured by the caller, as for every other call.
  if (error.refusesEverything || error.code === 'KEY_REFUSED') throw error;
  if (error.retryable) return waitFor(error.message);
  if (error.code === 'FORBIDDEN') {
    return reject(
      `The reports key may not ask Apple for the analytics of app ${app}: that takes a key with the role Admin; reading them afterwards takes Admin, Finance or Sales and Reports. ${BY_HAND} Apple's words: ${error.detail ?? '403'}`,
    );
  }
  return reject(error.message);
}

const waitFor = (reason: string): Outcome<never> => ({ kind: 'retry', afterMillis: DOUBT_MILLIS, reason });
const reject = (message: string): Outcome<never> => ({
  kind: 'rejected',
  problems: [{ path: 'analyticsReportRequests', message }],
});

const BY_HAND =
  'Or let an Admin create the request by hand (POST /v1/analyticsReportRequests); it is found and used.';

const known = (record: RequestRecord, requestId: string, now: EpochMillis): RequestRecord => ({
  requestId,
  since: record.requestId === requestId ? (record.since ?? now) : now,
  sends: 0,
  ...(record.replaces !== undefined && { replaces: record.replaces }),
});
