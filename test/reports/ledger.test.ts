import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import dynalite from 'dynalite';
import { createReportLedger, LEASE_MILLIS, type ReportLedger } from '../../functions/reports/ledger.ts';
import type { Settlement } from '../../functions/reports/settlement.ts';
import { portOf } from '../../local/aws/gateway.ts';

const server = dynalite({ createTableMs: 0 });
let now = Date.parse('2026-11-24T17:07:00Z');
const clock = { now: () => now };
let ledger: ReportLedger;
let client: DynamoDBClient;

before(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  client = new DynamoDBClient({
    endpoint: `http://127.0.0.1:${portOf(server.address())}`,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
  });
  await client.send(
    new CreateTableCommand({
      TableName: 'Reports',
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'pk', AttributeType: 'S' },
        { AttributeName: 'sk', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
    }),
  );
  ledger = createReportLedger({ documents: DynamoDBDocumentClient.from(client), table: 'Reports', clock });
});
after(() => {
  client.destroy();
  server.closeAllConnections();
  server.close();
});

const series = { team: 'acme', vendor: '85012345', report: 'SALES/SUMMARY/DAILY' };
const partition = (reportDate: string) => ({ ...series, reportDate });
const settlement = (state: Settlement['state'], more: Partial<Settlement> = {}): Settlement => ({
  state,
  tries: 0,
  versions: [],
  owed: [],
  ...more,
});

async function claimOf(reportDate: string) {
  const result = await ledger.claim(partition(reportDate));
  return result.claimed ? result.claim : assert.fail(`not claimed: ${result.item?.state}`);
}

describe('The ledger', () => {
  it('lets one of twenty workers claim a partition, and shows the others who has it', async () => {
    const results = await Promise.all(
      Array.from({ length: 20 }, () => ledger.claim(partition('2026-11-01'))),
    );
    assert.equal(results.filter(({ claimed }) => claimed).length, 1);
    for (const result of results) if (!result.claimed) assert.equal(result.item?.state, 'fetching');
  });

  it('gives a partition to another worker when the lease has lapsed, under a higher fence', async () => {
    const first = await claimOf('2026-11-02');
    now += LEASE_MILLIS + 1;
    const second = await claimOf('2026-11-02');
    assert.deepEqual([first.lease.fence, second.lease.fence], [1, 2]);
    assert.equal(await ledger.holds(first), false);
    assert.equal(await ledger.holds(second), true);
  });

  it('lets no overtaken worker settle', async () => {
    const slow = await claimOf('2026-11-03');
    now += LEASE_MILLIS + 1;
    const quick = await claimOf('2026-11-03');
    assert.equal(await ledger.settle(quick, settlement('stored', { sha256: 'new' })), true);
    assert.equal(await ledger.settle(slow, settlement('failed')), false);
    const [item] = await ledger.list(series, '2026-11-03', '2026-11-03');
    assert.deepEqual([item?.state, item?.sha256, item?.leaseUntil], ['stored', 'new', undefined]);
  });

  it('lets a waiting partition be claimed from its moment on', async () => {
    await ledger.settle(await claimOf('2026-11-04'), settlement('waiting', { nextAttemptAt: now + 1000 }));
    assert.equal((await ledger.claim(partition('2026-11-04'))).claimed, false);
    now += 1000;
    assert.equal((await ledger.claim(partition('2026-11-04'))).claimed, true);
  });

  it('lets a settled partition be claimed only when it is to be compared again', async () => {
    await ledger.settle(await claimOf('2026-11-05'), settlement('stored', { recheckAt: now + 1000 }));
    await ledger.settle(await claimOf('2026-11-06'), settlement('expired'));
    assert.equal((await ledger.claim(partition('2026-11-05'))).claimed, false);
    now += 1000;
    assert.equal((await ledger.claim(partition('2026-11-05'))).claimed, true);
    assert.equal((await ledger.claim(partition('2026-11-06'))).claimed, false);
  });

  it('lets a failed partition be claimed at once: its message comes again from the queue or the dead letters', async () => {
    await ledger.settle(
      await claimOf('2026-11-07'),
      settlement('failed', { nextAttemptAt: now + 86_400_000 }),
    );
    assert.equal((await ledger.claim(partition('2026-11-07'))).claimed, true);
  });

  it('writes a partition down as due once, and never over what is known', async () => {
    await ledger.expect(partition('2026-11-08'));
    await ledger.settle(await claimOf('2026-11-08'), settlement('stored'));
    await ledger.expect(partition('2026-11-08'));
    assert.equal((await ledger.list(series, '2026-11-08', '2026-11-08'))[0]?.state, 'stored');
  });

  it('takes events off the owed ones only if none has come since', async () => {
    const event = (id: string) => ({ id, detailType: 'Report Stored' as const, detail: { id } });
    await ledger.settle(
      await claimOf('2026-11-09'),
      settlement('stored', { owed: [event('a')], recheckAt: now }),
    );
    await ledger.settle(
      await claimOf('2026-11-09'),
      settlement('stored', { owed: [event('a'), event('b')] }),
    );
    await ledger.noteSent(partition('2026-11-09'), [event('a')]);
    const owed = async () =>
      (await ledger.list(series, '2026-11-09', '2026-11-09'))[0]?.owed.map(({ id }) => id);
    assert.deepEqual(await owed(), ['a', 'b']);
    await ledger.noteSent(partition('2026-11-09'), [event('a'), event('b')]);
    assert.deepEqual(await owed(), []);
  });
});
