import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openLake } from '../../../local/demo/lake-query.ts';
import { copyLake } from '../../../local/demo/report-copy.ts';
import { startWorld, type World } from '../../../local/world/world.ts';
import { dailySales, dayBefore, HOUR, itemOf, MORNING, salesTsv, settingsFor } from './sales.ts';

describe('A restatement that cannot be read', () => {
  let world: World;
  const yesterday = dayBefore(1);
  const unknown = () => world.cloud.metrics().filter(({ name }) => name === 'UnknownAnswer').length;
  const planAt = async (now: number) => {
    await world.passTo(now);
    await world.cloud.invoke('PlanReports');
    await world.cloud.drain();
  };
  const skus = async () => {
    const directory = mkdtempSync(join(tmpdir(), 'lake-'));
    await copyLake(world.cloud, directory);
    const lake = await openLake(directory);
    return (await lake.rows('SELECT sku FROM sales')).map(({ sku }) => sku);
  };
  before(async () => {
    world = await startWorld({ now: MORNING, settings: settingsFor(1) });
    const report = dailySales(yesterday);
    world.simulator.reports.put({ ...report, tsv: salesTsv({ SKU: 'first' }) });
    world.simulator.reports.restate({ ...report, at: MORNING + HOUR, tsv: 'SKU\tUnits\nonly-one-field\n' });
    await planAt(MORNING);
    await planAt(MORNING + 25 * HOUR);
  });
  after(() => world.close());

  it('leaves the report stored and its table as it was', async () => {
    assert.equal((await itemOf(world, yesterday))?.state, 'stored');
    assert.deepEqual(await skus(), ['first']);
  });

  it('is told: by the ledger’s reason and the metric that the alarm UnknownAnswer watches', async () => {
    const item = await itemOf(world, yesterday);
    assert.match(item?.lastAnswer ?? '', /lacks the columns? /);
    assert.equal(item?.versions.length, 0);
    assert.equal(unknown(), 1);
    assert.ok((await world.cloud.alarms()).some((name) => name.includes('UnknownAnswer')));
  });

  it('keeps the bytes that Apple sent', async () => {
    const keys = await copyLake(world.cloud, mkdtempSync(join(tmpdir(), 'lake-')));
    const raw = keys.filter((key) => key.startsWith('raw/') && key.includes(yesterday));
    assert.equal(raw.length, 2);
  });

  it('is a restatement like any other once Apple sends one that can be read', async () => {
    const at = world.clock.now();
    world.simulator.reports.restate({ ...dailySales(yesterday), at, tsv: salesTsv({ SKU: 'second' }) });
    await planAt(at + 24 * HOUR);
    const item = await itemOf(world, yesterday);
    assert.equal(item?.versions.length, 1);
    assert.equal(item?.lastAnswer, undefined);
    assert.deepEqual(await skus(), ['second']);
    assert.ok(world.cloud.events().some((event) => event['detail-type'] === 'Report Restated'));
  });
});
