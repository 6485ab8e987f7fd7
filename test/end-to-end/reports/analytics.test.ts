import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { z } from 'zod';
import { copyLake } from '../../../local/demo/report-copy.ts';
import type { World } from '../../../local/world/world.ts';
import { operatorOf } from '../../cli/operator/operator.ts';
import {
  APP,
  analyticsWorld,
  appItem,
  DAY,
  downloads,
  instance,
  itemOf,
  leaveRestartUntold,
  NAME,
  planTwice,
  posts,
  SERIES,
} from './analytics.ts';
import { HOUR, MORNING } from './sales.ts';

/** What `status --json` prints of reports: docs/commands.md. */
const printedSchema = z.object({
  asOf: z.iso.datetime(),
  series: z.array(
    z.object({
      vendor: z.string(),
      report: z.string(),
      frequency: z.string(),
      days: z.array(z.object({ date: z.string(), state: z.string() })),
    }),
  ),
});
const DOCS = join(import.meta.dirname, '../../../docs/reports.md');
const TABLE = `tables/analytics_app_downloads_standard_daily/team=acme/app=${APP}`;
const RAW = `raw/team=acme/app=${APP}/ANALYTICS/COMMERCE/app_downloads_standard/DAILY`;

describe('An app that nobody has asked analytics for yet', () => {
  let world: World;
  const directory = mkdtempSync(join(tmpdir(), 'lake-'));
  const eventsOf = (type: string) => world.cloud.events().filter((event) => event['detail-type'] === type);

  before(async () => {
    world = await analyticsWorld();
    world.simulator.analytics.put(
      instance('2026-11-25', [downloads({ USA: 3, FRA: 2 }), downloads({ DEU: 5, JPN: 1, IND: 9 })]),
    );
  });
  after(() => world.close());

  it('gets one request, and waits: without instances for a day is no failure', async () => {
    await planTwice(world);
    assert.equal(posts(world).length, 1);
    assert.deepEqual(
      world.simulator.analytics.requestsOf(APP).map(({ accessType }) => accessType),
      ['ONGOING'],
    );
    const next = await itemOf(world, 'next');
    assert.deepEqual([next?.state, next?.awaitedDate], ['waiting', '2026-11-25']);
    assert.match(next?.lastAnswer ?? '', /normal/);
    assert.equal((await appItem(world))?.state, 'waiting');
    assert.deepEqual(eventsOf('Report Overdue'), []);
  });

  it('has its first instance stored: all segments in one table file, each raw file as it was', async () => {
    await world.passTo(MORNING + 37 * HOUR);
    await planTwice(world);
    const item = await itemOf(world, '2026-11-25');
    assert.deepEqual([item?.state, item?.rows, item?.rawKeys?.length], ['stored', 5, 2]);
    const status = await operatorOf(world).run(['status', '--json']);
    const shown = printedSchema.parse(JSON.parse(status.out)).series.find(({ report }) => report === SERIES);
    assert.deepEqual(
      [shown?.vendor, shown?.frequency, shown?.days.map(({ date, state }) => [date, state])],
      [APP, 'DAILY', [['2026-11-25', 'stored']]],
    );
    const keys = await copyLake(world.cloud, directory);
    assert.deepEqual(
      keys.map((key) => key.replace(/[0-9a-f]{64}/, '<sha256>')),
      [
        `${RAW}/2026-11-25/<sha256>.tsv.gz`,
        `${RAW}/2026-11-25/<sha256>.tsv.gz`,
        `${TABLE}/report_date=2026-11-25/data.parquet`,
      ],
    );
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const rows = await connection.runAndReadAll(
      `SELECT territory, counts, date, app_name, report_sha256 FROM '${directory}/${TABLE}/*/data.parquet' ORDER BY 1`,
    );
    assert.deepEqual(
      rows
        .getRowObjectsJson()
        .map(({ territory, counts, date, app_name }) => [territory, counts, date, app_name]),
      [
        ['DEU', '5.000000'],
        ['FRA', '2.000000'],
        ['IND', '9.000000'],
        ['JPN', '1.000000'],
        ['USA', '3.000000'],
      ].map((row) => [...row, '2026-11-24', 'Tide 🌊']),
    );
    const hashes = new Set(rows.getRowObjectsJson().map((row) => row['report_sha256']));
    for (const hash of hashes) assert.ok(keys.includes(`${RAW}/2026-11-25/${hash}.tsv.gz`));
    assert.equal(hashes.size, 2);
  });

  it('is told of as stored, with the app and all raw files', () => {
    const [event, ...more] = eventsOf('Report Stored');
    const { team, app, report, reportDate, rows, rawKeys, tableKey } = event?.detail ?? {};
    assert.deepEqual([team, app, report, reportDate, rows], ['acme', APP, SERIES, '2026-11-25', 5]);
    assert.equal(tableKey, `${TABLE}/report_date=2026-11-25/data.parquet`);
    assert.ok(Array.isArray(rawKeys) && rawKeys.length === 2);
    assert.deepEqual(more, []);
  });

  it('was asked for once in all, and its token never went to the download host', () => {
    assert.equal(posts(world).length, 1);
    assert.deepEqual(
      world.simulator.downloads().map(({ authorized, status }) => [authorized, status]),
      [
        [false, 200],
        [false, 200],
      ],
    );
    for (const { method, tokenAccepted, tokenClaims } of world.simulator.requests()) {
      assert.ok(tokenAccepted);
      assert.equal('scope' in Object(tokenClaims), method === 'GET', 'reads are scoped, the write cannot be');
    }
  });

  it('then waits for the next day, and asks rarely', async () => {
    const next = await itemOf(world, 'next');
    assert.deepEqual([next?.state, next?.awaitedDate], ['waiting', '2026-11-26']);
    const before = world.simulator.requests().length;
    await world.cloud.invoke('PlanReports');
    await world.cloud.drain();
    assert.equal(world.simulator.requests().length, before);
  });

  it('is restated by a later instance for the same date: every version is kept, the table shows the newest', async () => {
    const before = await itemOf(world, '2026-11-25');
    world.simulator.analytics.put(instance('2026-11-25', [downloads({ USA: 4 })], world.clock.now()));
    await world.pass(6 * HOUR);
    await planTwice(world);
    const item = await itemOf(world, '2026-11-25');
    assert.deepEqual([item?.state, item?.rows], ['stored', 1]);
    assert.deepEqual(
      item?.versions.map(({ sha256, rawKeys }) => [sha256, rawKeys]),
      [[before?.sha256, before?.rawKeys]],
    );
    assert.equal((await copyLake(world.cloud, directory)).filter((key) => key.startsWith(RAW)).length, 3);
    assert.deepEqual(
      eventsOf('Report Restated').map(({ detail }) => [detail['app'], detail['previousSha256']]),
      [[APP, before?.sha256]],
    );
  });

  it('is told as overdue once when Apple makes no more instances', async () => {
    for (const days of [4, 6, 7]) {
      await world.passTo(MORNING + days * DAY);
      await planTwice(world);
    }
    assert.deepEqual(
      eventsOf('Report Overdue').map(({ detail }) => [detail['app'], detail['reportDate'], detail['state']]),
      [[APP, '2026-11-26', 'waiting']],
    );
  });

  it('gets a new request, once, when Apple has stopped the old one, and that is told', async () => {
    const [old] = world.simulator.analytics.requestsOf(APP);
    world.simulator.analytics.stop(APP, world.clock.now());
    for (let run = 0; run < 3; run += 1) {
      await world.pass(7 * HOUR);
      await planTwice(world);
    }
    const [, fresh, ...more] = world.simulator.analytics.requestsOf(APP);
    assert.equal(posts(world).length, 2);
    assert.deepEqual(more, []);
    const told = eventsOf('Analytics Request Restarted').map(({ detail }) => detail);
    assert.deepEqual(
      told.map(({ app, stoppedRequestId, requestId }) => [app, stoppedRequestId, requestId]),
      [[APP, old?.id, fresh?.id]],
    );
  });

  it('is told of each restart, though the replacement stopped before its own was told', async () => {
    const [, second] = world.simulator.analytics.requestsOf(APP);
    await leaveRestartUntold(world, 'earlier');
    world.simulator.analytics.stop(APP, world.clock.now());
    await world.pass(7 * HOUR);
    await planTwice(world);
    const third = world.simulator.analytics.requestsOf(APP)[2];
    assert.deepEqual(
      eventsOf('Analytics Request Restarted')
        .map(({ detail }) => [detail['stoppedRequestId'], detail['requestId']])
        .slice(1),
      [
        ['earlier', second?.id],
        [second?.id, third?.id],
      ],
    );
  });
});

