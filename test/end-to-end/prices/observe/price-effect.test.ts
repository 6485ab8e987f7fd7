import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { readTable } from '../../../../functions/tables/read-table.ts';
import { startWorld, type World } from '../../../../local/world/world.ts';
import { type Operator, operatorOf } from '../../../cli/operator/operator.ts';
import { priceSettings, put, request, SUBSCRIPTION, settled, TEN, told } from '../prices.ts';
import { firstDayBefore, storeSales } from './sales-of-example.ts';

const VENDOR = '85012345';
const REPORT = 'SALES/SUMMARY/DAILY';
const CHANGE_DAY = '2026-11-25';
const DAY = 86_400_000;

const [team] = priceSettings({ approvalAbovePercent: 25 }).teams;
const SETTINGS = { teams: [{ ...team, vendors: [{ number: VENDOR, reports: [REPORT], backfillDays: 0 }] }] };

describe('The effect of a price change, from the change to the mail', () => {
  let world: World;
  let operator: Operator;
  let s3: S3Client;
  let documents: DynamoDBDocumentClient;
  const Bucket = () => world.cloud.nameOf('AWS::S3::Bucket', 'Lake');
  const storeDays = (from: string, to: string) =>
    storeSales(
      {
        ...{
          s3,
          documents,
          bucket: Bucket(),
          vendor: VENDOR,
          product: SUBSCRIPTION.id,
          changeDay: CHANGE_DAY,
        },
        reportsTable: world.cloud.nameOf('AWS::DynamoDB::GlobalTable', 'Reports'),
      },
      from,
      to,
    );
  const mails = () =>
    world.cloud.notifications().filter(({ subject }) => /days after price change/.test(subject));

  before(async () => {
    world = await startWorld({ now: TEN, settings: SETTINGS });
    s3 = new S3Client({ ...world.cloud.clientConfig, forcePathStyle: true });
    documents = DynamoDBDocumentClient.from(new DynamoDBClient(world.cloud.clientConfig));
    operator = operatorOf(world);
    world.simulator.prices.addSubscription({
      team: 'acme',
      id: SUBSCRIPTION.id,
      prices: { USA: '49.99' },
      territories: 'all',
    });
    await storeDays(firstDayBefore(CHANGE_DAY), '2026-11-23');
  });
  after(async () => {
    s3.destroy();
    documents.destroy();
    await world.close();
  });

  const rise = { prices: { USA: '59.99', DEU: '59.99' }, preserveCurrentPrice: true };

  it('the plan says how large an effect would show', async () => {
    const file = join(operator.directory, 'rise.json');
    writeFileSync(file, JSON.stringify(request('rise', rise)));
    const { exit, out, err } = await operator.run(['prices', 'plan', file]);
    assert.equal(exit, 0, err);
    const line =
      /Measuring the effect: After 28 days, a rise of \d+ % or more or a fall of \d+ % or more in first payments would show/;
    assert.match(out, line);
    const asked = await operator.run(['prices', 'apply', file]);
    assert.match(asked.err, line, 'and so does the plan that `prices apply` asks about');
    assert.notEqual(asked.exit, 0, 'nobody has said yes');
  });

  it('a plan that waits for its approval says it in its event and its mail', async () => {
    await put(world, 'Price Change Requested', request('cut', { prices: { USA: '34.99', DEU: '34.99' } }));
    await settled(world, 'cut', ({ state }) => state === 'planned');
    await world.cloud.drain();
    const told = world.cloud.events().find((event) => event['detail-type'] === 'Price Change Planned');
    assert.match(
      JSON.stringify(told?.detail['effectPreview']),
      /"words":"After 28 days, a rise of \d+ % or more or a fall of \d+ % or more in first payments would show/,
    );
    const mail = world.cloud.notifications().find(({ subject }) => /waits for your approval/.test(subject));
    assert.match(mail?.email ?? '', /\nMeasuring the effect: After 28 days, a rise of \d+ % or more/);
    const by = ['--team', 'acme', '--yes', '--by', 'head-of-finance@acme.example'];
    await operator.run(['prices', 'decline', 'cut', ...by]);
    await settled(world, 'cut', ({ state }) => state === 'declined');
  });

  it('nothing is told before the days have come', async () => {
    await put(world, 'Price Change Requested', request('rise', rise));
    assert.equal((await settled(world, 'rise')).state, 'applied');
    const { exit, out } = await operator.run(['prices', 'effect', 'rise']);
    assert.equal(exit, 0);
    assert.match(out, /rise: new prices from 2026-11-25 on\n\nAfter 7 days: due on 2026-12-05/);
  });

  it('once they are settled it is measured, told by event and mail, and kept as a table, once', async () => {
    await storeDays('2026-11-24', '2026-12-25');
    await world.pass(32 * DAY);
    await world.cloud.invoke('MeasurePriceEffects');
    await world.cloud.invoke('MeasurePriceEffects');
    await world.cloud.drain();
    assert.equal(told(world).filter((event) => event === 'Price Effect Measured rise').length, 2);
    assert.deepEqual(
      mails().map(({ subject }) => subject),
      [
        'acme: 7 days after price change rise: first payments of subscribers cannot be told yet',
        'acme: 28 days after price change rise: first payments of subscribers fell',
      ],
    );
    const [, mail] = mails();
    assert.match(
      mail?.email ?? '',
      /first payments of subscribers fell by about 23 % compared with the 3 where it stayed/,
    );
    const { Contents = [] } = await s3.send(
      new ListObjectsV2Command({ Bucket: Bucket(), Prefix: 'tables/price_effects/team=acme/' }),
    );
    assert.equal(Contents.length, 2);
    const { Body } = await s3.send(
      new GetObjectCommand({ Bucket: Bucket(), Key: Contents.find(({ Key }) => Key?.includes('-28'))?.Key }),
    );
    const columns = await readTable((await Body?.transformToByteArray()) ?? new Uint8Array(), [
      'change_id',
      'measure',
      'outcome',
    ]);
    assert.deepEqual(
      [columns.get('measure'), columns.get('outcome')?.[0]],
      [['new_units', 'new_proceeds'], 'fell'],
    );
  });

  it('the command shows every look with its counts', async () => {
    const { out } = await operator.run(['prices', 'effect', 'rise']);
    assert.match(out, /After 28 days \(measured 2026-12-26\):/);
    assert.match(out, /new_units +│ 1925 +│ 745 +│ 3623 +│ 1819/);
    assert.match(out, /After 56 days: due on/);
    const unknown = await operator.run(['prices', 'effect', 'nothing']);
    assert.equal(unknown.exit, 3);
  });

  it('queries on this machine find effects and changes beside the reports', async () => {
    const { out, err } = await operator.run([
      'reports',
      'query',
      `SELECT e.outcome, count(*) AS territories, min(c.price_after) AS price
       FROM price_effects AS e JOIN price_changes AS c USING (team, change_id)
       WHERE e.look_days = 28 AND e.measure = 'new_units' GROUP BY 1`,
      '--json',
    ]);
    assert.deepEqual(JSON.parse(out), [{ outcome: 'fell', territories: '2', price: '59.990000' }], err);
  });
});
