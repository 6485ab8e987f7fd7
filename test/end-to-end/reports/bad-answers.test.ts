import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openLake } from '../../../local/demo/lake-query.ts';
import { copyLake } from '../../../local/demo/report-copy.ts';
import type { FaultEffect } from '../../../local/simulator/index.ts';
import { startWorld, type World } from '../../../local/world/world.ts';
import { dailySales, dayBefore, itemOf, MORNING, salesTsv, settingsFor } from './sales.ts';

type Expected = { state: string; reason?: RegExp; rows?: number; raw?: boolean };

/** One scenario a day, all in one run of the planner: what Apple does, and what must come of it. */
const scenarios: { name: string; tsv?: string; fault?: FaultEffect; times?: number; expected: Expected }[] = [
  { name: 'an ordinary report', expected: { state: 'stored', rows: 1 } },
  {
    name: 'a gzip file that is cut short',
    fault: { kind: 'truncateGzip' },
    times: Infinity,
    expected: { state: 'failed', reason: /gzip file is cut short/, raw: true },
  },
  {
    name: 'a web page instead of gzip',
    fault: { kind: 'html' },
    times: Infinity,
    expected: { state: 'failed', reason: /starts with "<.*html/i },
  },
  {
    name: "Apple's own error 500 under status 200",
    fault: { kind: 'jsonError200', code: 'SOME_ERROR', detail: 'Something nobody described.' },
    times: Infinity,
    expected: { state: 'waiting', reason: /SOME_ERROR: Something nobody described/ },
  },
  {
    name: 'a header line only',
    tsv: salesTsv().split('\n')[0] ?? '',
    expected: { state: 'stored', rows: 0 },
  },
  { name: 'an empty file', tsv: '', expected: { state: 'failed', reason: /no header line/, raw: true } },
  {
    name: 'a missing required column',
    tsv: salesTsv({ Units: undefined }),
    expected: { state: 'failed', reason: /lacks the column "Units"/, raw: true },
  },
  {
    name: 'an unknown new column',
    tsv: salesTsv({ 'Moon Phase': 'waxing' }),
    expected: { state: 'stored', rows: 1 },
  },
  {
    name: 'a row with too few fields',
    tsv: `${salesTsv()}com.acme.tide\tTide\n`,
    expected: { state: 'failed', reason: /Line 3 has 2 fields, the header has 28/, raw: true },
  },
  {
    name: 'a row with too many fields',
    tsv: `${salesTsv().slice(0, -1)}\textra\n`,
    expected: { state: 'failed', reason: /Line 2 has 29 fields, the header has 28/, raw: true },
  },
  {
    name: 'a number with a comma',
    tsv: salesTsv({ 'Customer Price': '1,234.50' }),
    expected: {
      state: 'failed',
      reason: /Line 2, column "Customer Price": "1,234.50" is not a decimal number/,
    },
  },
  {
    name: 'an empty number',
    tsv: salesTsv({ 'Customer Price': '' }),
    expected: { state: 'stored', rows: 1 },
  },
  {
    name: '429 that says when to come back',
    fault: { kind: 'rateLimited', retryAfterSeconds: 1 },
    expected: { state: 'stored', rows: 1 },
  },
  {
    name: '429 that does not',
    fault: { kind: 'rateLimited' },
    expected: { state: 'waiting', reason: /429/ },
  },
  {
    name: '500 twice, then the report',
    fault: { kind: 'status', status: 500, code: 'UNEXPECTED_ERROR' },
    times: 2,
    expected: { state: 'stored', rows: 1 },
  },
  {
    name: '503 for hours',
    fault: { kind: 'status', status: 503, code: 'SERVICE_UNAVAILABLE' },
    times: Infinity,
    expected: { state: 'waiting', reason: /503/ },
  },
  {
    name: 'a connection dropped half-way',
    fault: { kind: 'dropMidBody' },
    expected: { state: 'stored', rows: 1 },
  },
  {
    name: 'connections dropped half-way for hours',
    fault: { kind: 'dropMidBody' },
    times: Infinity,
    expected: { state: 'waiting', reason: /no whole answer/ },
  },
  {
    name: '404 with a text nobody described',
    fault: { kind: 'status', status: 404, code: 'NOT_FOUND', detail: 'The report moved to the moon.' },
    times: Infinity,
    expected: { state: 'failed', reason: /moved to the moon/ },
  },
  {
    name: 'a wrong content type around the right bytes',
    fault: { kind: 'wrongContentType' },
    expected: { state: 'stored', rows: 1 },
  },
];

describe('What Apple may answer, through the real handlers', () => {
  let world: World;

  before(async () => {
    world = await startWorld({ now: MORNING, settings: settingsFor(scenarios.length) });
    scenarios.forEach(({ tsv, fault, times }, index) => {
      const reportDate = dayBefore(index + 1);
      world.simulator.reports.put({
        ...dailySales(reportDate),
        tsv: tsv ?? salesTsv({ SKU: `sku-${index}` }),
      });
      if (fault !== undefined) {
        const match = { query: { 'filter[reportDate]': reportDate } };
        world.simulator.faults.add({ match, effect: fault, ...(times !== undefined && { times }) });
      }
    });
    await world.cloud.invoke('PlanReports');
    await world.cloud.drain();
  });
  after(() => world.close());

  scenarios.forEach(({ name, expected }, index) => {
    it(`${name}: ${expected.state}`, async () => {
      const item = await itemOf(world, dayBefore(index + 1));
      assert.equal(item?.state, expected.state, item?.lastAnswer);
      if (expected.reason !== undefined) assert.match(item?.lastAnswer ?? '', expected.reason);
      if (expected.rows !== undefined) assert.equal(item?.rows, expected.rows);
    });
  });

  it('parks what failed in the dead letters, and nothing else', async () => {
    const failed = scenarios.filter(({ expected }) => expected.state === 'failed').length;
    const depth = await world.cloud.queueDepth(world.cloud.nameOf('AWS::SQS::Queue', 'ReportDeadLetters'));
    assert.equal(depth, failed);
  });

  it('keeps the raw bytes of files that cannot become a table', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'lake-'));
    const keys = await copyLake(world.cloud, directory);
    scenarios.forEach(({ expected }, index) => {
      const prefix = `raw/team=acme/vendor=85012345/SALES/SUMMARY/DAILY/${dayBefore(index + 1)}/`;
      const found = keys.some((key) => key.startsWith(prefix));
      if (expected.raw === true || expected.state === 'stored') assert.ok(found, `${prefix} is missing`);
    });
    const lake = await openLake(directory);
    const [unknown] = await lake.rows('SELECT moon_phase FROM sales WHERE moon_phase IS NOT NULL');
    assert.equal(unknown?.['moon_phase'], 'waxing');
  });

  it('tells of a new column: in the ledger, and once by event and metric', async () => {
    const index = scenarios.findIndex(({ name }) => name === 'an unknown new column');
    assert.deepEqual((await itemOf(world, dayBefore(index + 1)))?.newColumns, ['Moon Phase']);
    const told = world.cloud.events().filter((event) => event['detail-type'] === 'Report Columns Added');
    assert.deepEqual(
      told.map(({ detail }) => [detail['report'], detail['columns']]),
      [['SALES/SUMMARY/DAILY', ['Moon Phase']]],
    );
    assert.ok(world.cloud.metrics().some(({ name }) => name === 'ReportColumnsAdded'));
  });

  it('counts an unknown answer only for what nobody described', () => {
    const counted = world.cloud.metrics().filter(({ name }) => name === 'UnknownAnswer').length;
    const failed = scenarios.filter(({ expected }) => expected.state === 'failed').length;
    // Each failed message is received five times before it is parked (maxReceives in infra/reports/reports.ts).
    assert.equal(counted, 5 * failed);
  });

  it('asks a second time without naming types when Apple answers 406', async () => {
    world.simulator.behaviour.reportAccept = 'must-not-ask-for-gzip';
    await world.passTo(MORNING + 24 * 3_600_000);
    world.simulator.reports.put({ ...dailySales(dayBefore(0)), tsv: salesTsv() });
    await world.cloud.invoke('PlanReports');
    await world.cloud.drain();
    assert.equal((await itemOf(world, dayBefore(0)))?.state, 'stored');
  });
});