describe('An app with a one-time snapshot', () => {
  let world: World;
  before(async () => {
    world = await analyticsWorld({ snapshot: true });
    world.simulator.behaviour.analyticsFirstInstancesAfterHours = 0;
    const history = instance('2026-11-24', [downloads({ USA: 100 }, '2026-10-01')]);
    world.simulator.analytics.put({ ...history, accessType: 'ONE_TIME_SNAPSHOT' });
    world.simulator.analytics.put(instance('2026-11-24', [downloads({ USA: 1, FRA: 7 })]));
    world.simulator.analytics.put(instance('2026-11-25', [downloads({ USA: 2, FRA: 7 })]));
    await planTwice(world);
  });
  after(() => world.close());

  it('is queried as the docs show: of each day the newest processing date counts, and no other', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'lake-'));
    await copyLake(world.cloud, directory);
    const [, sql = ''] = /```sql\n(SELECT date, territory[^`]+)```/.exec(readFileSync(DOCS, 'utf8')) ?? [];
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    await connection.run(
      `CREATE VIEW analytics_app_downloads_standard_daily AS SELECT * FROM read_parquet('${directory}/${TABLE}/*/data.parquet', hive_partitioning = true)`,
    );
    assert.deepEqual((await connection.runAndReadAll(sql)).getRowObjectsJson(), [
      { date: '2026-11-24', territory: 'FRA', downloads: '7.000000' },
      { date: '2026-11-24', territory: 'USA', downloads: '2.000000' },
    ]);
  });

  it('has its history in a series and a table of its own, as its rows overlap with the ongoing ones', async () => {
    const snapshot = await itemOf(world, '2026-11-24', `${SERIES}/SNAPSHOT`);
    assert.equal(
      snapshot?.tableKey,
      `tables/analytics_app_downloads_standard_daily_snapshot/team=acme/app=${APP}/report_date=2026-11-24/data.parquet`,
    );
    assert.equal(
      (await itemOf(world, '2026-11-24'))?.tableKey,
      `${TABLE}/report_date=2026-11-24/data.parquet`,
    );
    assert.equal(posts(world).length, 2);
  });
});

describe('A report that Apple does not offer', () => {
  it('fails with the nearest names that it does offer', async () => {
    const world = await analyticsWorld({ analytics: ['ANALYTICS/COMMERCE/App Download Standard/DAILY'] });
    try {
      world.simulator.analytics.offer({ category: 'COMMERCE', name: NAME });
      await world.cloud.invoke('PlanReports');
      await world.cloud.drain();
      const next = await itemOf(world, 'next', 'ANALYTICS/COMMERCE/App Download Standard/DAILY');
      assert.equal(next?.state, 'failed');
      assert.match(next.lastAnswer ?? '', /Nearest: "App Downloads Standard"/);
    } finally {
      await world.close();
    }
  });
});

describe('A key that may not make requests', () => {
  let world: World;
  before(async () => {
    world = await analyticsWorld({}, { reportsRole: 'FINANCE' });
    world.simulator.behaviour.analyticsFirstInstancesAfterHours = 0;
    world.simulator.analytics.put(instance('2026-11-24', [downloads({ USA: 1 })]));
    await world.cloud.invoke('PlanReports');
    await world.cloud.drain();
  });
  after(() => world.close());

  it('is told which role it lacks, and that a person may make the request', async () => {
    const next = await itemOf(world, 'next');
    assert.equal(next?.state, 'failed');
    for (const words of [/role Admin/, /Finance or Sales and Reports/, /by hand/])
      assert.match(next.lastAnswer ?? '', words);
    assert.equal((await appItem(world))?.state, 'failed');
  });

  it('reads what a person has asked for', async () => {
    world.simulator.analytics.create(APP, 'ONGOING', world.clock.now());
    await world.pass(7 * HOUR);
    await planTwice(world);
    assert.equal((await itemOf(world, '2026-11-24'))?.state, 'stored');
    assert.equal((await itemOf(world, 'next'))?.state, 'waiting');
  });

  it('fetches again on request what is stored, and says what it left', async () => {
    const request = { app: APP, from: '2026-11-01', to: '2026-11-30' };
    assert.deepEqual(await world.cloud.invoke('PlanReports', request), {
      queued: 0,
      skipped: { 'stored already': [`acme/${APP}/${SERIES} 2026-11-24`] },
    });
    const before = world.simulator.downloads().length;
    assert.deepEqual(await world.cloud.invoke('PlanReports', { ...request, refetch: true }), {
      queued: 1,
      skipped: {},
    });
    await world.cloud.drain();
    assert.equal(world.simulator.downloads().length, before + 1);
    const item = await itemOf(world, '2026-11-24');
    assert.deepEqual([item?.state, item?.versions], ['stored', []]);
  });

  it('refuses a request it cannot understand', async () => {
    await assert.rejects(
      world.cloud.invoke('PlanReports', {
        report: 'ANALYTICS/COMMERCE/Nothing/DAILY',
        from: '2026-11-01',
        to: '2026-11-30',
      }),
      /no analytics of/,
    );
    await assert.rejects(world.cloud.invoke('PlanReports', { app: APP, vendor: '85012345' }), /vendor/);
  });
});
