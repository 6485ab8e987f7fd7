import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { readLedger } from '../../../local/demo/ledger-view.ts';
import { startWorld, type World } from '../../../local/world/world.ts';
import {
  dailySales,
  dayBefore,
  HOUR,
  itemOf,
  MORNING,
  messageFor,
  salesTsv,
  settingsFor,
} from '../../end-to-end/reports/sales.ts';
import { callsOf, killAt, type Share, someOf } from './kill-at.ts';

const REQUESTS_EXPECTED_AT_LEAST = 8;

/** @param share of the calls at which the worker is killed */
export const killedFetches = (share: Share): Promise<void> =>
  describe('A worker that is killed around each of its calls to AWS', () => {
    let world: World;
    let calls: string[] = [];
    let day = 0;

    const nextDay = async (): Promise<string> => {
      // Each try has a morning of its own: yesterday's report is the only one not settled yet.
      day += 1;
      await world.passTo(MORNING + day * 24 * HOUR);
      const reportDate = dayBefore(1 - day);
      world.simulator.reports.put({ ...dailySales(reportDate), tsv: salesTsv({ SKU: `sku-${day}` }) });
      return reportDate;
    };
    const sentFor = (reportDate: string) =>
      world.cloud.events().filter(({ detail }) => detail['reportDate'] === reportDate);

    before(async () => {
      world = await startWorld({ now: MORNING, settings: settingsFor(2) });
      // The calls of a fetch in a fresh worker.
      await world.cloud.invoke('FetchReport', messageFor(await nextDay()));
      calls = callsOf(world, 'FetchReport');
    });
    after(() => world.close());

    it('a fetch makes calls at which it can be killed', () => {
      assert.ok(calls.length >= REQUESTS_EXPECTED_AT_LEAST, calls.join(', '));
      assert.ok(calls.includes('s3 PutObject') && calls.includes('dynamodb UpdateItem'));
    });

    for (const when of ['before', 'after'] as const) {
      it(`${when} it takes effect: the report is stored once all the same, and its event is sent`, async () => {
        for (const index of someOf(calls, share, when)) {
          const reportDate = await nextDay();
          await world.cloud.kill('FetchReport');
          world.cloud.faults.clear();
          killAt(world, 'FetchReport', { index, when });
          const death = await world.cloud.invoke('FetchReport', messageFor(reportDate)).then(
            () => 'survived',
            () => 'killed',
          );
          world.cloud.faults.clear();
          assert.equal(death, 'killed', `${when} ${calls[index]} (${index})`);

          // The lease lapses; the planner finds whatever is not settled or still owed.
          await world.pass(HOUR);
          await world.cloud.invoke('PlanReports');
          await world.cloud.drain();

          const item = await itemOf(world, reportDate);
          const place = `${when} ${calls[index]} (${index})`;
          assert.equal(item?.state, 'stored', place);
          assert.equal(item.versions.length, 0, `${place}: stored twice`);
          assert.deepEqual(item.owed, [], `${place}: an event is still owed`);
          const ids = new Set(sentFor(reportDate).map(({ detail }) => detail['id']));
          assert.equal(ids.size, 1, `${place}: one event, however often it was sent`);
        }
      });
    }

    it('leaves no partition unsettled', async () => {
      const open = (await readLedger(world.cloud)).filter(
        ({ state }) => !['stored', 'empty'].includes(state),
      );
      assert.deepEqual(open, []);
    });
  });
