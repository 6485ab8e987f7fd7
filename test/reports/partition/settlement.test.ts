import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dueAt } from '../../../functions/reports/catalogue/calendar.ts';
import { findEntry } from '../../../functions/reports/catalogue/catalogue.ts';
import { type LedgerItem, ledgerItemSchema } from '../../../functions/reports/partition/ledger-item.ts';
import type { Refusal } from '../../../functions/reports/partition/outcome.ts';
import { type FetchOutcome, settlementOf } from '../../../functions/reports/partition/settlement.ts';

const entry = findEntry('SALES/SUMMARY/DAILY') ?? assert.fail('no entry');
const rules = { entry, restatementDays: [1, 3, 7, 30] };
const partition = { team: 'acme', vendor: '85012345', report: entry.name, reportDate: '2026-11-23' };
const NOW = dueAt(entry, partition.reportDate);
const DAY = 86_400_000;

const item = (more: Record<string, unknown> = {}): LedgerItem =>
  ledgerItemSchema.parse({
    pk: 'acme/85012345/SALES/SUMMARY/DAILY',
    sk: partition.reportDate,
    state: 'fetching',
    ...more,
  });
const report = (sha256: string): FetchOutcome => ({
  kind: 'report',
  sha256,
  bytes: 10,
  rows: 2,
  rawKey: `raw/${sha256}`,
  tableKey: 'tables/x',
});
const settle = (from: LedgerItem, outcome: FetchOutcome, now = NOW) =>
  settlementOf(from, partition, outcome, rules, now);
const refusals: Refusal[] = [
  { kind: 'no-sales', reason: 'There were no sales for the date specified.' },
  { kind: 'not-ready', reason: 'Report is not available yet.' },
  { kind: 'expired', reason: 'Report is no longer available.' },
  { kind: 'transient', reason: '500' },
  { kind: 'failed', reason: 'unknown', unknownAnswer: true },
];
const refusal = (kind: Refusal['kind']): Refusal =>
  refusals.find((one) => one.kind === kind) ?? assert.fail(kind);

describe('A partition that is fetched for the first time', () => {
  it('is stored, owes Report Stored, and is compared again a day later', () => {
    const after = settle(item(), report('a'));
    assert.deepEqual(
      [after.state, after.sha256, after.recheckAt, after.storedAt],
      ['stored', 'a', NOW + DAY, NOW],
    );
    assert.deepEqual(
      after.owed.map(({ detailType }) => detailType),
      ['Report Stored'],
    );
  });

  it('is empty when Apple says so and it is due', () => {
    const after = settle(item(), refusal('no-sales'));
    assert.equal(after.state, 'empty');
    assert.deepEqual(
      after.owed.map(({ detailType }) => detailType),
      ['Report Empty'],
    );
  });

  it('waits when Apple says so before it is due', () => {
    const after = settle(item(), refusal('no-sales'), NOW - 1);
    assert.deepEqual([after.state, after.owed], ['waiting', []]);
  });

  it('waits for a report that is not ready, and is asked for within the hour', () => {
    const after = settle(item(), refusal('not-ready'));
    assert.equal(after.state, 'waiting');
    assert.ok((after.nextAttemptAt ?? 0) - NOW < 3_600_000);
  });

  it('waits longer after each trouble, at most six hours, and no shorter than Apple asks', () => {
    const waits = [0, 1, 2, 9].map(
      (tries) => (settle(item({ tries }), refusal('transient')).nextAttemptAt ?? 0) - NOW,
    );
    assert.deepEqual(waits, [900_000, 1_800_000, 3_600_000, 21_600_000]);
    const stated = settle(item(), { kind: 'transient', reason: '429', retryAfterMillis: 7_200_000 });
    assert.equal(stated.nextAttemptAt, NOW + 7_200_000);
  });

  it('fails with its reason, and is looked at again a day later', () => {
    const after = settle(item(), refusal('failed'));
    assert.deepEqual([after.state, after.lastAnswer, after.nextAttemptAt], ['failed', 'unknown', NOW + DAY]);
  });

  it('is expired for good', () => {
    const after = settle(item(), refusal('expired'));
    assert.deepEqual([after.state, after.recheckAt, after.nextAttemptAt], ['expired', undefined, undefined]);
  });
});

describe('A stored partition that is compared again', () => {
  const stored = item({ ...settle(item(), report('a')), state: 'fetching', owed: [] });

  it('unchanged: is compared on days 1, 3, 7 and 30, then no more', () => {
    const checks = [1, 3, 7, 30].map((days) => settle(stored, report('a'), NOW + days * DAY + 1).recheckAt);
    assert.deepEqual(checks, [NOW + 3 * DAY, NOW + 7 * DAY, NOW + 30 * DAY, undefined]);
    assert.deepEqual(settle(stored, report('a'), NOW + DAY).owed, []);
  });

  it('that came only after the date was settled without one: the days count from when it was stored', () => {
    for (const settledAs of ['empty', 'notOffered', 'expired']) {
      const before = item({ settledAs, settledAt: NOW - 30 * DAY });
      const first = settle(before, report('a'));
      assert.deepEqual(
        [first.state, first.recheckAt, first.settledAt],
        ['stored', NOW + DAY, NOW - 30 * DAY],
      );
      const later = item({ ...first, state: 'fetching', owed: [] });
      const checks = [1, 3, 7, 30].map((days) => settle(later, report('a'), NOW + days * DAY + 1).recheckAt);
      assert.deepEqual(checks, [NOW + 3 * DAY, NOW + 7 * DAY, NOW + 30 * DAY, undefined]);
      // Of a restated one, from when its first version was stored.
      const restated = item({ ...settle(later, report('b'), NOW + DAY + 1), state: 'fetching', owed: [] });
      assert.equal(settle(restated, report('b'), NOW + 3 * DAY + 1).recheckAt, NOW + 7 * DAY);
    }
  });

  it('changed: shows the new version, keeps the old one and owes Report Restated', () => {
    const after = settle(stored, report('b'), NOW + DAY);
    assert.deepEqual(
      [after.sha256, after.versions],
      ['b', [{ sha256: 'a', rows: 2, bytes: 10, storedAt: NOW }]],
    );
    const [event] = after.owed;
    assert.equal(event?.detailType, 'Report Restated');
    assert.deepEqual([event?.detail['previousSha256'], event?.detail['sha256']], ['a', 'b']);
  });

  it('changed back and forth: each restatement is an event of its own', () => {
    const toB = settle(stored, report('b'));
    const toA = settle(item({ ...toB, owed: [] }), report('a'));
    const toB2 = settle(item({ ...toA, owed: [] }), report('b'));
    assert.notEqual(toB.owed[0]?.id, toB2.owed[0]?.id);
  });

  for (const outcome of refusals) {
    it(`stays stored when Apple answers ${outcome.kind}`, () => {
      const after = settle(stored, outcome, NOW + DAY);
      assert.deepEqual(
        [after.state, after.settledAs, after.owed, after.versions],
        ['stored', 'stored', [], []],
      );
    });
  }

  it('events still owed stay owed', () => {
    const owing = item({ ...settle(item(), report('a')), state: 'fetching' });
    assert.equal(settle(owing, report('b')).owed.length, 2);
  });
});

describe('An empty partition for which Apple has a report after all', () => {
  it('becomes stored', () => {
    const empty = item({ ...settle(item(), refusal('no-sales')), state: 'fetching', owed: [] });
    const after = settle(empty, report('a'), NOW + DAY);
    assert.deepEqual(
      [after.state, after.owed.map(({ detailType }) => detailType)],
      ['stored', ['Report Stored']],
    );
  });
});
