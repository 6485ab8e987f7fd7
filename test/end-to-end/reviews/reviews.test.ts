import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { readLedger } from '../../../local/demo/ledger-view.ts';
import { copyLake } from '../../../local/demo/report-copy.ts';
import { makeKey, secretOf, type World } from '../../../local/world/world.ts';
import { operatorOf } from '../../cli/operator/operator.ts';
import {
  APP,
  askLake,
  eventsOf,
  itemOf,
  planAfter,
  reviewsWorld,
  rowsOf,
  SERIES,
  TABLE,
  TODAY,
  told,
  write,
} from './reviews.ts';

describe('The reviews of an app that nobody has looked at yet', () => {
  let world: World;
  let grumpy: string;
  before(async () => {
    world = await reviewsWorld();
    for (let number = 1; number <= 230; number += 1)
      write(world, { rating: (number % 5) + 1, title: `Old ${number}`, hoursAgo: 10 * number });
  });
  after(() => world.close());

  it('are stored whole with the first look, and are no news', async () => {
    await planAfter(world, 0);
    const item = await itemOf(world, TODAY);
    assert.deepEqual([item?.state, item?.rows], ['stored', 230]);
    assert.equal(item?.tableKey, `${TABLE}/report_date=${TODAY}/data.parquet`);
    assert.deepEqual(told(world), []);
    assert.equal(eventsOf(world, 'Report Stored').length, 1);
    const pages = world.simulator.requests().filter(({ path }) => path.endsWith('/customerReviews'));
    assert.equal(pages.length, 2);
  });

  it('are asked for with a token for exactly this list', () => {
    const [asked] = world.simulator.requests().filter(({ path }) => path.endsWith('/customerReviews'));
    assert.deepEqual(Object(asked?.tokenClaims).scope, [
      `GET /v1/apps/${APP}/customerReviews?include=response`,
    ]);
  });

  it('are looked at again some hours later, one page, and what is new is told', async () => {
    world.simulator.clearRequests();
    grumpy = write(world, { rating: 1, title: 'Crashes', body: 'On start' });
    await planAfter(world, 1);
    assert.deepEqual(told(world), [], 'the next look is not due yet');
    await planAfter(world, 4);
    assert.deepEqual(told(world), [['Crashes', 1, false]]);
    assert.equal((await itemOf(world, TODAY))?.rows, 231);
    assert.equal(world.simulator.requests().length, 1);
    assert.equal(eventsOf(world, 'Report Restated').length, 1);
  });

  it('without anything new change nothing: no event, no other file', async () => {
    const before = await itemOf(world, TODAY);
    await planAfter(world, 4);
    const item = await itemOf(world, TODAY);
    assert.deepEqual([item?.sha256, item?.knownKey, item?.rows], [before?.sha256, before?.knownKey, 231]);
    assert.equal(eventsOf(world, 'Report Restated').length, 1);
  });

  it('that are edited or answered have a row for each version, and an edit is told', async () => {
    world.simulator.reviews.edit(grumpy, { rating: 5, title: 'Works now' });
    await planAfter(world, 24);
    world.simulator.reviews.answer(grumpy, {
      responseBody: 'Glad to hear',
      lastModifiedAt: world.clock.now(),
      state: 'PUBLISHED',
    });
    await planAfter(world, 24);
    assert.deepEqual(told(world).slice(1), [['Works now', 5, true]]);
    const versions = (await rowsOf(world, 'version')).filter(({ title }) =>
      /Crashes|Works/.test(String(title)),
    );
    assert.deepEqual(
      versions.map(({ report_date, title, change, response_body }) => [
        report_date,
        title,
        change,
        response_body,
      ]),
      [
        ['2026-11-24', 'Crashes', 'new', null],
        ['2026-11-25', 'Works now', 'edited', null],
        ['2026-11-26', 'Works now', 'response', 'Glad to hear'],
      ],
    );
  });

  it('lie in the raw files with every field that Apple sent', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'lake-'));
    await copyLake(world.cloud, directory);
    const item = await itemOf(world, '2026-11-26');
    const [line = ''] = gunzipSync(readFileSync(join(directory, item?.rawKey ?? '')))
      .toString()
      .split('\n');
    const { review, response } = JSON.parse(line);
    assert.deepEqual([review.type, review.links.self.endsWith(grumpy)], ['customerReviews', true]);
    assert.equal(response.attributes.responseBody, 'Glad to hear');
  });

  it('are on the status page and in status --json like every series', async () => {
    const { out } = await operatorOf(world).run(['status', '--json']);
    const shown = JSON.parse(out).series.find(
      ({ report }: { report: string }) => report === 'CUSTOMER_REVIEWS',
    );
    assert.deepEqual([shown.vendor, shown.frequency], [APP, 'DAILY']);
    assert.deepEqual(
      shown.days.map(({ date, state }: { date: string; state: string }) => [date, state]),
      [
        ['2026-11-24', 'stored'],
        ['2026-11-25', 'stored'],
        ['2026-11-26', 'stored'],
      ],
    );
  });

  it('have no word of a customer in any log', () => {
    assert.doesNotMatch(JSON.stringify(world.cloud.logs()), /Crashes|On start|Works now|Glad to hear/);
  });

  it('are looked at now where somebody asks for it', async () => {
    write(world, { rating: 3, title: 'Just now' });
    const answer = await world.cloud.invoke('PlanReports', { report: 'CUSTOMER_REVIEWS', app: APP });
    await world.cloud.drain();
    assert.deepEqual(answer, { queued: 1, skipped: {} });
    assert.deepEqual(told(world).at(-1), ['Just now', 3, false]);
  });

  it('that are deleted or removed have a version that says so, and are no news', async () => {
    const news = told(world).length;
    world.simulator.reviews.remove(grumpy);
    await planAfter(world, 24);
    const [row] = (await rowsOf(world)).filter(({ change }) => change === 'gone');
    assert.deepEqual(row, {
      ...{ report_date: '2026-11-27', title: null, rating: null },
      ...{ change: 'gone', version: 4, response_body: null },
    });
    const [shown] = await askLake(
      world,
      `SELECT title, rating::INT AS rating, versions::INT AS versions, is_gone, left(gone_seen_at, 10) AS gone FROM reviews_latest WHERE is_gone`,
    );
    // A moment, so by UTC; the row's report_date is the Pacific day.
    assert.deepEqual(shown, {
      ...{ title: 'Works now', rating: 5, versions: 4, is_gone: true, gone: '2026-11-28' },
    });
    assert.equal(told(world).length, news);
  });

  it('can be made anew as tables of the raw files', async () => {
    const before = await rowsOf(world);
    await world.cloud.invoke('PlanReports', { rebuild: true, report: 'CUSTOMER_REVIEWS' });
    await world.cloud.drain();
    assert.deepEqual(await rowsOf(world), before);
    assert.equal(world.cloud.metrics().filter(({ name }) => name === 'TableRebuilt').length, 4);
  });
});

