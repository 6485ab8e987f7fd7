import assert from 'node:assert/strict';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { openLake } from '../../../local/demo/lake-query.ts';
import { copyLake } from '../../../local/demo/report-copy.ts';
import { startWorld, type World } from '../../../local/world/world.ts';
import {
  dailySales,
  dayBefore,
  itemOf,
  MORNING,
  messageFor,
  salesTsv,
  settingsFor,
} from '../../end-to-end/reports/sales.ts';

describe('Two workers on one partition', () => {
  let world: World;
  before(async () => {
    world = await startWorld({ now: MORNING, settings: settingsFor(10) });
  });
  after(() => world.close());

  const put = (reportDate: string, sku: string) =>
    world.simulator.reports.put({ ...dailySales(reportDate), tsv: salesTsv({ SKU: sku }) });
  const askedFor = (reportDate: string): number =>
    world.simulator
      .requests()
      .filter(({ query }) =>
        query.some(([name, value]) => name === 'filter[reportDate]' && value === reportDate),
      ).length;
  const slowly = (reportDate: string, millis: number) =>
    world.simulator.faults.add({
      match: { query: { 'filter[reportDate]': reportDate } },
      effect: { kind: 'latency', millis },
    });

  it('at the same moment: one asks Apple, the other leaves it alone', async () => {
    const reportDate = dayBefore(1);
    put(reportDate, 'one');
    slowly(reportDate, 300);
    const answers = await Promise.all(
      [1, 2].map(() => world.cloud.invoke('FetchReport', messageFor(reportDate))),
    );
    assert.deepEqual(answers, [{ batchItemFailures: [] }, { batchItemFailures: [] }]);
    assert.equal(askedFor(reportDate), 1);
    assert.equal((await itemOf(world, reportDate))?.state, 'stored');
  });

  it('a message that is delivered again later finds nothing to do', async () => {
    const reportDate = dayBefore(2);
    put(reportDate, 'two');
    for (const _ of [1, 2, 3]) await world.cloud.invoke('FetchReport', messageFor(reportDate));
    assert.equal(askedFor(reportDate), 1);
    assert.equal((await itemOf(world, reportDate))?.fence, 1);
  });

  it('a slow worker whose lease lapsed cannot put its older report over the newer one', async () => {
    const reportDate = dayBefore(3);
    put(reportDate, 'older');
    // The slow worker has Apple's older bytes and is held at its first call to S3.
    let release: () => void = () => undefined;
    let reached: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    const atS3 = new Promise<void>((resolve) => {
      reached = resolve;
    });
    world.cloud.faults.add({
      service: 's3',
      times: 1,
      effect: {
        when: 'before',
        call: async () => {
          reached();
          await held;
        },
      },
    });
    const slow = world.cloud.invoke('FetchReport', messageFor(reportDate));
    await atS3;

    await world.pass(7 * 60_000);
    put(reportDate, 'newer');
    await world.cloud.invoke('FetchReport', messageFor(reportDate));
    const settled = await itemOf(world, reportDate);
    assert.equal(settled?.state, 'stored');
    assert.equal(settled.fence, 2);

    release();
    assert.deepEqual(await slow, { batchItemFailures: [] });
    assert.deepEqual(await itemOf(world, reportDate), settled, 'the slow worker settled nothing');
    const directory = mkdtempSync(join(tmpdir(), 'lake-'));
    await copyLake(world.cloud, directory);
    const [row] = await (await openLake(directory)).rows(
      `SELECT sku FROM sales WHERE report_date = '${reportDate}'`,
    );
    assert.equal(row?.['sku'], 'newer');
  });

  it('a message that names nothing ends with the others unharmed', async () => {
    const reportDate = dayBefore(4);
    put(reportDate, 'four');
    const { Records } = messageFor(reportDate);
    const bad = [
      'not json',
      '{}',
      JSON.stringify({ team: 'nobody', vendor: '1', report: 'X', reportDate, priority: 'today' }),
    ];
    const answer = await world.cloud.invoke('FetchReport', {
      Records: [...bad.map((body, index) => ({ messageId: `bad-${index}`, body })), ...Records],
    });
    assert.deepEqual(answer, {
      batchItemFailures: bad.map((_, index) => ({ itemIdentifier: `bad-${index}` })),
    });
    assert.equal((await itemOf(world, reportDate))?.state, 'stored');
  });
});
