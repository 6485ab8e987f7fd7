import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import {
  asked,
  newSubscription,
  type PriceWorld,
  pricesOn,
  recordOf,
  startPrices,
  TODAY,
  TOMORROW,
  writesOf,
} from '../price-teams.ts';
import { ask, put } from '../prices.ts';
import {
  campaign,
  campaignAnswer,
  campaignApproval,
  campaignEnd,
  campaignEvents,
  campaignOf,
  told,
  waitsForApproval,
} from './campaigns.ts';

const subscription = (id: string) => ({ kind: 'subscription', id });

describe('A price campaign', () => {
  let world: PriceWorld;
  before(async () => {
    world = await startPrices();
    const { prices } = world.simulator;
    prices.addApp({
      team: 'acme',
      id: '8001',
      name: 'Acme Pro',
      productId: 'com.acme.pro',
      prices: { USA: '9.99' },
      onlyIn: ['USA', 'FRA'],
    });
    for (const [id, productId, price] of [
      ['8011', 'com.acme.pro.yearly', '49.99'],
      ['8012', 'com.acme.pro.monthly', '9.99'],
    ] as const)
      prices.addSubscription({
        ...{ team: 'acme', id, productId, app: '8001', group: 'Pro', name: productId },
        prices: { USA: price, FRA: price },
      });
    prices.addInAppPurchase({
      ...{ team: 'acme', id: '8021', productId: 'com.acme.pro.coins', app: '8001', name: '100 coins' },
      prices: { USA: '4.99' },
      onlyIn: ['USA', 'FRA'],
    });
  });
  after(() => {
    world.bucket.close();
    return world.close();
  });

  const priceOf = (id: string, day = TOMORROW): string | undefined =>
    pricesOn(world, 'subscription', id, day, ['USA'])[0];

  it('over all of an app is one plan with totals, and then one change of each product, told once', async () => {
    const sale = campaign('app-sale', {
      app: 'com.acme.pro',
      change: { percent: -20, preserveCurrentPrice: true },
    });
    asked(world);
    const plan = await campaignAnswer(world, { ...sale, dryRun: true });
    assert.equal(plan.status, 'planned', told(plan));
    assert.deepEqual(
      plan.campaignPlan?.members.map(({ changeId }) => changeId),
      ['app-sale/subscription-8011', 'app-sale/subscription-8012', 'app-sale/inAppPurchase-8021'],
    );
    const { totals, approval } = plan.campaignPlan ?? {};
    assert.deepEqual([totals?.products, totals?.requests, totals?.minutes, approval], [3, 5, 1, []]);
    assert.deepEqual(writesOf(asked(world)), []);
    assert.equal(await campaignOf(world, 'app-sale'), undefined, 'a plan registers nothing');

    assert.equal((await campaignAnswer(world, sale)).status, 'accepted');
    const record = await campaignEnd(world, 'app-sale');
    assert.deepEqual([record.state, record.outcome], ['applied', 'applied: all 3 products'], told(record));
    assert.equal(record.planSha256, plan.campaignPlan?.sha256, 'what was shown is what was done');
    assert.equal(writesOf(asked(world)).length, 5);
    assert.deepEqual([priceOf('8011'), priceOf('8012')], ['39.99', '7.99']);
    assert.deepEqual(pricesOn(world, 'inAppPurchase', '8021', TODAY, ['USA']), ['3.99']);
    assert.deepEqual(campaignEvents(world, 'app-sale'), ['Ended applied']);
    const again = await campaignAnswer(world, sale);
    assert.deepEqual([again.status, again.state], ['duplicate', 'applied']);
    const other = await campaignAnswer(world, { ...sale, reason: 'another' });
    assert.match(told(other), /^campaign: is in use by another campaign/);
  });

  it('over a subscription group leaves products out that are excepted', async () => {
    const plan = await campaignAnswer(
      world,
      campaign('group-plan', {
        group: 'Pro',
        except: ['com.acme.pro.monthly'],
        change: { prices: { USA: '44.99' }, preserveCurrentPrice: true },
        dryRun: true,
      }),
    );
    assert.deepEqual(
      plan.campaignPlan?.members.map(({ changeId }) => changeId),
      ['group-plan/subscription-8011'],
      told(plan),
    );
  });

  it('tells all problems of all products at once, and sends nothing of any', async () => {
    const [good, bad, worse] = [newSubscription(world), newSubscription(world), newSubscription(world)];
    const json = campaign('half-wrong', {
      changes: [
        { product: subscription(good), prices: { USA: '44.99' } },
        { product: subscription(bad), prices: { USA: '44.98' } },
        { product: subscription(worse), prices: { USA: '1.99', XYZ: '1.00' } },
      ],
    });
    const plan = await campaignAnswer(world, { ...json, dryRun: true });
    assert.match(
      told(plan),
      new RegExp(`subscription ${bad}: prices.USA: 44.98 is not one of Apple's prices`),
    );
    assert.match(told(plan), new RegExp(`subscription ${worse}: prices.XYZ: is not one of Apple's`));
    asked(world);
    await put(world, 'Price Change Requested', json);
    const record = await campaignEnd(world, 'half-wrong');
    assert.equal(record.state, 'rejected');
    assert.match(told(record), /44.98[\s\S]*XYZ/);
    assert.deepEqual(writesOf(asked(world)), []);
    const states = await Promise.all(record.members.map(({ changeId }) => recordOf(world, changeId)));
    assert.deepEqual(
      states.map((member) => member?.state),
      ['withdrawn', 'rejected', 'rejected'],
    );
    assert.deepEqual(campaignEvents(world, 'half-wrong'), ['Ended rejected']);
  });

  it('that needs an approval for one product waits as a whole, and is approved once', async () => {
    const [mild, steep] = [
      newSubscription(world, { team: 'careful' }),
      newSubscription(world, { team: 'careful' }),
    ];
    const json = campaign('one-approval', {
      team: 'careful',
      changes: [
        { product: subscription(mild), prices: { USA: '48.99' } },
        { product: subscription(steep), prices: { USA: '39.99' } },
      ],
    });
    asked(world);
    assert.equal((await campaignAnswer(world, json)).status, 'accepted');
    const at = { team: 'careful' };
    const waiting = await campaignEnd(world, 'one-approval', { ...at, reached: waitsForApproval });
    assert.match(waiting.plan ?? '', new RegExp(`${steep}: USA 49.99 → 39.99: above approvalAbovePercent 5`));
    assert.deepEqual(writesOf(asked(world)), [], 'the mild one waits as well');
    const { planSha256 } = waiting;
    const approval = { team: 'careful', campaign: 'one-approval', planSha256, by: 'ceo@acme.example' };
    const alone = {
      team: 'careful',
      changeId: waiting.members[0]?.changeId,
      planSha256,
      by: 'ceo@acme.example',
    };
    assert.match(
      told(await campaignApproval(world, alone)),
      /part of the campaign one-approval; approve that/,
    );
    assert.match(
      told(await campaignApproval(world, { ...approval, by: 'CFO@acme.example' })),
      /somebody else/,
    );
    assert.match(
      told(await campaignApproval(world, { ...approval, planSha256: 'a'.repeat(64) })),
      /the plan is another one now/,
    );
    await put(world, 'Price Change Approved', approval);
    const record = await campaignEnd(world, 'one-approval', at);
    assert.deepEqual([record.state, record.approval?.by], ['applied', 'ceo@acme.example'], told(record));
    assert.deepEqual([priceOf(mild), priceOf(steep)], ['48.99', '39.99']);
    assert.equal((await campaignApproval(world, approval)).status, 'duplicate');
    assert.deepEqual(campaignEvents(world, 'one-approval'), ['Planned', 'Ended applied']);
  });

  it('that is declined or withdrawn sends nothing, and ends its members', async () => {
    for (const [kind, by, state] of [
      ['decline', 'ceo@acme.example', 'declined'],
      ['withdraw', 'cfo@acme.example', 'withdrawn'],
    ] as const) {
      const id = newSubscription(world, { team: 'careful' });
      const json = campaign(`to-${kind}`, {
        team: 'careful',
        products: [subscription(id)],
        change: { prices: { USA: '39.99' } },
      });
      await campaignAnswer(world, json);
      await campaignEnd(world, `to-${kind}`, { team: 'careful', reached: waitsForApproval });
      const closing = { team: 'careful', campaign: `to-${kind}`, by };
      const answer =
        kind === 'decline'
          ? await campaignApproval(world, { decline: closing })
          : await campaignAnswer(world, { withdraw: closing });
      assert.equal(answer.status, state, told(answer));
      await ask(world, { sweep: true });
      const record = await campaignEnd(world, `to-${kind}`, {
        team: 'careful',
        reached: ({ closed }) => closed,
      });
      const member = await recordOf(world, record.members[0]?.changeId ?? '', 'careful');
      assert.deepEqual([record.state, member?.state, priceOf(id)], [state, 'withdrawn', '49.99']);
    }
  });

  it('is refused whole by a limit of the day, and never cut in two', async () => {
    const ids = [newSubscription(world, { team: 'rare' }), newSubscription(world, { team: 'rare' })];
    const answer = await campaignAnswer(
      world,
      campaign('too-many', {
        team: 'rare',
        products: ids.map(subscription),
        change: { prices: { USA: '44.99' } },
      }),
    );
    assert.match(told(answer), /2 products are more changes than the 1 per day .* not cut in two/);
    const resting = await campaignAnswer(
      world,
      campaign('in-launch', {
        team: 'resting',
        products: [subscription(newSubscription(world, { team: 'resting' }))],
        change: { prices: { USA: '44.99' } },
      }),
    );
    assert.match(told(resting), /no price changes are sent from 2026-11-20 to 2026-11-30 \(launch\)/);
  });

  it('that shares a product with an open one is refused with its name', async () => {
    const id = newSubscription(world, { team: 'careful' });
    const json = (name: string) =>
      campaign(name, { team: 'careful', products: [subscription(id)], change: { prices: { USA: '39.99' } } });
    await campaignAnswer(world, json('first'));
    await campaignEnd(world, 'first', { team: 'careful', reached: waitsForApproval });
    assert.match(
      told(await campaignAnswer(world, json('second'))),
      /the campaign first is awaitingApproval and has/,
    );
  });

  it('is taken back as one', async () => {
    const back = {
      team: 'acme',
      campaign: 'app-sale',
      requestedBy: 'cfo@acme.example',
      preserveCurrentPrice: true,
    };
    const answer = await campaignAnswer(world, { rollback: back });
    assert.equal(answer.status, 'accepted', told(answer));
    const record = await campaignEnd(world, 'rollback-of/app-sale');
    assert.deepEqual([record.state, record.members.length], ['applied', 3], told(record));
    assert.deepEqual([priceOf('8011'), priceOf('8012')], ['49.99', '9.99']);
    assert.deepEqual(pricesOn(world, 'inAppPurchase', '8021', TODAY, ['USA']), ['4.99']);
    assert.equal((await campaignAnswer(world, { rollback: back })).status, 'duplicate');
    assert.equal(
      (await recordOf(world, 'rollback-of/app-sale/subscription-8011'))?.request.rollbackOf,
      'app-sale/subscription-8011',
    );
  });

  it('comes as a file as well, beside changes of single products', async () => {
    const [one, other] = [newSubscription(world), newSubscription(world)];
    const single = { team: 'acme', product: subscription(other), prices: { USA: '44.99' } };
    const { requestedBy: _, ...json } = campaign('by-file', {
      products: [subscription(one)],
      change: { percent: { by: -10, rounding: 'down', endings: ['.99'] } },
    });
    await world.bucket.put('inbox/prices/sale.json', JSON.stringify([json, single]));
    const record = await campaignEnd(world, 'by-file');
    assert.deepEqual(
      [record.state, record.request.requestedBy, priceOf(one)],
      ['applied', 'file inbox/prices/sale.json', '44.99'],
    );
  });

  it('is notified once per outcome, and none of its products is', () => {
    // An event may be delivered twice, and its notification with it: both carry its id.
    const byId = new Map(world.cloud.notifications().map((one) => [one.attributes['id'], one.subject]));
    const subjects = [...byId.values()];
    const of = (name: string): string[] => subjects.filter((subject) => subject.includes(` ${name}`));
    assert.deepEqual(of('app-sale'), ['acme: price campaign app-sale is applied']);
    assert.deepEqual(of('half-wrong'), ['acme: price campaign half-wrong was rejected']);
    assert.deepEqual(of('one-approval'), [
      'careful: price campaign one-approval waits for your approval',
      'careful: price campaign one-approval is applied',
    ]);
  });
});
