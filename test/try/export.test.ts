import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { GetObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { startWorld, type World } from '../../local/world/world.ts';
import { type Account, openAccount, VENDOR } from './account.ts';

const SALES = 'SALES/SUMMARY/DAILY';

describe('What try has fetched, on its way into a deployed stack', () => {
  let account: Account;
  let world: World;
  before(async () => {
    account = await openAccount();
    const { out } = await account.try([
      '--json',
      '--no-open',
      '--days',
      '5',
      '--reports',
      SALES,
      '--reviews',
    ]);
    assert.ok(JSON.parse(out).reviews.length > 0);
    world = await startWorld({
      now: account.clock.now(),
      settings: {
        teams: [
          {
            name: 'acme',
            keys: { reports: 'app-store-connect/acme/reports' },
            vendors: [{ number: VENDOR, reports: [SALES], backfillDays: 5 }],
          },
        ],
      },
    });
  });
  after(async () => {
    await account.close();
    await world.close();
  });

  const lake = (): string => world.cloud.nameOf('AWS::S3::Bucket', 'Lake');
  const toStack = (...args: string[]) =>
    account.try(['export', '--as', 'acme', '--endpoint', world.cloud.clientConfig.endpoint, ...args]);

  it('is refused for a bucket that is not the stack’s', async () => {
    const { exit, err } = await toStack('--to', 's3://some-other-bucket');
    assert.equal(exit, 3);
    assert.match(err, new RegExp(`keeps its reports in s3://${lake()}`));
  });

  it('is taken over whole: nothing is asked of Apple again, and a repeat changes nothing', async () => {
    const { exit, out, err } = await toStack('--to', `s3://${lake()}`);
    assert.equal(exit, 0, err);
    // The reviews that are in the folder as well are left to the stack's own first look.
    assert.match(out, /^5 reports are now the stack's; 0 it had itself/);
    await world.cloud.invoke('PlanReports');
    await world.cloud.drain();
    assert.deepEqual(
      world.simulator.requests().filter(({ path }) => path === '/v1/salesReports'),
      [],
    );
    const again = await toStack('--to', `s3://${lake()}`);
    assert.match(again.out, /^0 reports are now the stack's; 5 it had itself/);
    const s3 = new S3Client(world.cloud.clientConfig);
    const { Body, Metadata } = await s3.send(
      new GetObjectCommand({
        Bucket: lake(),
        Key: `tables/sales_summary_daily/team=acme/vendor=${VENDOR}/report_date=2026-11-23/data.parquet`,
      }),
    );
    assert.match(Metadata?.['report-sha256'] ?? '', /^[0-9a-f]{64}$/);
    assert.equal(Buffer.from((await Body?.transformToByteArray()) ?? []).toString('latin1', 0, 4), 'PAR1');
    s3.destroy();
  });
});
