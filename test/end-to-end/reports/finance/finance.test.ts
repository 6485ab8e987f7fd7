import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { readLedger } from '../../../../local/demo/ledger-view.ts';
import { copyLake } from '../../../../local/demo/report-copy.ts';
import { financeReport } from '../../../../local/simulator/reports/report-store.ts';
import { sampleFinanceDetail, sampleFinancial } from '../../../../local/simulator/samples/sample-finance.ts';
import { startWorld, type World } from '../../../../local/world/world.ts';
import { HOUR, MORNING, messageFor, VENDOR } from '../sales.ts';

const DAY = 24 * HOUR;
const REPORTS = ['FINANCIAL/ZZ', 'FINANCIAL/JP', 'FINANCE_DETAIL/Z1'];
const settings = {
  teams: [
    {
      name: 'acme',
      keys: { reports: 'app-store-connect/acme/reports' },
      vendors: [{ number: VENDOR, reports: REPORTS, backfillDays: 90 }],
    },
  ],
};

// On 24 November 2026 October (2027-01) ended 24 days ago, September (2026-12) 59 days ago; November is open.
const [OCTOBER, SEPTEMBER, AUGUST, NOVEMBER] = ['2027-01', '2026-12', '2026-11', '2027-02'];
const all = (reportDate = '') =>
  financeReport({ vendor: VENDOR, reportType: 'FINANCIAL', region: 'ZZ', reportDate });
const sample = (month = '', seed = 1) => sampleFinancial({ vendor: VENDOR, month, seed });

/** `-.7` → `-0.70`: Apple's amounts as the database writes them. */
const inFull = (amount = ''): string => {
  const [, sign = '', whole = '', fraction = ''] = /^(-?)(\d*)(?:\.(\d*))?$/.exec(amount) ?? [];
  return `${sign}${whole || '0'}.${fraction.padEnd(2, '0')}`;
};

