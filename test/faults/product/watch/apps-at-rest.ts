import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import type { OutgoingEvent } from '../../../../functions/events/event-types.ts';
import type { Settings } from '../../../../functions/platform/config/settings.ts';
import {
  type SubscribedAnalytics,
  type SubscribedApp,
  subscribedApps,
} from '../../../../functions/reports/analytics/names/app-series.ts';
import {
  analyticsTableKey,
  combinedSha256,
  rawSegmentKey,
} from '../../../../functions/reports/analytics/names/object-keys.ts';
import { seriesKey } from '../../../../functions/reports/catalogue/series.ts';
import type { LedgerItem } from '../../../../functions/reports/partition/ledger-item.ts';
import {
  REVIEWS_REPORT,
  subscribedReviews,
} from '../../../../functions/reports/reviews/names/review-series.ts';
import type { Instance } from '../../../../local/simulator/reports/analytics-store.ts';
import type { createMemoryLake } from '../../../histories/memory-lake.ts';
import { assertReviews } from '../../../histories/review-promises.ts';
import { MAX_STARS } from '../apple/product-teams.ts';
import type { ReportsOfAHistory } from '../apple/reports-of-a-history.ts';
import type { ReportsSide } from '../apple/reports-side.ts';
import type { WatchedItems } from './watched-items.ts';

const DAY = 24 * 3_600_000;
/** Older looks at reviews are looked after no more: what they owe was told long ago. */
const KEPT_DAYS = 35;
const SETTLED = new Set<string>(['stored', 'empty', 'expired']);

/** What is looked at of analytics and reviews when all has come to rest. */
export type AppsAtRest = {
  now: number;
  /** When the history began. */
  start: number;
  settings: Settings;
  apple: ReportsSide;
  happened: ReportsOfAHistory;
  items: WatchedItems;
  objects: ReturnType<typeof createMemoryLake>['objects'];
  events: readonly OutgoingEvent[];
};

const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const rowsOf = ({ segments }: Instance): number =>
  segments.reduce((sum, { gzip }) => sum + gunzipSync(gzip).toString().trimEnd().split('\n').length - 1, 0);

/** The newest instance that Apple has of each date of a series. */
function newestInstances({ apple, now }: AppsAtRest, { series, parts, accessType }: SubscribedAnalytics) {
  const newest = new Map<string, Instance>();
  const all = apple.analytics.instancesOf(series.app);
  for (const one of all.filter((each) => each.accessType === accessType && each.name === parts.name))
    if (one.availableAt <= now && one.availableAt >= (newest.get(one.processingDate)?.availableAt ?? 0))
      newest.set(one.processingDate, one);
  return newest;
}

/**
 * Whether the analytics and reviews of some teams wait for nothing.
 *
 * @param inTheEnd Apple makes nothing more
 */
export function areAppsAtRest(rest: AppsAtRest, isOf: (team: string) => boolean, inTheEnd: boolean): boolean {
  const kept = new Date(rest.now - KEPT_DAYS * DAY).toISOString().slice(0, 10);
  const items = [...rest.items.ofApps.values()].filter(
    ({ pk, sk }) => isOf(pk.split('/')[0] ?? '') && sk >= kept,
  );
  if (items.some(({ state, owed }) => !SETTLED.has(state) || owed.length > 0)) return false;
  const apps = subscribedApps(rest.settings).filter(({ team }) => isOf(team));
  for (const { team, app, series } of apps) {
    const item = rest.items.apps.get(`${team}/${app}/ANALYTICS requests`);
    if (item === undefined || item.owed.length > 0 || item.state === 'failed') return false;
    if (!inTheEnd) continue;
    for (const subscribed of series)
      for (const [date, { id }] of newestInstances(rest, subscribed))
        if (itemOf(rest, subscribed, date)?.triedInstance !== id) return false;
  }
  return subscribedReviews(rest.settings)
    .filter(({ series }) => isOf(series.team))
    .every(({ series }) => items.some(({ pk }) => pk === seriesKey(series)));
}

const itemOf = (
  { items }: AppsAtRest,
  { series }: SubscribedAnalytics,
  date: string,
): LedgerItem | undefined => items.ofApps.get(`${seriesKey(series)} ${date}`);

/** Throws where analytics or reviews of a team are not as Apple has them. */
export function assertAppsAtRest(rest: AppsAtRest, isOf: (team: string) => boolean): void {
  const told = new Set(rest.events.map(({ detail }) => detail['id']));
  for (const [id, key] of rest.items.versionChanges)
    if (isOf(key.split('/')[0] ?? ''))
      assert.ok(told.has(id), `${key}: a change of the version was not told`);
  for (const app of subscribedApps(rest.settings).filter(({ team }) => isOf(team))) assertApp(rest, app);
  for (const { series } of subscribedReviews(rest.settings).filter((one) => isOf(one.series.team))) {
    const looks = new Map([...rest.items.ofApps].filter(([, item]) => item.pk === seriesKey(series)));
    const listed = new Map(
      rest.apple.reviews.listed(series.app, rest.now).map((review) => [review.id, review]),
    );
    assertReviews({
      reviews: rest.happened.reviews
        .filter(({ app }) => app === series.app)
        .map(({ id, createdAt, edited }) => {
          const { rating = 0, title = '', response } = listed.get(id) ?? {};
          const written = { id, rating, title, createdAt, answer: response?.responseBody };
          return { ...written, editedAt: edited ? createdAt : undefined, vanished: !listed.has(id) };
        }),
      items: looks,
      objects: rest.objects,
      events: rest.events.filter(({ detail }) => detail['team'] === series.team),
      from: rest.start,
      maxStars: MAX_STARS,
    });
    for (const item of looks.values()) {
      const place = `${item.pk} ${item.sk} (${item.state}: ${item.lastAnswer ?? 'no answer'})`;
      assert.ok(SETTLED.has(item.state), `${place}: a look is never settled`);
    }
  }
}

