import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { readLedger } from '../../local/demo/ledger-view.ts';
import type { FaultEffect } from '../../local/simulator/index.ts';
import { startWorld, type World } from '../../local/world/world.ts';
import { dailySales, HOUR, MORNING, salesTsv } from '../end-to-end/reports/sales.ts';
import { createChance } from '../engine/chance.ts';
import { seedsToPlay } from '../engine/seeds.ts';

// A history: vendors whose days are late, empty, restated or met by faults, while workers are killed at random.
// `WORLD_SEEDS=1,2,3 npm exec -- node --test test/faults/histories.deep.ts` plays others; a failure names its seed.

const { seeds: SEEDS } = seedsToPlay('WORLD', 1);
const VENDORS = Array.from({ length: 6 }, (_, index) => `8501234${index}`);
const DAYS = 8;
const DAY = 24 * HOUR;

const settings = {
  teams: VENDORS.map((number, index) => ({
    name: `team-${index}`,
    keys: { reports: `app-store-connect/team-${index}/reports` },
    vendors: [{ number, reports: ['SALES/SUMMARY/DAILY'], backfillDays: DAYS }],
  })),
};

const FAULTS: FaultEffect[] = [
  { kind: 'status', status: 500, code: 'UNEXPECTED_ERROR' },
  { kind: 'html', status: 503 },
  { kind: 'dropBefore' },
  { kind: 'dropMidBody' },
  { kind: 'rateLimited' },
];

/** Apple's side: draws what becomes of each vendor's days. */
function draw({ simulator }: World, random: () => number, vendor: string): void {
  for (let daysAgo = 1; daysAgo <= DAYS; daysAgo += 1) {
    const reportDate = new Date(MORNING - daysAgo * DAY).toISOString().slice(0, 10);
    const report = { ...dailySales(reportDate), vendor };
    const tsv = (edition: number) => salesTsv({ SKU: `${vendor} ${reportDate} ${edition}` });
    const fate = random();
    if (fate < 0.15) simulator.reports.noSales(report);
    else simulator.reports.put({ ...report, tsv: tsv(0) });
    if (fate > 0.8)
      simulator.reports.late({ ...report, availableAt: MORNING + Math.floor(random() * 30) * HOUR });
    if (fate > 0.5 && fate < 0.8) {
      for (let edition = 1; edition <= 2; edition += 1) {
        simulator.reports.restate({
          ...report,
          at: MORNING + Math.floor(random() * 5 * edition) * DAY + HOUR,
          tsv: tsv(edition),
        });
      }
    }
    if (random() < 0.4) {
      const effect = FAULTS[Math.floor(random() * FAULTS.length)] ?? FAULTS[0];
      const match = { query: { 'filter[vendorNumber]': vendor, 'filter[reportDate]': reportDate } };
      if (effect !== undefined) simulator.faults.add({ match, effect, times: 1 + Math.floor(random() * 9) });
    }
  }
}

describe('Random histories', () => {
  for (const seed of SEEDS) {
    it(`seed ${seed}: what Apple has is stored, once and newest; what is empty is empty; nobody is left owing`, async () => {
      const random = createChance(seed).next;
      const world = await startWorld({ now: MORNING, settings });
      try {
        for (const vendor of VENDORS) draw(world, random, vendor);
        let kills = 0;
        for (const when of ['before', 'after'] as const) {
          for (const service of ['dynamodb', 's3', 'events', 'secretsmanager']) {
            world.cloud.faults.add({
              service,
              match: ({ caller }) => caller.startsWith('FetchReport') && random() < 0.02,
              times: 4,
              effect: {
                when,
                call: async ({ caller }) => {
                  kills += await world.cloud.kill(caller);
                },
              },
            });
          }
        }
        const hours = [
          0,
          1,
          2,
          5,
          9,
          14,
          25,
          32,
          49,
          73,
          80,
          100,
          24 * 8,
          24 * 9,
          24 * 10,
          24 * 32,
          24 * 33,
          24 * 34,
        ];
        for (const hour of hours) {
          // The last days are quiet: what is late by then has only the product to blame.
          if (hour >= 24 * 32) {
            world.cloud.faults.clear();
            world.simulator.faults.clear();
          }
          await world.passTo(MORNING + hour * HOUR);
          await world.cloud.invoke('PlanReports');
          await world.cloud.drain();
        }
        assert.ok(kills > 0, 'nobody was killed: the history proves little');
        await assertTold(world);
      } finally {
        await world.close();
      }
    });
  }
});

/** Holds every partition of the ledger against what Apple answers now. */
async function assertTold({ cloud, simulator, clock }: World): Promise<void> {
  const items = await readLedger(cloud);
  assert.ok(items.length >= VENDORS.length * DAYS);
  for (const item of items) {
    const place = `${item.pk} ${item.sk}: ${item.lastAnswer ?? ''}`;
    const vendor = item.pk.split('/')[1] ?? '';
    const truth = simulator.reports.look({ ...dailySales(item.sk), vendor }, clock.now());
    assert.deepEqual(item.owed, [], place);
    if (truth.state === 'served') {
      assert.equal(item.state, 'stored', place);
      assert.equal(
        item.sha256,
        createHash('sha256').update(truth.gzip).digest('hex'),
        `${place}: not Apple's newest`,
      );
      const shas = [...item.versions.map(({ sha256 }) => sha256), item.sha256];
      assert.equal(new Set(shas).size, shas.length, `${place}: stored twice`);
    } else {
      assert.equal(item.state, 'empty', place);
    }
    const told = new Set(
      cloud
        .events()
        .filter(({ detail }) => detail['vendor'] === vendor && detail['reportDate'] === item.sk)
        .map((event) => event['detail-type']),
    );
    const settled = truth.state === 'served' ? 'Report Stored' : 'Report Empty';
    assert.ok(told.has(settled), `${place}: ${settled} was never sent`);
  }
}