describe('Finance reports through the real handlers', () => {
  let world: World;
  const directory = mkdtempSync(join(tmpdir(), 'lake-'));
  const itemOf = async (report: string, reportDate = '') =>
    (await readLedger(world.cloud)).find(
      ({ pk, sk }) => pk === `acme/${VENDOR}/${report}` && sk === reportDate,
    );
  const plan = async (now: number) => {
    await world.passTo(now);
    await world.cloud.invoke('PlanReports');
    await world.cloud.drain();
  };
  const query = async (sql: string) => {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  };

  before(async () => {
    world = await startWorld({ now: MORNING, settings });
    const { reports } = world.simulator;
    reports.put({ ...all(SEPTEMBER), tsv: sample(SEPTEMBER), availableAt: MORNING - 30 * DAY });
    reports.put({ ...all(OCTOBER), tsv: sample(OCTOBER), availableAt: MORNING + 3 * DAY });
    const other = sample(AUGUST).replace(
      /Total_Units\t(\d+)/,
      (_, units) => `Total_Units\t${Number(units) + 7}`,
    );
    reports.put({
      ...financeReport({
        vendor: VENDOR,
        reportType: 'FINANCIAL',
        region: 'JP',
        reportDate: AUGUST ?? '',
      }),
      tsv: other,
      availableAt: MORNING - 60 * DAY,
    });
    const broken = sample(AUGUST).replace(/Total_Rows\t\d/, 'Total_Rows\t9');
    reports.put({ ...all(AUGUST), tsv: broken, availableAt: MORNING - 60 * DAY });
    reports.put({
      ...financeReport({
        vendor: VENDOR,
        reportType: 'FINANCE_DETAIL',
        region: 'Z1',
        reportDate: SEPTEMBER ?? '',
      }),
      tsv: sampleFinanceDetail({ vendor: VENDOR, month: SEPTEMBER ?? '' }),
      availableAt: MORNING - 30 * DAY,
    });
    await plan(MORNING);
    await copyLake(world.cloud, directory);
  });
  after(() => world.close());

  it('are stored under their region and fiscal month', async () => {
    const item = await itemOf('FINANCIAL/ZZ', SEPTEMBER);
    assert.equal(item?.state, 'stored');
    assert.equal(
      item.rawKey,
      `raw/team=acme/vendor=${VENDOR}/FINANCIAL/ZZ/${SEPTEMBER}/${item.sha256}.tsv.gz`,
    );
    assert.equal(
      item.tableKey,
      `tables/financial_zz/team=acme/vendor=${VENDOR}/report_date=${SEPTEMBER}/data.parquet`,
    );
  });

  it('are queryable: proceeds by currency, as Apple’s own totals have them', async () => {
    const rows = await query(
      `SELECT country_of_sale AS place, partner_share_currency AS currency, sum(extended_partner_share)::DECIMAL(18,2)::VARCHAR AS amount
       FROM '${directory}/tables/financial_zz/*/*/report_date=${SEPTEMBER}/data.parquet' GROUP BY ALL`,
    );
    const [, table = ''] = sample(SEPTEMBER).split('Extended Partner Share\n').slice(-2);
    const stated = table
      .trim()
      .split('\n')
      .map((line) => line.split('\t'));
    assert.equal(rows.length, stated.length);
    for (const [place, currency, , amount] of stated) {
      const found = rows.find((row) => row['place'] === place && row['currency'] === currency);
      assert.equal(found?.['amount'], inFull(amount), `${place} ${currency}`);
    }
  });

  it('are there in detail, too', async () => {
    const item = await itemOf('FINANCE_DETAIL/Z1', SEPTEMBER);
    assert.equal(item?.state, 'stored');
    const [row] = await query(
      `SELECT count(*)::INT AS rows, max(settlement_date) AS day FROM '${directory}/tables/finance_detail_z1/*/*/*/data.parquet'`,
    );
    assert.deepEqual(row, { rows: item.rows, day: '2026-09-26' });
  });

  it('whose units differ while the money agrees are stored, and say so: ledger, metric and event', async () => {
    const item = await itemOf('FINANCIAL/JP', AUGUST);
    assert.equal(item?.state, 'stored');
    const words = /Total_Units is \d+, but the rows add up to \d+; the amounts of money agree/;
    assert.match(item.remarks?.join(' ') ?? '', words);
    assert.match(item.lastAnswer ?? '', words);
    const remarked = world.cloud.metrics().filter(({ name }) => name === 'ReportRemarked');
    assert.ok(remarked.some(({ dimensions }) => dimensions['report'] === 'FINANCIAL/JP'));
    const told = world.cloud
      .events()
      .find(({ detail }) => detail['report'] === 'FINANCIAL/JP' && detail['remarks'] !== undefined);
    assert.equal(told?.['detail-type'], 'Report Stored');
    assert.match(JSON.stringify(told.detail['remarks']), /UNITS_DIFFER/);
  });

  it('whose totals differ from their rows fail with both values, their raw bytes kept', async () => {
    const item = await itemOf('FINANCIAL/ZZ', AUGUST);
    assert.equal(item?.state, 'failed');
    assert.match(item.lastAnswer ?? '', /Total_Rows is 9\d*, but the rows add up to \d+/);
    const raw = join(directory, `raw/team=acme/vendor=${VENDOR}/FINANCIAL/ZZ/${AUGUST}`);
    assert.equal(readdirSync(raw).length, 1);
  });

  it('that Apple has no word for wait, while "no sales" may mean "not generated"', async () => {
    for (const report of REPORTS) {
      const item = await itemOf(report, OCTOBER);
      assert.deepEqual([item?.state, item?.overdueToldAt], ['waiting', undefined], report);
    }
  });

  it('of an open month are not expected, and wait when somebody asks all the same', async () => {
    assert.equal(await itemOf('FINANCIAL/ZZ', NOVEMBER), undefined);
    const result = await world.cloud.invoke('PlanReports', {
      report: 'FINANCIAL/ZZ',
      from: '2026-11-28',
      to: '2026-11-28',
    });
    assert.deepEqual(result, {
      queued: 0,
      skipped: { 'not due yet': [`acme/${VENDOR}/FINANCIAL/ZZ ${NOVEMBER}`] },
    });
    await world.cloud.invoke('FetchReport', messageFor(NOVEMBER ?? '', { report: 'FINANCIAL/ZZ' }));
    assert.equal((await itemOf('FINANCIAL/ZZ', NOVEMBER))?.state, 'waiting');
  });

  it('without sales are empty once the calendar says that this is final', async () => {
    assert.equal((await itemOf('FINANCIAL/JP', SEPTEMBER))?.state, 'empty');
    assert.equal((await itemOf('FINANCIAL/JP', OCTOBER))?.state, 'waiting');
    const final = Date.parse('2026-12-12T17:07:00Z');
    await plan(final - DAY);
    assert.equal((await itemOf('FINANCIAL/JP', OCTOBER))?.state, 'waiting');
    await plan(final + 6 * HOUR);
    assert.equal((await itemOf('FINANCIAL/JP', OCTOBER))?.state, 'empty');
    const told = world.cloud
      .events()
      .filter(
        (event) => event['detail-type'] === 'Report Overdue' && event.detail['report'] === 'FINANCIAL/JP',
      );
    assert.deepEqual(told, []);
  });

  it('that come late are stored when they come', async () => {
    assert.equal((await itemOf('FINANCIAL/ZZ', OCTOBER))?.state, 'stored');
  });

  it('that Apple restates show the new version and keep the old one', async () => {
    const before = await itemOf('FINANCIAL/ZZ', SEPTEMBER);
    world.simulator.reports.restate({ ...all(SEPTEMBER), at: MORNING + 20 * DAY, tsv: sample(SEPTEMBER, 2) });
    await plan(MORNING + 31 * DAY);
    const item = await itemOf('FINANCIAL/ZZ', SEPTEMBER);
    assert.notEqual(item?.sha256, before?.sha256);
    assert.deepEqual(
      item?.versions.map(({ sha256 }) => sha256),
      [before?.sha256],
    );
    const events = world.cloud.events().filter((event) => event['detail-type'] === 'Report Restated');
    assert.deepEqual(
      events.map(({ detail }) => [detail['report'], detail['reportDate'], detail['previousSha256']]),
      [['FINANCIAL/ZZ', SEPTEMBER, before?.sha256]],
    );
  });

  it('are each asked for with a token for exactly that question', () => {
    const requests = world.simulator.requests();
    assert.ok(requests.length > 0, 'nothing was asked');
    for (const { path, status, query: asked } of requests) {
      assert.equal(path, '/v1/financeReports');
      assert.ok(status === 200 || status === 404, String(status));
      assert.equal(asked.length, 4);
    }
  });
});

