import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { METRICS_NAMESPACE, MetricName } from '../../functions/platform/logging/metrics.ts';
import { readLedger } from '../../local/demo/ledger-view.ts';
import { startWorld, type World } from '../../local/world/world.ts';
import { dailySales, dayBefore, MORNING, salesTsv } from './reports/sales.ts';

const TEAMS = Array.from({ length: 10 }, (_, index) => ({
  name: `team-${index}`,
  vendor: `8501234${index}`,
}));
const settings = {
  metricsPerTeam: false,
  teams: TEAMS.map(({ name, vendor }) => ({
    name,
    keys: { reports: `app-store-connect/${name}/reports` },
    vendors: [{ number: vendor, reports: ['SALES/SUMMARY/DAILY'], backfillDays: 4 }],
  })),
};

describe('One revoked key among ten teams', () => {
  let world: World;
  before(async () => {
    world = await startWorld({ now: MORNING, settings });
    for (const { vendor } of TEAMS) {
      for (const day of [1, 2, 3, 4])
        world.simulator.reports.put({
          ...dailySales(dayBefore(day)),
          vendor,
          tsv: salesTsv({ SKU: vendor }),
        });
    }
    world.simulator.revokeKey(world.keys.get('team-3')?.keyId ?? '');
    await world.cloud.invoke('PlanReports');
    await world.cloud.drain();
  });
  after(() => world.close());

  it('holds up no other team', async () => {
    const items = await readLedger(world.cloud);
    const states = (team: string) =>
      items.filter(({ pk }) => pk.startsWith(`${team}/`)).map(({ state }) => state);
    for (const { name } of TEAMS) {
      const expected = name === 'team-3' ? 'waiting' : 'stored';
      assert.deepEqual(states(name), [expected, expected, expected, expected], name);
    }
  });

  it('is named by the line of the log, while all teams share one metric', () => {
    const own = world.cloud.metrics().filter(({ namespace }) => namespace === METRICS_NAMESPACE);
    assert.ok(own.some(({ name }) => name === MetricName.reportStored));
    for (const { name, dimensionSets } of own)
      assert.ok(!dimensionSets.some((set) => set.includes('team')), name);
    const refused = world.cloud
      .logs()
      .flatMap(({ line }) => (line.includes(`"${MetricName.keyRefused}":1`) ? [JSON.parse(line)] : []));
    assert.ok(refused.length > 0);
    for (const { team } of refused) assert.equal(team, 'team-3');
  });

  it('shows each team its own reports only', async () => {
    for (const { pk, rawKey, tableKey } of await readLedger(world.cloud)) {
      const [team, vendor] = pk.split('/');
      for (const key of [rawKey, tableKey])
        if (key !== undefined) assert.ok(key.includes(`team=${team}/vendor=${vendor}/`), key);
    }
  });

  it('signs each team’s requests with that team’s key', () => {
    const requests = world.simulator.requests();
    assert.ok(requests.length >= TEAMS.length, `${requests.length} requests`);
    for (const { query, keyId } of requests) {
      const vendor = query.find(([name]) => name === 'filter[vendorNumber]')?.[1];
      const team = TEAMS.find((one) => one.vendor === vendor)?.name ?? '';
      assert.equal(keyId, world.keys.get(team)?.keyId);
    }
  });
});
