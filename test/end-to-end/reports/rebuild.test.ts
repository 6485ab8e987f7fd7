import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { openLake } from '../../../local/demo/lake-query.ts';
import { copyLake } from '../../../local/demo/report-copy.ts';
import type { World } from '../../../local/world/world.ts';
import { operatorOf } from '../../cli/operator/operator.ts';
import { APP, analyticsWorld, DAY, downloads, instance } from './analytics.ts';
import { dailySales, dayBefore, HOUR, MORNING, salesTsv, VENDOR } from './sales.ts';

const REPORT = 'SALES/SUMMARY/DAILY';

describe('Tables that are made anew of raw files', () => {
  let world: World;
  let s3: S3Client;
  let bucket: string;
  const keyOf = (date: string) =>
    `tables/sales_summary_daily/team=acme/vendor=${VENDOR}/report_date=${date}/data.parquet`;
  const analyticsKey = `tables/analytics_app_downloads_standard_daily/team=acme/app=${APP}/report_date=2026-11-25/data.parquet`;
  const keys = async () => copyLake(world.cloud, mkdtempSync(join(tmpdir(), 'lake-')));
  const plan = async () => {
    await world.cloud.invoke('PlanReports');
    await world.cloud.drain();
  };
  const spoil = (key: string, sha256: string) =>
    s3.send(
      new PutObjectCommand({
        Bucket: bucket,
        Key: key,
        Body: 'written by an older version',
        Metadata: { 'report-sha256': sha256 },
      }),
    );
  let asked = 0;

  before(async () => {
    world = await analyticsWorld(
      {},
      {},
      {
        vendors: [{ number: VENDOR, reports: [REPORT], backfillDays: 4 }],
      },
    );
    s3 = new S3Client({ ...world.cloud.clientConfig, forcePathStyle: true });
    bucket = world.cloud.nameOf('AWS::S3::Bucket', 'Lake');
    for (const day of [1, 2, 3])
      world.simulator.reports.put({ ...dailySales(dayBefore(day)), tsv: salesTsv({ SKU: `sku-${day}` }) });
    world.simulator.analytics.put(instance('2026-11-25', [downloads({ USA: 3 }), downloads({ DEU: 5 })]));
    await plan();
    await world.passTo(MORNING + 38 * HOUR);
    await plan();
    // Apple keeps nothing of it any more.
    await world.passTo(MORNING + 800 * DAY);
    asked = world.simulator.requests().length;
  });
  after(() => {
    s3.destroy();
    return world.close();
  });

  it('are there again, whether they were deleted or written by an older version; Apple is not asked', async () => {
    const sha256 = (await keys()).find((key) => key.startsWith('raw/') && key.includes(dayBefore(2)));
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: keyOf(dayBefore(1)) }));
    await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: analyticsKey }));
    await spoil(keyOf(dayBefore(2)), /([0-9a-f]{64})/.exec(sha256 ?? '')?.[1] ?? '');
    const { exit, out } = await operatorOf(world).run(['reports', 'rebuild', '--yes']);
    assert.equal(exit, 0);
    assert.match(out, /4 queued\./);
    assert.match(out, /empty: no raw file +│ 2/);
    await world.cloud.drain();
    const directory = mkdtempSync(join(tmpdir(), 'lake-'));
    assert.ok((await copyLake(world.cloud, directory)).includes(analyticsKey));
    const lake = await openLake(directory);
    const rows = await lake.rows('SELECT sku FROM sales ORDER BY 1');
    assert.deepEqual(
      rows.map(({ sku }) => sku),
      ['sku-1', 'sku-2', 'sku-3'],
    );
    assert.equal(world.simulator.requests().length, asked);
  });

  it('are counted, and nothing lies in the dead letters', async () => {
    assert.equal(world.cloud.metrics().filter(({ name }) => name === 'TableRebuilt').length, 4);
    assert.equal(await world.cloud.queueDepth(world.cloud.nameOf('AWS::SQS::Queue', 'ReportDeadLetters')), 0);
  });

  it('are left alone where they show another version than the ledger: a fetcher is about to settle it', async () => {
    await spoil(keyOf(dayBefore(3)), 'another');
    const message = { rebuild: true, team: 'acme', vendor: VENDOR, report: REPORT, reportDate: dayBefore(3) };
    const records = { Records: [{ messageId: 'one', body: JSON.stringify(message) }] };
    assert.deepEqual(await world.cloud.invoke('FetchReport', records), {
      batchItemFailures: [{ itemIdentifier: 'one' }],
    });
  });

  it('of a span or of one report only are queued as asked, and a wrong request is refused', async () => {
    const operator = operatorOf(world);
    const span = ['--from', dayBefore(2), '--to', dayBefore(1), '--report', REPORT, '--json', '--yes'];
    const { out } = await operator.run(['reports', 'rebuild', ...span]);
    assert.deepEqual(JSON.parse(out), { queued: 2, skipped: {} });
    await world.cloud.drain();
    await assert.rejects(world.cloud.invoke('PlanReports', { rebuild: true, report: 'NOTHING' }));
  });
});
