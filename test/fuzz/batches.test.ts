import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import { fixedKey } from '../../functions/app-store-connect/auth/fixed-key.ts';
import { processSqsBatch } from '../../functions/platform/aws/sqs-batch.ts';
import { parseSettings } from '../../functions/platform/config/settings.ts';
import { fetchBatch } from '../../functions/reports/fetch-batch.ts';
import { newKeyPair, teamKey } from '../app-store-connect/keys.ts';
import { createMemoryLake } from '../histories/memory-lake.ts';
import { createMemoryLedger } from '../histories/memory-ledger.ts';
import { configuredVersions, createMemoryRefusals, noNewColumns } from '../histories/memory-vendor.ts';
import { closedCircuit, noAnalytics, pretendTable } from '../histories/surroundings.ts';
import { keyLines } from '../leaks.ts';
import { ends, play, tellsNo } from './cases.ts';
import { idOf, recordsAround } from './records.ts';

// What `fetch-report.lambda.ts` hands its event to, with everything behind it in memory: many more batches than the
// deployed bundle gets in handlers.test.ts.

const NOW = Date.parse('2026-11-24T18:00:00Z');
const GOOD = {
  team: 'acme',
  vendor: '85012345',
  report: 'SALES/SUMMARY/DAILY',
  reportDate: '2026-11-23',
  priority: 'today',
};
const settings = parseSettings({
  teams: [
    {
      name: GOOD.team,
      keys: { reports: 'acme/reports' },
      vendors: [{ number: GOOD.vendor, reports: [GOOD.report] }],
    },
  ],
});
const { privateKey } = newKeyPair();
/** Also the few letters that a parser's own message would quote. */
const SECRETS = keyLines(privateKey).flatMap((line) => [line, line.slice(0, 10)]);
const stored = { key: await teamKey(privateKey), versionId: '1', versionCreatedAt: NOW };
const report = gzipSync('Provider\tUnits\nAPPLE\t1\n');

/** A fetcher of its own for each case; what it logs is kept. */
function fetcher() {
  const clock = { now: () => NOW };
  const ledger = createMemoryLedger(clock);
  const logged: unknown[] = [];
  const note = (message: string, fields?: object): void => void logged.push({ message, ...fields });
  const deps: Parameters<typeof fetchBatch>[0] = {
    settings,
    ledger,
    lake: createMemoryLake(),
    analytics: noAnalytics,
    columns: noNewColumns,
    versions: configuredVersions,
    vendors: createMemoryRefusals(),
    keys: fixedKey(stored),
    breaker: closedCircuit,
    appleClock: { now: clock.now, observe: () => false },
    quota: { retryAt: async () => undefined, observe: async () => undefined },
    baseUrl: 'https://apple.example',
    scoped: false,
    fetch: async () => new Response(report, { headers: { 'content-type': 'application/a-gzip' } }),
    sleep: async () => undefined,
    random: () => 0.5,
    convert: pretendTable,
    sendEvents: async () => undefined,
    clock,
    log: { info: note, warn: note, error: note },
    metric: () => undefined,
  };
  return { deps, ledger, logged };
}

describe('A batch of messages about reports', () => {
  it('brings its good one into the lake, and the bad ones back, by name', (context) =>
    play(context, 'queueBodies', recordsAround(GOOD, privateKey), async (drawn) => {
      const { deps, ledger, logged } = fetcher();
      const answer = await ends(() =>
        processSqsBatch({ Records: drawn.map(({ record }) => record) }, (messages) =>
          fetchBatch(deps, messages, () => 300_000),
        ),
      );
      const items = [...ledger.items.values()].filter(({ sk }) => sk === GOOD.reportDate);
      assert.deepEqual(
        items.map(({ state }) => state),
        ['stored'],
      );
      for (const line of logged) tellsNo(SECRETS, inspect(line, { depth: 8 }));
      const failed = answer?.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
      const nameless = drawn.some(({ record, kind }) => kind !== 'good' && idOf(record) === '');
      assert.ok(failed !== undefined || nameless, 'only what has no id fails the whole batch');
      for (const { record, kind } of failed === undefined ? [] : drawn) {
        if (kind === 'good') assert.ok(!failed?.includes(idOf(record)), 'the good one is done');
        if (kind === 'bad') assert.ok(failed?.includes(idOf(record)), 'the bad one comes back');
      }
    }));
});
