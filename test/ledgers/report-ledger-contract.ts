import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { createAnalyticsLedger } from '../../functions/reports/analytics/store/analytics-ledger.ts';
import {
  createReportLedger,
  LEASE_MILLIS,
  type ReportLedger,
} from '../../functions/reports/partition/ledger.ts';
import type { Settlement } from '../../functions/reports/partition/settlement.ts';
import type { OpenDocuments } from './tables.ts';

/** What the report jobs rely on in DynamoDB. */
export function reportLedgerContract(documents: OpenDocuments): void {
  let now = Date.parse('2026-11-24T17:07:00Z');
  const clock = { now: () => now };
  let ledger: ReportLedger;
  before(() => {
    ledger = createReportLedger({ documents: documents(), table: 'Reports', clock });
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
    return result.kind === 'claimed' ? result.claim : assert.fail(`not claimed: ${result.item?.state}`);
  }

  describe('The report ledger', () => {
    it('lets one of twenty workers claim a partition, and shows the others who has it', async () => {
      const results = await Promise.all(
        Array.from({ length: 20 }, () => ledger.claim(partition('2026-11-01'))),
      );
      assert.equal(results.filter(({ kind }) => kind === 'claimed').length, 1);
      for (const result of results)
        if (result.kind === 'notClaimable') assert.equal(result.item?.state, 'fetching');
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
      assert.equal((await ledger.claim(partition('2026-11-04'))).kind, 'notClaimable');
      now += 1000;
      assert.equal((await ledger.claim(partition('2026-11-04'))).kind, 'claimed');
    });

    it('lets a settled partition be claimed only when it is to be compared again', async () => {
      await ledger.settle(await claimOf('2026-11-05'), settlement('stored', { recheckAt: now + 1000 }));
      await ledger.settle(await claimOf('2026-11-06'), settlement('expired'));
      assert.equal((await ledger.claim(partition('2026-11-05'))).kind, 'notClaimable');
      now += 1000;
      assert.equal((await ledger.claim(partition('2026-11-05'))).kind, 'claimed');
      assert.equal((await ledger.claim(partition('2026-11-06'))).kind, 'notClaimable');
    });

    it('lets a failed partition be claimed at once: its message comes again from the queue or the dead letters', async () => {
      await ledger.settle(
        await claimOf('2026-11-07'),
        settlement('failed', { nextAttemptAt: now + 86_400_000 }),
      );
      assert.equal((await ledger.claim(partition('2026-11-07'))).kind, 'claimed');
    });

    it('writes a partition down as due once, and never over what is known', async () => {
      await ledger.expect(partition('2026-11-08'));
      await ledger.settle(await claimOf('2026-11-08'), settlement('stored'));
      await ledger.expect(partition('2026-11-08'));
      assert.equal((await ledger.list(series, '2026-11-08', '2026-11-08'))[0]?.state, 'stored');
    });

    it('writes a partition down as due and queued in one write, and leaves one alone that a worker has', async () => {
      const itemOf = async (date: string) => (await ledger.list(series, date, date))[0];
      await ledger.expectQueued(partition('2026-11-17'));
      const added = await itemOf('2026-11-17');
      assert.deepEqual([added?.state, added?.expectedAt, added?.queuedAt], ['due', now, now]);
      await claimOf('2026-11-18');
      await ledger.expectQueued(partition('2026-11-18'));
      const claimed = await itemOf('2026-11-18');
      assert.deepEqual(
        [claimed?.state, claimed?.expectedAt, claimed?.queuedAt],
        ['fetching', now, undefined],
        'its worker was faster than the planner: it is not late before its time',
      );
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
      await ledger.markPublished(partition('2026-11-09'), [event('a')]);
      const owed = async () =>
        (await ledger.list(series, '2026-11-09', '2026-11-09'))[0]?.owed.map(({ id }) => id);
      assert.deepEqual(await owed(), ['a', 'b']);
      await ledger.markPublished(partition('2026-11-09'), [event('a'), event('b')]);
      assert.deepEqual(await owed(), []);
    });

    it('lets a partition be asked for now while nobody has it, and a settled one only to fetch it again', async () => {
      await ledger.expect(partition('2026-11-10'));
      assert.equal(await ledger.makeClaimable(partition('2026-11-10'), false), true);
      const claim = await claimOf('2026-11-10');
      assert.equal(await ledger.makeClaimable(partition('2026-11-10'), true), false);
      await ledger.settle(claim, settlement('stored'));
      assert.equal(await ledger.makeClaimable(partition('2026-11-10'), false), false);
      assert.equal(await ledger.makeClaimable(partition('2026-11-10'), true), true);
      assert.equal((await ledger.claim(partition('2026-11-10'))).kind, 'claimed');
      assert.equal(await ledger.makeClaimable(partition('2026-11-11'), true), false);
    });

    it('notes a partition as queued only until a worker is at it', async () => {
      const itemOf = async () => (await ledger.list(series, '2026-11-12', '2026-11-12'))[0];
      await ledger.markQueued(partition('2026-11-12'));
      assert.equal(await itemOf(), undefined);
      await ledger.expect(partition('2026-11-12'));
      await ledger.markQueued(partition('2026-11-12'));
      assert.equal((await itemOf())?.queuedAt, now);
      await claimOf('2026-11-12');
      await ledger.markQueued(partition('2026-11-12'));
      assert.equal((await itemOf())?.queuedAt, undefined);
    });

    it('tells an overdue partition once, and not when it was claimed since it was read', async () => {
      const event = { id: 'overdue', detailType: 'Report Overdue' as const, detail: {} };
      const read = async (date: string) => {
        await ledger.expect(partition(date));
        const [item] = await ledger.list(series, date, date);
        return item ?? assert.fail('not there');
      };
      const first = await read('2026-11-13');
      const told = await Promise.all(Array.from({ length: 10 }, () => ledger.markOverdue(first, event)));
      assert.equal(told.filter(Boolean).length, 1);
      const second = await read('2026-11-14');
      await ledger.settle(await claimOf('2026-11-14'), settlement('waiting', { nextAttemptAt: now }));
      assert.equal(await ledger.markOverdue(second, event), false);
    });

    it('tells a partition whose worker is gone, and no worker that was only held up settles over it', async () => {
      const event = { id: 'overdue', detailType: 'Report Overdue' as const, detail: {} };
      const heldUp = await claimOf('2026-11-15');
      const [read = assert.fail('not there')] = await ledger.list(series, '2026-11-15', '2026-11-15');
      assert.equal(await ledger.markOverdue(read, event), false, 'its worker may still come to an end');
      now += LEASE_MILLIS + 1;
      assert.equal(await ledger.markOverdue(read, event), true);
      assert.equal(await ledger.settle(heldUp, settlement('waiting', { nextAttemptAt: now })), false);
      const { item } = await claimOf('2026-11-15');
      assert.deepEqual(
        item.owed.map(({ id }) => id),
        ['overdue'],
      );
    });

    it('lists a series between two dates, in order, and no other series', async () => {
      const listed = { ...series, report: 'SUBSCRIPTION/SUMMARY/DAILY' };
      for (const reportDate of ['2026-10-03', '2026-10-01', '2026-10-02'])
        await ledger.expect({ ...listed, reportDate });
      await ledger.expect({ ...listed, vendor: '86099999', reportDate: '2026-10-02' });
      const items = await ledger.list(listed, '2026-10-02', '2026-10-03');
      assert.deepEqual(
        items.map(({ sk }) => sk),
        ['2026-10-02', '2026-10-03'],
      );
    });

    it('lets one of twenty workers look after an app, and an overtaken one note nothing', async () => {
      const app = { team: 'acme', app: '6448311069' };
      const analytics = createAnalyticsLedger({ documents: documents(), table: 'Reports', clock, ledger });
      const claims = await Promise.all(Array.from({ length: 20 }, () => analytics.claimApp(app)));
      const [slow, ...others] = claims.filter((claim) => claim !== undefined);
      assert.ok(slow !== undefined && others.length === 0);
      now += LEASE_MILLIS + 1;
      const quick = await analytics.claimApp(app);
      assert.equal(quick?.lease.fence, 2);
      const record = { sends: 1, sentAt: now };
      await assert.rejects(analytics.noteRequest(slow, 'ONGOING', record), { code: 'OVERTAKEN' });
      const end = { state: 'checked' as const, nextCheckAt: now, lastAnswer: '', requests: {}, owed: [] };
      assert.equal(await analytics.settleApp(slow, end), false);
    });
  });
}
