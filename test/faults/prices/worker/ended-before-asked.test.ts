import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { ChangeRecord } from '../../../../functions/prices/store/change-record.ts';
import type { WriteFate } from '../life/life-apple.ts';
import { DAY, openShop, WELL } from './price-shop.ts';

type Shop = Awaited<ReturnType<typeof openShop>>;

const IN_APP = { product: { kind: 'inAppPurchase', id: '2' } };
const trial = (...territories: readonly string[]) => ({
  introductoryOffer: { mode: 'FREE_TRIAL', duration: 'ONE_WEEK', territories, endDate: '2026-12-04' },
});
const problemsOf = ({ problems }: ChangeRecord) => problems.map(({ path, message }) => `${path}: ${message}`);
const ill = () => new Response('', { status: 503 });

/** A change whose writes have these fates, the last one none that is known. Apple can be asked again so many days on. */
async function askedAfter(
  { clock, fates, hooks, accept, record, work, workToEnd }: Shop,
  days: number,
  fields: Record<string, unknown>,
  ...planned: readonly WriteFate[]
): Promise<ChangeRecord> {
  fates.push(...planned);
  accept('change', fields);
  await work('change');
  assert.equal(record('change').sending?.steps.length, 1);
  hooks.onRead = ill;
  clock.advance(days * DAY);
  await work('change');
  assert.equal(record('change').state, 'sending');
  hooks.onRead = () => undefined;
  return workToEnd('change');
}

for (const kind of ['lost before', 'lost after'] as const)
  describe(`A request whose answer was lost (${kind} it took effect), when Apple can be asked only after the end`, () => {
    it('of an introductory offer, leaves the change unsettled with that day, and is not sent again', async () => {
      const shop = await openShop();
      const record = await askedAfter(shop, 20, trial('USA'), { kind });
      assert.equal(record.state, 'unsettled', record.outcome);
      assert.deepEqual(problemsOf(record), [
        'USA: the request had no answer, and what it asked for, FREE_TRIAL ONE_WEEK x1 at 0, ended on 2026-12-04, before Apple could be asked: nothing shows whether it was ever there. It is not sent again',
      ]);
      assert.deepEqual(shop.writes, ['POST without an answer']);
      assert.deepEqual(shop.events, ['Price Change Unsettled change']);
    });

    it('of the offer of one territory, says for which others nothing was sent', async () => {
      const shop = await openShop();
      // The first request goes alone; the others wait for its answer.
      const record = await askedAfter(shop, 20, trial('FRA', 'USA'), { kind });
      assert.equal(record.state, 'unsettled', record.outcome);
      assert.match(problemsOf(record)[0] ?? '', /^FRA: the request had no answer, .* ended on 2026-12-04/);
      assert.deepEqual(problemsOf(record).slice(1), [
        'USA: nothing was sent; request it again under a new key',
      ]);
      assert.deepEqual(shop.writes, ['POST without an answer']);
    });

    it('of an offer that replaced another one, says what was removed for it', async () => {
      const shop = await openShop();
      const old = { introductoryOffer: { mode: 'FREE_TRIAL', duration: 'ONE_MONTH', territories: ['USA'] } };
      assert.equal((await shop.change('old', old)).state, 'applied');
      shop.writes.length = 0;
      const record = await askedAfter(shop, 20, trial('USA'), WELL, { kind });
      assert.equal(record.state, 'unsettled', record.outcome);
      assert.equal(record.problems.length, 1);
      assert.match(
        problemsOf(record)[0] ?? '',
        /ended on 2026-12-04, .*; removed to make room: FREE_TRIAL ONE_MONTH x1 at 0$/,
      );
      assert.deepEqual(shop.writes, ['DELETE 204', 'POST without an answer']);
    });

    it('of a temporary price of an in-app purchase, leaves the change unsettled with its last day', async () => {
      const shop = await openShop();
      const wanted = { ...IN_APP, prices: { USA: '4.99' }, until: '2026-12-04' };
      const record = await askedAfter(shop, 20, wanted, { kind });
      assert.equal(record.state, 'unsettled', record.outcome);
      assert.match(problemsOf(record).join('\n'), /^USA: .* 4\.99, ended on 2026-12-03, before Apple could/);
      assert.deepEqual(shop.writes, ['POST without an answer']);
    });

    it('of the offer that it removes, is done: no offer is what was asked for', async () => {
      const shop = await openShop();
      assert.equal((await shop.change('trial', trial('USA'))).state, 'applied');
      shop.writes.length = 0;
      const none = { introductoryOffer: { remove: true, territories: ['USA'] } };
      const record = await askedAfter(shop, 20, none, { kind });
      assert.equal(record.outcome, 'applied: Apple shows every price that was asked for');
      assert.deepEqual(shop.writes, ['DELETE without an answer']);
    });

    it('of the wait for a price that it sets at once, is done: the price is there', async () => {
      const shop = await openShop();
      const later = { ...IN_APP, prices: { USA: '4.99' }, startDate: '2026-12-04' };
      assert.equal((await shop.change('later', later)).state, 'applied');
      shop.writes.length = 0;
      const atOnce = { ...IN_APP, prices: { USA: '4.99' }, removeScheduled: true };
      const record = await askedAfter(shop, 20, atOnce, { kind });
      assert.equal(record.outcome, 'applied: Apple shows every price that was asked for');
      assert.deepEqual(shop.writes, ['POST without an answer']);
    });
  });

describe('An introductory offer whose creation has no answer', () => {
  it('counts as unknown also where a person has made another one by the time Apple can be asked', async () => {
    const shop = await openShop();
    shop.fates.push({ kind: 'lost before' });
    shop.accept('change', trial('USA'));
    await shop.work('change');
    shop.clock.advance(20 * DAY);
    shop.apple.prices.addOffer('1', {
      ...{ kind: 'introductory', mode: 'FREE_TRIAL', duration: 'THREE_DAYS', periods: 1 },
      prices: { USA: null },
    });
    const record = await shop.workToEnd('change');
    assert.equal(record.state, 'unsettled', record.outcome);
    assert.match(problemsOf(record).join('\n'), /^USA: the request had no answer, .* ended on 2026-12-04/);
    assert.deepEqual(shop.writes, ['POST without an answer']);
  });

  it('is done where Apple shows it before its end', async () => {
    const shop = await openShop();
    const record = await askedAfter(shop, 5, trial('USA'), { kind: 'lost after' });
    assert.equal(record.outcome, 'applied: Apple shows every price that was asked for');
    assert.deepEqual(shop.writes, ['POST without an answer']);
  });
});

describe('An introductory offer that Apple has acknowledged', () => {
  it('is applied, and told as not read back, where it is over before Apple can be asked', async () => {
    const { clock, hooks, accept, record, work, workToEnd, writes } = await openShop();
    hooks.onWrite = () => {
      hooks.onRead = ill;
    };
    accept('change', trial('USA'));
    await work('change');
    assert.equal(record('change').state, 'sending');
    clock.advance(20 * DAY);
    hooks.onRead = () => undefined;
    assert.equal(
      (await workToEnd('change')).outcome,
      'applied: Apple took every request; over before it was read back: FREE_TRIAL ONE_WEEK x1 at 0 in USA until 2026-12-04',
    );
    assert.deepEqual(writes, ['POST 201']);
  });
});
