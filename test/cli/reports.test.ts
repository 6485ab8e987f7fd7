import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gunzipSync } from 'node:zlib';
import { stockSamples } from '../../local/simulator/samples/sample-stock.ts';
import { startWorld, type World } from '../../local/world/world.ts';
import { TEN } from '../end-to-end/prices/prices.ts';
import { analyticsWorld, downloads, instance, planTwice } from '../end-to-end/reports/analytics.ts';
import { type Operator, operatorOf } from './operator/operator.ts';

const SETTINGS = {
  teams: [
    {
      name: 'acme',
      keys: { reports: 'app-store-connect/acme/reports' },
      vendors: [{ number: '85012345', reports: ['SALES/SUMMARY/DAILY'], backfillDays: 10 }],
    },
  ],
};

describe('asc-jobs reports', () => {
  let world: World;
  let operator: Operator;
  before(async () => {
    world = await startWorld({ now: TEN, settings: SETTINGS });
    stockSamples(world.simulator, { team: 'acme', vendor: '85012345', now: TEN });
    operator = operatorOf(world);
    await world.cloud.invoke('PlanReports');
    await world.cloud.invoke('CheckKeys');
    await world.cloud.drain();
  });
  after(() => world.close());

  it('list shows each date with its state', async () => {
    const { exit, out } = await operator.run(['reports', 'list', '--from', '2026-11-15']);
    assert.equal(exit, 0, out);
    assert.match(out, /2026-11-15 +│ empty/);
    assert.match(out, /2026-11-23 +│ stored +│ \d+ /);
  });

  it('list --state --json gives only those, for programs', async () => {
    const { out } = await operator.run(['reports', 'list', '--state', 'empty', '--json']);
    const [series] = JSON.parse(out);
    assert.deepEqual(
      series.days.map(({ date }: { date: string }) => date),
      ['2026-11-15'],
    );
  });

  it('backfill asks first, then waits until all are settled', async () => {
    const span = ['reports', 'backfill', '--from', '2026-11-08', '--to', '2026-11-12'];
    const no = await operator.run(span, 'no');
    assert.equal(no.exit, 3);
    assert.match(no.err, /5 reports of 1 series\.\nQueue them\? \[y\/N\] Nothing was done/);
    const yes = await operator.run([...span, '--wait', '--yes']);
    assert.equal(yes.exit, 0, yes.err);
    assert.match(yes.err, /settled: 5 of 5/);
    assert.match((await operator.run(['reports', 'list', '--to', '2026-11-12'])).out, /2026-11-08 +│ stored/);
  });

  it('backfill says why the others are left alone', async () => {
    const { out } = await operator.run([
      'reports',
      'backfill',
      '--from',
      '2026-11-20',
      '--to',
      '2026-11-26',
      '--yes',
    ]);
    assert.match(out, /0 queued[\s\S]*not due yet[\s\S]*stored already/);
  });

  it('get brings Apple’s own bytes', async () => {
    const { exit, out } = await operator.run([
      'reports',
      'get',
      '--date',
      '2026-11-23',
      '--out',
      operator.directory,
    ]);
    assert.equal(exit, 0);
    assert.match(gunzipSync(readFileSync(out.trim())).toString('utf8'), /^Provider\t/);
  });

  it('get of a date without a file says why, and how to ask for it', async () => {
    const { exit, err } = await operator.run(['reports', 'get', '--date', '2026-11-15']);
    assert.equal(exit, 3);
    assert.match(err, /empty[\s\S]*asc-jobs reports backfill --from 2026-11-15/);
  });

  it('query asks the tables in SQL, exact to the cent', async () => {
    const sql =
      "SELECT count(DISTINCT report_date)::INT AS days, typeof(any_value(developer_proceeds)) AS type FROM sales_summary_daily WHERE report_date >= '2026-11-16'";
    const { exit, out } = await operator.run(['reports', 'query', sql, '--json']);
    assert.equal(exit, 0);
    assert.deepEqual(JSON.parse(out), [{ days: 8, type: 'DECIMAL(38,6)' }]);
  });

  it('an unknown series is refused with those that exist', async () => {
    const { exit, err } = await operator.run(['reports', 'list', '--report', 'SALES/SUMARY/DAILY']);
    assert.equal(exit, 3);
    assert.match(err, /they have acme\/85012345\/SALES\/SUMMARY\/DAILY/);
  });

  it('status shows all three jobs at one glance, and by its exit code', async () => {
    const { exit, out } = await operator.run(['status']);
    assert.equal(exit, 0, out);
    assert.match(out, /SALES\/SUMMARY\/DAILY[\s\S]*0 changes[\s\S]*✓ accepts/);
  });

  it('completion names every command and option, for each shell', async () => {
    for (const shell of ['bash', 'zsh', 'fish']) {
      const { exit, out } = await operator.run(['completion', shell]);
      assert.equal(exit, 0);
      for (const word of ['rollback', 'backfill', 'thumbprint']) assert.match(out, new RegExp(word), shell);
      assert.match(out, /preserve-current-price/);
    }
  });

  it('every command has a description, and help that shows how it is used', async () => {
    const { exit, out } = await operator.run(['prices', 'apply', '--help']);
    assert.equal(exit, 0);
    assert.match(out, /Usage: asc-jobs prices apply[\s\S]*Exit codes:[\s\S]*Examples:/);
    assert.ok(!existsSync(join(operator.directory, 'desired')));
  });
});

describe('asc-jobs reports query of analytics', () => {
  let world: World;
  before(async () => {
    world = await analyticsWorld();
    world.simulator.behaviour.analyticsFirstInstancesAfterHours = 0;
    world.simulator.analytics.put(instance('2026-11-24', [downloads({ USA: 1, FRA: 7 })]));
    world.simulator.analytics.put(instance('2026-11-25', [downloads({ USA: 2 })]));
    await planTwice(world);
  });
  after(() => world.close());

  it('adds up the newest batch of each day by the view that Athena has, for a team without vendors', async () => {
    const table = 'analytics_app_downloads_standard_daily';
    const sql = (name: string) => `SELECT sum(counts)::INT AS downloads FROM ${name}`;
    const { run } = operatorOf(world);
    const ask = async (name: string) => {
      const { exit, out, err } = await run(['reports', 'query', sql(name), '--json']);
      assert.equal(exit, 0, err);
      return JSON.parse(out);
    };
    assert.deepEqual(await ask(table), [{ downloads: 10 }]);
    assert.deepEqual(await ask(`${table}_latest`), [{ downloads: 2 }]);
    const { err } = await run(['reports', 'query', sql('nothing')]);
    assert.match(err, /There is no table nothing\. There are: analytics_app_downloads_standard_daily/);
  });
});
