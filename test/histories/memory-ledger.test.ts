import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  type Claim,
  createReportLedger,
  type ReportLedger,
} from '../../functions/reports/partition/ledger.ts';
import type { LedgerItem } from '../../functions/reports/partition/ledger-item.ts';
import type { Settlement } from '../../functions/reports/partition/settlement.ts';
import { startTables, type Tables } from '../../local/aws/services/tables.ts';
import { type Chance, createChance } from '../engine/chance.ts';
import { createMemoryLedger } from './memory-ledger.ts';

// The histories are worth as much as the memory ledger is true: here each answer of it is held against DynamoDB's.

const MINUTE = 60_000;
const series = { team: 'acme', vendor: '85012345', report: 'SALES/SUMMARY/DAILY' };
const DATES = ['2026-11-22', '2026-11-23'] as const;
let tables: Tables;
before(async () => {
  tables = await startTables([{ name: 'Reports', sk: true }]);
});
after(() => tables.close());

/** One random call, as a function of a ledger; claims are remembered under numbers, so that both mean the same. */
function drawCall(chance: Chance, now: number, known: number) {
  const partition = { ...series, reportDate: chance.pick(DATES) };
  const event = { id: String(chance.below(4)), detailType: 'Report Overdue' as const, detail: {} };
  const which = chance.below(Math.max(1, known));
  const settlement = drawSettlement(chance, now);
  return chance.pick<(ledger: ReportLedger, claims: Claim[]) => Promise<unknown>>([
    (ledger) => ledger.expect(partition),
    (ledger) => ledger.expectQueued(partition),
    (ledger) => ledger.markQueued(partition),
    (ledger) => ledger.makeClaimable(partition, settlement.tries === 0),
    (ledger) => ledger.markPublished(partition, [event]),
    async (ledger, claims) => {
      const result = await ledger.claim(partition);
      if (result.kind === 'claimed') claims.push(result.claim);
      return result.kind === 'claimed' ? { lease: result.claim.lease, item: result.claim.item } : false;
    },
    async (ledger, claims) => claims[which] !== undefined && ledger.holds(claims[which]),
    async (ledger, claims) => claims[which] !== undefined && ledger.settle(claims[which], settlement),
    async (ledger) => {
      const [item] = await ledger.list(series, partition.reportDate, partition.reportDate);
      return item !== undefined && ledger.markOverdue(item, event);
    },
  ]);
}

function drawSettlement(chance: Chance, now: number): Settlement {
  const owed = [{ id: String(chance.below(4)), detailType: 'Report Stored' as const, detail: {} }];
  return {
    state: chance.pick(['stored', 'empty', 'waiting', 'failed', 'notOffered', 'expired']),
    tries: chance.below(2),
    versions: [],
    owed: chance.happens(0.5) ? owed : [],
    recheckAt: chance.happens(0.5) ? now + chance.below(20) * MINUTE : undefined,
    nextAttemptAt: chance.happens(0.7) ? now + chance.below(20) * MINUTE : undefined,
    overdueToldAt: undefined,
  };
}

const tidy = (items: LedgerItem[]): unknown => JSON.parse(JSON.stringify(items));

describe('The ledger of the histories', () => {
  it('answers each of some hundred random calls as the one on DynamoDB does', async () => {
    for (let seed = 1; seed <= 6; seed += 1) {
      const chance = createChance(seed);
      let now = Date.parse('2026-11-24T17:07:00Z');
      const clock = { now: () => now };
      const memory = createMemoryLedger(clock);
      const real = createReportLedger({ documents: tables.documents, table: 'Reports', clock });
      const [mine, theirs]: [Claim[], Claim[]] = [[], []];
      series.team = `team-${seed}`;
      for (let call = 0; call < 100; call += 1) {
        now += chance.below(3) * MINUTE;
        const play = drawCall(chance, now, mine.length);
        const [here, there] = [await play(memory, mine), await play(real, theirs)];
        assert.deepEqual(plain(here), plain(there), `seed ${seed}, call ${call}: ${play}`);
        const [a, b] = [await memory.list(series, '0', '9'), await real.list(series, '0', '9')];
        assert.deepEqual(tidy(a), tidy(b), `seed ${seed}, after call ${call}: ${play}`);
      }
    }
  });
});

const plain = (value: unknown): unknown =>
  value === undefined ? undefined : JSON.parse(JSON.stringify(value));
