import assert from 'node:assert/strict';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { findEntry } from '../../../functions/reports/catalogue/catalogue.ts';
import { convertReport } from '../../../functions/reports/table/convert.ts';
import {
  sampleSubscribers,
  sampleSubscriptionEvents,
  sampleSubscriptions,
} from '../../../local/simulator/samples/sample-subscriptions.ts';

const DAY = '2026-11-23';
const SAMPLES = [
  { report: 'SUBSCRIPTION/SUMMARY/DAILY', tsv: sampleSubscriptions(DAY) },
  { report: 'SUBSCRIPTION_EVENT/SUMMARY/DAILY', tsv: sampleSubscriptionEvents(DAY) },
  { report: 'SUBSCRIBER/DETAILED/DAILY', tsv: sampleSubscribers(DAY) },
];

/** The table that the product makes of a sample, asked by SQL. */
async function ask(report: string, sql: string) {
  const directory = mkdtempSync(join(tmpdir(), 'samples-'));
  const sample = SAMPLES.find((one) => one.report === report) ?? assert.fail(report);
  const entry = findEntry(report) ?? assert.fail(report);
  const [gzipPath, parquetPath] = [join(directory, 'a.gz'), join(directory, 'a.parquet')];
  writeFileSync(gzipPath, gzipSync(sample.tsv));
  const { unknownColumns } = await convertReport({
    gzipPath,
    parquetPath,
    sha256: 'a',
    columns: entry.columns,
    layout: entry.layout,
  });
  assert.deepEqual(unknownColumns, []);
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  return (await connection.runAndReadAll(sql.replace('TABLE', `'${parquetPath}'`))).getRowObjectsJson();
}

describe('The samples of subscriptions, as Apple writes such files', () => {
  for (const { report, tsv } of SAMPLES)
    it(`${report}: every column is one that the product knows, blanks are one space`, async () => {
      const [row] = await ask(report, 'SELECT count(*)::INT AS rows FROM TABLE');
      assert.ok(Number(row?.['rows']) > 10);
      assert.ok(tsv.includes('\t \t'));
    });

  it('one app has two names and one Apple ID', async () => {
    const [row] = await ask(
      'SUBSCRIPTION/SUMMARY/DAILY',
      'SELECT count(DISTINCT app_name)::INT AS names, count(DISTINCT app_apple_id)::INT AS ids FROM TABLE',
    );
    assert.deepEqual(row, { names: 3, ids: 1 });
  });

  it('Subscribers is blank for three subscriptions or fewer, and trials are rows at price zero', async () => {
    const [row] = await ask(
      'SUBSCRIPTION/SUMMARY/DAILY',
      `SELECT count(*) FILTER (subscribers IS NOT NULL AND active_standard_price_subscriptions
         + coalesce(active_free_trial_introductory_offer_subscriptions, 0) <= 3)::INT AS told,
       count(*) FILTER (active_free_trial_introductory_offer_subscriptions > 0 AND customer_price <> 0)::INT AS paid,
       count(*) FILTER (active_free_trial_introductory_offer_subscriptions > 0)::INT AS trials FROM TABLE`,
    );
    assert.deepEqual([row?.['told'], row?.['paid']], [0, 0]);
    assert.ok(Number(row?.['trials']) > 3);
  });

  it('some pay another price without the flag of a kept one', async () => {
    const [row] = await ask(
      'SUBSCRIPTION/SUMMARY/DAILY',
      `SELECT max(prices)::INT AS prices FROM (
         SELECT count(DISTINCT customer_price) AS prices FROM TABLE
         WHERE preserved_pricing IS NULL AND customer_price > 0 GROUP BY country, subscription_apple_id)`,
    );
    assert.equal(row?.['prices'], 2);
  });

  it('quantities of events are positive, refunds included; refunds of subscribers have a negative price', async () => {
    const [events] = await ask(
      'SUBSCRIPTION_EVENT/SUMMARY/DAILY',
      'SELECT min(quantity)::INT AS least FROM TABLE',
    );
    assert.ok(Number(events?.['least']) > 0);
    const [refunds] = await ask(
      'SUBSCRIBER/DETAILED/DAILY',
      "SELECT max(customer_price)::DOUBLE AS most FROM TABLE WHERE refund = 'Yes'",
    );
    assert.ok(Number(refunds?.['most']) < 0);
  });
});
