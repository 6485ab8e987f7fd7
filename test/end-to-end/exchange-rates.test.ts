import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { localRate } from '../../local/ecb/ecb-server.ts';
import { startWorld, type World } from '../../local/world/world.ts';
import { type Operator, operatorOf } from '../cli/operator/operator.ts';
import { TEN } from './prices/prices.ts';

const SETTINGS = {
  teams: [
    {
      name: 'acme',
      keys: { reports: 'app-store-connect/acme/reports' },
      vendors: [{ number: '85012345', reports: ['SALES/SUMMARY/DAILY'], backfillDays: 0 }],
    },
  ],
};

describe('Exchange rates, from the central bank to a query', () => {
  let world: World;
  let operator: Operator;
  let s3: S3Client;
  const Bucket = () => world.cloud.nameOf('AWS::S3::Bucket', 'Lake');
  const keys = async (Prefix: string) =>
    ((await s3.send(new ListObjectsV2Command({ Bucket: Bucket(), Prefix }))).Contents ?? []).map(
      ({ Key }) => Key,
    );
  const query = async (sql: string): Promise<unknown> => {
    const { out, err } = await operator.run(['reports', 'query', sql, '--json']);
    assert.notEqual(out, '', err);
    return JSON.parse(out);
  };

  before(async () => {
    world = await startWorld({ now: TEN, settings: SETTINGS });
    s3 = new S3Client({ ...world.cloud.clientConfig, forcePathStyle: true });
    operator = operatorOf(world);
  });
  after(async () => {
    s3.destroy();
    await world.close();
  });

  it('are stored by a run, with their source, and once', async () => {
    await world.cloud.invoke('FetchExchangeRates');
    await world.cloud.invoke('FetchExchangeRates');
    assert.deepEqual(await keys('tables/exchange_rates/'), [
      'tables/exchange_rates/source=ecb/2025-01-02_2026-11-24.parquet',
    ]);
    assert.equal((await keys('raw/exchange-rates/ecb/2026-11-24/')).length, 1);
  });

  it('are there for every day, with the fixed currencies', async () => {
    assert.deepEqual(
      await query(
        `SELECT currency, cast(per_eur AS double) AS rate, source, cast(rate_date AS varchar) AS rate_date FROM rates_daily
         WHERE day = DATE '2026-11-22' AND currency IN ('USD', 'SAR', 'VND') ORDER BY currency`,
      ),
      [
        {
          currency: 'SAR',
          rate: Number((Number(localRate('USD', '2026-11-20')) * 3.75).toFixed(6)),
          source: 'peg',
          rate_date: '2026-11-20',
        },
        {
          currency: 'USD',
          rate: Number(localRate('USD', '2026-11-20')),
          source: 'ecb',
          rate_date: '2026-11-20',
        },
      ],
    );
  });

  it('are corrected where the central bank corrects a stored day; both versions stay', async () => {
    world.ecb.correct('2026-11-20', 'USD', '1.2345');
    await world.pass(24 * 3_600_000);
    await world.cloud.invoke('FetchExchangeRates');
    assert.deepEqual(
      await query(
        `SELECT currency, cast(per_eur AS double) AS rate FROM rates_daily
         WHERE day = DATE '2026-11-22' AND currency IN ('USD', 'SAR') ORDER BY currency`,
      ),
      [
        { currency: 'SAR', rate: Number((1.2345 * 3.75).toFixed(6)) },
        { currency: 'USD', rate: 1.2345 },
      ],
      'the numbers use the corrected rate, the fixed currency follows it',
    );
    assert.deepEqual(
      await query(
        `SELECT cast(per_eur AS double) AS rate FROM exchange_rates WHERE rate_date = DATE '2026-11-20' AND currency = 'USD' ORDER BY loaded_at`,
      ),
      [{ rate: Number(localRate('USD', '2026-11-20')) }, { rate: 1.2345 }],
    );
    const files = await keys('tables/exchange_rates/');
    await world.cloud.invoke('FetchExchangeRates');
    assert.deepEqual(await keys('tables/exchange_rates/'), files, 'a correction is stored once');
  });

  it("a company's file joins them and is answered; a wrong one is refused and changes nothing", async () => {
    const drop = async (name: string, Body: string) => {
      await s3.send(new PutObjectCommand({ Bucket: Bucket(), Key: `inbox/rates/${name}`, Body }));
      await world.cloud.drain();
      const { Body: answer } = await s3.send(
        new GetObjectCommand({ Bucket: Bucket(), Key: `outbox/rates/${name}.answer.json` }),
      );
      return JSON.parse((await answer?.transformToString()) ?? '{}');
    };
    assert.deepEqual(await drop('budget.csv', 'currency,date,per_eur\nVND,2026-11,27000\n'), {
      status: 'accepted',
      rates: 30,
      currencies: ['VND'],
      from: '2026-11-01',
      to: '2026-11-30',
    });
    const refused = await drop('wrong.csv', 'currency,date,per_eur\nVND,2026-11,none\n');
    assert.equal(refused.status, 'rejected');
    assert.equal(refused.problems[0].path, 'line 2');
    assert.deepEqual(
      await query(
        `SELECT cast(per_eur AS double) AS rate, source FROM rates_daily WHERE day = DATE '2026-11-22' AND currency = 'VND'`,
      ),
      [{ rate: 27_000, source: 'company' }],
    );
  });
});