describe('Reviews with few stars that people are told of by mail', () => {
  let world: World;
  before(async () => {
    world = await reviewsWorld({ apps: [APP], maxStars: 2, mail: true });
    await planAfter(world, 0);
    write(world, {
      rating: 2,
      title: '<b>Bad</b> & =1+1',
      body: '<script>alert(1)</script> http://evil.example',
    });
    write(world, { rating: 5, title: 'Great' });
    await planAfter(world, 5);
  });
  after(() => world.close());

  it('are events only with those stars', () =>
    assert.deepEqual(told(world), [['<b>Bad</b> & =1+1', 2, false]]));

  it('come as one mail each, with the text as a quotation', () => {
    const [mail, ...others] = world.cloud.notifications();
    assert.deepEqual(others, []);
    assert.match(mail?.email ?? '', /2 of 5 stars/);
    assert.match(mail?.email ?? '', /> <b>Bad<\/b> & =1\+1/);
  });
});

describe('A key that may not read reviews', () => {
  let world: World;
  before(async () => {
    world = await reviewsWorld(undefined, { reportsRole: 'FINANCE' });
    await planAfter(world, 0);
  });
  after(() => world.close());

  it('parks the look, names the roles that may, and raises the alarm of every refused report', async () => {
    const item = await itemOf(world, TODAY);
    assert.equal(item?.state, 'failed');
    assert.match(item?.lastAnswer ?? '', /Customer Support/);
    const alarms = await world.cloud.alarms();
    assert.ok(
      alarms.some((name) => name.includes('KeyUnhealthy')),
      alarms.join(', '),
    );
  });

  it('is overdue after half a day, and told like every report', async () => {
    await planAfter(world, 13);
    assert.equal(eventsOf(world, 'Report Overdue').length, 1);
  });

  it('once it may read them, makes good with one look what the days before have missed', async () => {
    const { clock, simulator } = world;
    write(world, { rating: 4, title: 'Meanwhile' });
    await planAfter(world, 24);
    const key = makeKey(simulator, {
      team: 'acme',
      issuerId: world.keys.get('acme')?.issuerId ?? '',
      keyId: 'SUPPORTKEY',
      role: 'CUSTOMER_SUPPORT',
    });
    await world.storeReportsSecret('acme', secretOf(key, clock.now(), 'CUSTOMER_SUPPORT'));
    for (const hours of [1, 2, 2]) await planAfter(world, hours);
    const states = (await readLedger(world.cloud))
      .filter(({ pk }) => pk === SERIES)
      .map(({ sk, state }) => [sk, state]);
    assert.deepEqual(states, [
      [TODAY, 'expired'],
      ['2026-11-25', 'expired'],
      ['2026-11-26', 'stored'],
    ]);
    assert.equal((await rowsOf(world)).length, 1);
  });
});
