import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import fc from 'fast-check';
import { z } from 'zod';
import { FunctionError } from '../../local/aws/base/errors.ts';
import { startWorld, type World } from '../../local/world/world.ts';
import { newKeyPair } from '../app-store-connect/keys.ts';
import { request, SUBSCRIPTION, settled, TEN } from '../end-to-end/prices/prices.ts';
import { dailySales, dayBefore, itemOf, salesTsv, VENDOR } from '../end-to-end/reports/sales.ts';
import { keyLines, leaksIn, tracesOf } from '../leaks.ts';
import { play } from './cases.ts';
import { EVENTS, SCHEDULE } from './function-events.ts';
import { mutated } from './hostile.ts';
import { type Drawn, idOf, recordsAround, sendable } from './records.ts';

// The deployed bundles, in the local cloud: whatever event comes, an answer or an error of ours by name.

const SETTINGS = {
  teams: [
    {
      name: 'acme',
      keys: { reports: 'app-store-connect/acme/reports', prices: 'app-store-connect/acme/prices' },
      vendors: [{ number: VENDOR, reports: ['SALES/SUMMARY/DAILY'], backfillDays: 2 }],
      prices: { desired: 'report' },
    },
  ],
};
/** The type of an error of ours is its code. */
const NAMED = /^[A-Z]+(_[A-Z]+)+$/;

const { privateKey } = newKeyPair();
const KEY_LINES = keyLines(privateKey);

const batchAnswer = z.strictObject({
  batchItemFailures: z.array(z.strictObject({ itemIdentifier: z.string().min(1) })),
});

describe('Whatever event a function is given', () => {
  let world: World;
  before(async () => {
    world = await startWorld({ now: TEN, settings: SETTINGS });
    world.simulator.prices.addSubscription({ team: 'acme', id: SUBSCRIPTION.id, prices: { USA: '49.99' } });
    await world.cloud.invoke('AcceptPriceChange', request('sale', { prices: { USA: '44.99' } }));
    await settled(world, 'sale');
    await world.cloud.drain();
    world.cloud.pauseQueues();
    world.cloud.recordBodies(true);
  });
  after(() => world.close());

  /** @returns the answer, or `undefined` after an error by name */
  async function answerOf(functionId: string, event: unknown): Promise<unknown> {
    try {
      return await world.cloud.invoke(functionId, event);
    } catch (error) {
      assert.ok(error instanceof FunctionError, String(error));
      const { errorType, errorMessage } = error.failure;
      assert.match(errorType, NAMED, `${functionId} ended with ${errorType}: ${errorMessage.slice(0, 2000)}`);
      assert.ok(errorMessage.length > 0 && errorMessage.length < 70_000, 'the message is bounded');
      return undefined;
    }
  }

  it('it ends with an answer or an error by name', (context) => {
    const names = Object.keys(EVENTS).filter((name) => name !== 'CheckKeys');
    const drawn = fc
      .constantFrom(...names)
      .chain((name) => fc.tuple(fc.constant(name), mutated(...(EVENTS[name] ?? [])).filter(sendable)));
    return play(context, 'handlerEvents', drawn, async ([functionId, event]) => {
      await answerOf(functionId, event);
    });
  });

  it('the check of keys asks every key, as its schedule’s event says nothing', (context) =>
    play(context, 'scheduledEvents', mutated(SCHEDULE).filter(sendable), async (event) => {
      const checked = await answerOf('CheckKeys', event);
      assert.equal(z.object({ keys: z.array(z.unknown()) }).parse(checked).keys.length, 2);
    }));

  /** Those that must come back: each bad record by its id; or the batch as a whole, when one has none. */
  async function failedOf(functionId: string, records: readonly Drawn[]): Promise<readonly string[] | 'all'> {
    const answer = await answerOf(functionId, { Records: records.map(({ record }) => record) });
    if (answer !== undefined)
      return batchAnswer.parse(answer).batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
    assert.ok(
      records.some(({ record, kind }) => kind !== 'good' && idOf(record) === ''),
      'all had an id',
    );
    return 'all';
  }

  it('the fetcher works on the good message of a batch and names the bad ones', (context) => {
    let day = 0;
    const good = {
      team: 'acme',
      vendor: VENDOR,
      report: 'SALES/SUMMARY/DAILY',
      reportDate: '2026-11-23',
      priority: 'today',
    };
    return play(context, 'fetchBatches', recordsAround(good, privateKey), async (drawn) => {
      day = (day % 300) + 1;
      const reportDate = dayBefore(day);
      world.simulator.reports.put({ ...dailySales(reportDate), tsv: salesTsv() });
      const records = drawn.map((one) =>
        one.kind === 'good'
          ? { ...one, record: { ...one.record, body: JSON.stringify({ ...good, reportDate }) } }
          : one,
      );
      const failed = await failedOf('FetchReport', records);
      assert.equal((await itemOf(world, reportDate))?.state, 'stored', 'the good one is worked on');
      if (failed === 'all') return;
      for (const { record, kind } of records) {
        if (kind === 'good') assert.ok(!failed.includes(idOf(record)), 'the good one is done');
        if (kind === 'bad') assert.ok(failed.includes(idOf(record)), 'the bad one comes back');
      }
    });
  });

  it('the price worker is done with what comes before the first bad message, and keeps the rest in order', (context) => {
    const good = { team: 'acme', changeId: 'sale' };
    return play(context, 'applyBatches', recordsAround(good, privateKey), async (records) => {
      const failed = await failedOf('ApplyPriceChange', records);
      if (failed === 'all') return;
      const ids = records.map(({ record }) => idOf(record));
      assert.deepEqual(failed, ids.slice(ids.length - failed.length), 'nothing overtakes');
      const goodOnes = records.findIndex(({ kind }) => kind !== 'good');
      assert.ok(ids.length - failed.length >= goodOnes, 'the good ones in front are done');
      const firstBad = records.findIndex(({ kind }) => kind === 'bad');
      if (firstBad !== -1) assert.ok(ids.length - failed.length <= firstBad, 'the bad one comes back');
    });
  });

  it('nothing that was printed or sent tells a word of the key that lay in a message', () => {
    const secrets = [...KEY_LINES, ...KEY_LINES.map((line) => line.slice(0, 10))];
    assert.deepEqual(
      tracesOf(world.cloud).flatMap((trace) => leaksIn(trace, secrets)),
      [],
    );
  });
});