function assertApp(rest: AppsAtRest, { team, app, snapshot, series }: SubscribedApp): void {
  const place = `${team}/${app}`;
  const { stopped, byHand } = rest.happened;
  const [stops, made] = [stopped.get(app) ?? 0, byHand.get(app) ?? 0];
  const ongoing = rest.apple.analytics.requestsOf(app, 'ONGOING');
  assert.ok(
    ongoing.some(({ stoppedAt }) => stoppedAt === undefined),
    `${place}: no request runs`,
  );
  assert.ok(
    ongoing.length <= 1 + stops + made,
    `${place}: ${ongoing.length} ongoing requests, ${made} of them by hand, though ${stops} stopped`,
  );
  const snapshots = rest.apple.analytics.requestsOf(app, 'ONE_TIME_SNAPSHOT').length;
  assert.equal(snapshots, snapshot ? 1 : 0, `${place}: ${snapshots} requests for a snapshot`);
  const told = rest.events.filter(
    ({ detailType, detail }) => detailType === 'Analytics Request Restarted' && detail['app'] === app,
  );
  for (const same of Map.groupBy(told, ({ detail }) => detail['stoppedRequestId']).values())
    assert.equal(
      new Set(same.map(({ detail }) => detail['id'])).size,
      1,
      `${place}: a restart was told twice`,
    );
  if (made === 0) assertRestarts(place, ongoing, told, stops);
  for (const one of series) {
    const newest = newestInstances(rest, one);
    for (const [date, instance] of newest) assertInstance(rest, one, date, instance);
    const dates = [...rest.items.ofApps.values()]
      .filter(({ pk }) => pk === seriesKey(one.series))
      .map(({ sk }) => sk);
    assert.deepEqual(dates.sort(), [...newest.keys()].sort(), `${place}: dates without an instance`);
  }
}

/** What was told leads from the first request to the one that runs, by way of each that Apple stopped. */
function assertRestarts(
  place: string,
  ongoing: ReturnType<ReportsSide['analytics']['requestsOf']>,
  told: readonly OutgoingEvent[],
  stops: number,
): void {
  const after = new Map(told.map(({ detail }) => [detail['stoppedRequestId'], detail['requestId']]));
  assert.equal(after.size, stops, `${place}: ${after.size} restarts told of ${stops}`);
  let request: unknown = ongoing[0]?.id;
  for (let next = after.get(request); next !== undefined; next = after.get(next)) request = next;
  const running = ongoing.find(({ stoppedAt }) => stoppedAt === undefined)?.id;
  assert.equal(
    request,
    running,
    `${place}: of ${stops} stops ${after.size} restarts are told, up to ${request}`,
  );
}

/** Its newest segments are stored once, raw and as rows of the table, and told. */
function assertInstance(
  rest: AppsAtRest,
  subscribed: SubscribedAnalytics,
  date: string,
  instance: Instance,
): void {
  const { series, parts } = subscribed;
  const partition = { ...series, reportDate: date };
  const item = itemOf(rest, subscribed, date);
  const place = `${seriesKey(series)} ${date} (${item?.state}: ${item?.lastAnswer ?? 'no answer'})`;
  assert.ok(item !== undefined, `${place}: never found`);
  assert.equal(item.state, 'stored', `${place}: Apple has it`);
  assert.equal(item.triedInstance, instance.id, `${place}: not the newest instance`);
  assert.deepEqual(item.owed, [], `${place}: events are still owed`);
  const hashes = instance.segments.map(({ gzip }) => sha256Of(gzip));
  assert.equal(item.sha256, combinedSha256(hashes), `${place}: not Apple's bytes`);
  const rawKeys = hashes.map((sha256) => rawSegmentKey(partition, parts, sha256));
  assert.deepEqual(item.rawKeys, rawKeys, `${place}: other raw files`);
  for (const [index, key] of rawKeys.entries())
    assert.ok(
      rest.objects.get(key)?.body.equals(instance.segments[index]?.gzip ?? Buffer.alloc(0)) === true,
      `${place}: ${key}`,
    );
  const table = rest.objects.get(analyticsTableKey(partition, parts));
  assert.equal(table?.reportSha256, item.sha256, `${place}: the table shows another instance`);
  assert.equal(item.rows, rowsOf(instance), `${place}: the table does not have each row once`);
  assert.equal(new Set(item.instances).size, item.instances?.length, `${place}: an instance was noted twice`);
  const of = (type: string) =>
    new Set(
      rest.events
        .filter(
          ({ detailType, detail }) =>
            detailType === type &&
            detail['team'] === series.team &&
            detail['report'] === series.report &&
            detail['reportDate'] === date,
        )
        .map(({ detail }) => detail['id']),
    ).size;
  assert.equal(of('Report Stored'), 1, `${place}: told as stored`);
  assert.equal(of('Report Restated'), item.versions.length, `${place}: told as restated`);
}

/** What the ledgers know of looks at reviews, for whoever counts them. */
export const looksIn = (items: WatchedItems): number =>
  [...items.ofApps.values()].filter(({ pk, rawKey }) => pk.endsWith(REVIEWS_REPORT) && rawKey !== undefined)
    .length;