describe('A report in a version that Apple does not take', () => {
  const report = 'SUBSCRIPTION/SUMMARY/DAILY';
  const day = '2026-11-23';
  const answerWith = async (reportVersions: Record<string, string> | undefined) => {
    const world = await startWorld({
      now: MORNING,
      settings: {
        teams: [
          {
            ...settings.teams[0],
            vendors: [{ number: VENDOR, reports: [report], backfillDays: 1 }],
          },
        ],
        ...(reportVersions && { reportVersions }),
      },
      simulator: { reportVersions: { [report]: ['1_5'] } },
    });
    try {
      world.simulator.reports.put({
        vendor: VENDOR,
        reportType: 'SUBSCRIPTION',
        reportSubType: 'SUMMARY',
        frequency: 'DAILY',
        version: '1_5',
        reportDate: day,
        tsv: 'App Apple ID\tSubscription Apple ID\tCountry\tActive Standard Price Subscriptions\n1\t2\tUS\t3\n',
      });
      await world.cloud.invoke('PlanReports');
      await world.cloud.drain();
      return (await readLedger(world.cloud)).find(({ sk }) => sk === day);
    } finally {
      await world.close();
    }
  };

  it('is asked for in the version that Apple names', async () => {
    const item = await answerWith(undefined);
    assert.deepEqual([item?.state, item?.version], ['stored', '1_5']);
  });

  it('is stored once the settings name the right one', async () => {
    assert.equal((await answerWith({ [report]: '1_5' }))?.state, 'stored');
  });
});
