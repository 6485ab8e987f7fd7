import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { z } from 'zod';
import {
  answerOf,
  change,
  ending,
  newSubscription,
  type PriceWorld,
  pricesOn,
  recordOf,
  startPrices,
  TODAY,
  TOMORROW,
  wish,
} from './price-teams.ts';

const answersSchema = z.looseObject({
  file: z.string(),
  answers: z.array(
    z.looseObject({
      status: z.string(),
      changeId: z.string().optional(),
      problems: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
    }),
  ),
});

const HEADER = 'team,product_kind,product_id,territory,price';

describe('Prices by files', () => {
  let world: PriceWorld;
  before(async () => {
    world = await startPrices();
  });
  after(() => world.close());

  const sold: string[] = [];
  const add = (team = 'acme'): string => {
    const id = newSubscription(world, { team });
    sold.push(id);
    return id;
  };
  const on = (id: string, day = TOMORROW) => pricesOn(world, 'subscription', id, day, ['USA', 'FRA']);

  /** Drops a file and waits for its answer. */
  const drop = async (name: string, text: string) => {
    const key = `outbox/prices/${name}.answer.json`;
    await world.bucket.put(`inbox/prices/${name}`, text);
    await world.quiet();
    return answersSchema.parse(await world.bucket.read(key)).answers;
  };

  describe('dropped in the inbox', () => {
    it('take effect, and the answer lies in the outbox: a list in JSON', async () => {
      const [a, b] = [add(), add()];
      const request = (id: string, more: object) => ({
        ...wish({ product: { kind: 'subscription', id }, ...more }),
      });
      const answers = await drop(
        'list.json',
        JSON.stringify([
          request(a, { idempotencyKey: 'f-a', prices: { USA: '44.99' } }),
          request(b, { prices: { FRA: '44.99' } }),
          request(b, { idempotencyKey: 'f-c', prices: { FRA: '44,99' } }),
        ]),
      );
      assert.deepEqual(
        answers.map(({ status }) => status),
        ['accepted', 'accepted', 'rejected'],
      );
      assert.match(answers[1]?.changeId ?? '', /^list\.json@\S+#2$/);
      assert.equal(answers[2]?.problems?.[0]?.path, 'prices.FRA');
      assert.equal((await ending(world, 'f-a')).state, 'applied');
      assert.equal((await ending(world, answers[1]?.changeId ?? '')).state, 'applied');
      assert.deepEqual(
        [on(a), on(b)],
        [
          ['44.99', '49.99'],
          ['49.99', '44.99'],
        ],
      );
    });

    it('take effect from CSV, and a later upload under the same name is another request', async () => {
      const id = add();
      const line = (territory: string, price: string) => `acme,subscription,${id},${territory},${price}`;
      const first = await drop('sale.csv', [HEADER, line('USA', '44.99'), line('FRA', '44.99')].join('\r\n'));
      const record = await ending(world, first[0]?.changeId ?? '');
      assert.deepEqual(
        [record.state, record.request.requestedBy, on(id)],
        ['applied', 'file inbox/prices/sale.csv', ['44.99', '44.99']],
      );
      await world.bucket.put('inbox/prices/sale.csv', [HEADER, line('USA', '39.99')].join('\n'));
      await world.cloud.drain();
      assert.deepEqual(on(id), ['39.99', '44.99']);
    });

    it('are refused whole with the lines that are wrong, and nothing is requested', async () => {
      const id = add();
      const answers = await drop(
        'bad.csv',
        [HEADER, `acme,subscription,${id},USA,44.99`, 'acme,subscription'].join('\n'),
      );
      assert.deepEqual(answers, [
        { status: 'rejected', problems: [{ path: 'line 3', message: 'has 2 fields; the header has 5' }] },
      ]);
      assert.deepEqual(await drop('bad.json', '{'), await drop('worse.json', '{'));
    });
  });

  describe('of an earlier change', () => {
    it('come back by a rollback, once', async () => {
      const id = add();
      await change(world, {
        idempotencyKey: 'r-1',
        product: { kind: 'subscription', id },
        prices: { USA: '44.99', FRA: '39.99' },
      });
      await world.pass(2 * 24 * 3_600_000);
      const rollback = {
        team: 'acme',
        changeId: 'r-1',
        requestedBy: 'coo@acme.example',
        preserveCurrentPrice: false,
      };
      const dry = await answerOf(world, { rollback: { ...rollback, dryRun: true } });
      assert.deepEqual(
        dry.plan?.entries.map(({ territory, target }) => `${territory} ${target.price}`),
        ['FRA 49.99', 'USA 49.99'],
      );
      const answer = await answerOf(world, { rollback });
      assert.deepEqual([answer.status, answer.changeId], ['accepted', 'rollback-of/r-1']);
      assert.equal((await ending(world, 'rollback-of/r-1')).state, 'applied');
      assert.deepEqual(
        [on(id, '2026-11-26'), on(id, '2026-11-27')],
        [
          ['44.99', '39.99'],
          ['49.99', '49.99'],
        ],
      );
      assert.equal((await answerOf(world, { rollback })).status, 'duplicate');
      assert.equal(world.simulator.prices.history('subscription', id).length, 4);
      await world.pass(-2 * 24 * 3_600_000);
    });

    it('that has not started come back on their day', async () => {
      const id = add();
      await change(world, {
        idempotencyKey: 'r-2',
        product: { kind: 'subscription', id },
        prices: { USA: '44.99' },
        startDate: '2026-12-01',
      });
      await answerOf(world, { rollback: { team: 'acme', changeId: 'r-2', requestedBy: 'coo' } });
      assert.equal((await ending(world, 'rollback-of/r-2')).state, 'applied');
      assert.deepEqual(
        [on(id, TODAY), on(id, '2026-12-02')],
        [
          ['49.99', '49.99'],
          ['49.99', '49.99'],
        ],
      );
    });
  });

  describe('that are desired', () => {
    const reconcile = () => world.cloud.invoke('ReconcilePrices');
    const drifts = (id: string) =>
      world.cloud
        .events()
        .filter(
          (event) =>
            event['detail-type'] === 'Price Drift Detected' &&
            JSON.stringify(event.detail).includes(`"${id}"`),
        );

    it('are compared: a difference is told once a state, and nothing is changed', async () => {
      const id = add('watching');
      const key = `desired/prices/watching/subscription/${id}.csv`;
      await world.bucket.put(key, 'territory,price\nUSA,39.99\nFRA,49.99\n');
      await world.cloud.drain();
      const [drift] = drifts(id);
      assert.deepEqual(drift?.detail['territories'], [
        { territory: 'USA', currency: 'USD', present: '49.99', desired: '39.99' },
      ]);
      await reconcile();
      await reconcile();
      assert.equal(new Set(drifts(id).map(({ detail }) => detail['id'])).size, 1);
      await change(world, {
        idempotencyKey: 'by-hand',
        team: 'watching',
        product: { kind: 'subscription', id },
        prices: { USA: '44.99' },
      });
      await reconcile();
      assert.equal(new Set(drifts(id).map(({ detail }) => detail['id'])).size, 2);
      await change(world, {
        idempotencyKey: 'by-hand-2',
        team: 'watching',
        product: { kind: 'subscription', id },
        prices: { USA: '39.99' },
      });
      const before = drifts(id).length;
      await reconcile();
      assert.equal(drifts(id).length, before);
    });

    it('are enforced: the same drift is corrected once, a new one again', async () => {
      const id = add('enforcing');
      const wanted = { prices: { USA: '44.99', FRA: '49.99' }, preserveCurrentPrice: true };
      await world.bucket.put(`desired/prices/enforcing/subscription/${id}.json`, JSON.stringify(wanted));
      await world.cloud.drain();
      assert.deepEqual(on(id), ['44.99', '49.99']);
      await reconcile();
      await world.cloud.drain();
      assert.equal(world.simulator.prices.history('subscription', id).length, 1);
      await change(world, {
        idempotencyKey: 'astray',
        team: 'enforcing',
        product: { kind: 'subscription', id },
        prices: { USA: '39.99' },
      });
      await reconcile();
      await reconcile();
      await world.cloud.drain();
      assert.deepEqual([on(id)[0], world.simulator.prices.history('subscription', id).length], ['44.99', 3]);
      assert.equal((await recordOf(world, 'astray', 'enforcing'))?.state, 'applied');
    });

    it('are told and never applied as a number once Apple sells in another currency', async () => {
      const leva = world.simulator.prices.changeCurrency('BGR', 'BGN');
      const id = '777';
      world.simulator.prices.addSubscription({
        team: 'enforcing',
        id,
        prices: { USA: '14.99', BGR: '59.99' },
      });
      await world.bucket.put(
        `desired/prices/enforcing/subscription/${id}.json`,
        JSON.stringify({ prices: { USA: '14.99', BGR: '59.99' }, preserveCurrentPrice: true }),
      );
      await reconcile();
      await world.cloud.drain();
      assert.deepEqual(drifts(id), []);
      const written = await change(world, {
        idempotencyKey: 'in-leva',
        team: 'enforcing',
        product: { kind: 'subscription', id },
        prices: { BGR: '69.99' },
        preserveCurrentPrice: true,
      });
      assert.equal(written.state, 'applied');
      const euros = world.simulator.prices.changeCurrency('BGR', 'EUR');
      await reconcile();
      await world.cloud.drain();
      assert.equal(world.simulator.prices.history('subscription', id).length, 1, 'nothing more is written');
      const [drift] = drifts(id);
      assert.match(
        JSON.stringify(drift?.detail['territories']),
        /"territory":"BGR","currency":"EUR","present":"\d+\.\d\d","desired":"59.99"/,
      );
      const rollback = {
        team: 'enforcing',
        changeId: 'in-leva',
        requestedBy: 'coo',
        preserveCurrentPrice: true,
      };
      await answerOf(world, { rollback });
      const back = await ending(world, 'rollback-of/in-leva', { team: 'enforcing' });
      assert.equal(back.state, 'rejected');
      assert.match(back.problems[0]?.message ?? '', /the price is in BGN, but Apple sells in BGR in EUR now/);
      euros();
      leva();
    });

    it('are not moved a day on when they are compared late in the evening', async () => {
      // 24 November, 18:30 in California is the 25th in UTC: the earliest start is another day.
      const writes = () => sold.map((id) => world.simulator.prices.history('subscription', id).length);
      const written = writes();
      for (const moment of ['2026-11-25T02:30:00Z', '2026-11-26T02:30:00Z']) {
        await world.passTo(Date.parse(moment));
        await reconcile();
        await world.cloud.drain();
        assert.deepEqual(writes(), written, moment);
      }
    });

    it('that cannot be read fail the run by name, and the others are compared all the same', async () => {
      await world.bucket.put('desired/prices/watching/subscription/x.csv', 'territory,price\nUSA,1\n');
      await assert.rejects(reconcile(), /desired\/prices\/watching\/subscription\/x\.csv: Apple has no app/);
    });
  });
});
