import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { World } from '../../../../local/world/world.ts';
import { ending, newSubscription, pricesOn, recordOf, startPrices } from '../price-teams.ts';
import { ask, MINUTE } from '../prices.ts';
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

const DAY = 24 * 60 * MINUTE;
const UNTIL = '2026-12-10';
const IN_DECEMBER = '2026-12-01';

describe('A campaign with temporary prices', () => {
  let world: World;
  before(async () => {
    world = await startPrices();
  });
  after(() => world.close());

  it('is approved once for both ways, and its way back is told once, as one', async () => {
    const id = newSubscription(world, { team: 'careful' });
    const coins = { kind: 'inAppPurchase', id: '8101' } as const;
    world.simulator.prices.addInAppPurchase({
      ...{ team: 'careful', id: coins.id, prices: { USA: '4.99' } },
      onlyIn: ['USA', 'FRA'],
    });
    const on = (day: string): (string | undefined)[] => [
      ...pricesOn(world, 'subscription', id, day, ['USA']),
      ...pricesOn(world, 'inAppPurchase', coins.id, day, ['USA']),
    ];
    const earlier = on('2026-11-24');
    const json = campaign('december', {
      team: 'careful',
      products: [{ kind: 'subscription', id }, coins],
      change: { percent: -20, until: UNTIL, preserveCurrentPrice: false },
    });
    const plan = await campaignAnswer(world, { ...json, dryRun: true });
    assert.deepEqual(
      plan.campaignPlan?.members.map(({ until }) => until),
      [UNTIL, UNTIL],
      told(plan),
    );
    await campaignAnswer(world, json);
    const at = { team: 'careful' };
    const { planSha256 } = await campaignEnd(world, 'december', { ...at, reached: waitsForApproval });
    const by = 'ceo@acme.example';
    await campaignApproval(world, { team: 'careful', campaign: 'december', planSha256, by });
    const begun = await campaignEnd(world, 'december', at);
    assert.deepEqual([begun.state, begun.wayBack], ['applied', { on: UNTIL }], told(begun));
    assert.deepEqual(on(IN_DECEMBER), ['39.99', '3.99']);
    await world.pass(DAY);
    await ask(world, { sweep: true });
    const member = await recordOf(world, `december/subscription-${id}`, 'careful');
    const back = await ending(world, member?.wayBack?.changeId ?? '', at);
    assert.deepEqual([back.state, back.request.campaign, back.approval], ['applied', 'december', undefined]);
    assert.deepEqual(on(UNTIL), earlier);
    await ask(world, { sweep: true });
    await ask(world, { sweep: true });
    assert.match(
      (await campaignOf(world, 'december', 'careful'))?.wayBack?.outcome ?? '',
      /has set the prices of before from 2026-12-10 on/,
    );
    assert.deepEqual(campaignEvents(world, 'december'), ['Planned', 'Ended applied', 'Returned']);
    await world.quiet();
    assert.deepEqual(
      world.cloud
        .notifications()
        .map(({ subject }) => subject)
        .filter((subject) => subject.includes('december')),
      [
        'careful: price campaign december waits for your approval',
        'careful: price campaign december is applied',
        'careful: the temporary prices of campaign december are settled',
      ],
    );
  });

  it('approved a day later than planned begins by the same plan', async () => {
    const id = newSubscription(world, { team: 'careful' });
    const json = campaign('slow', {
      team: 'careful',
      products: [{ kind: 'subscription', id }],
      change: { prices: { USA: '39.99' } },
    });
    await campaignAnswer(world, json);
    const at = { team: 'careful' };
    const { planSha256 } = await campaignEnd(world, 'slow', { ...at, reached: waitsForApproval });
    await world.pass(DAY);
    const by = 'ceo@acme.example';
    await campaignApproval(world, { team: 'careful', campaign: 'slow', planSha256, by });
    assert.equal((await campaignEnd(world, 'slow', at)).state, 'applied');
    assert.deepEqual(campaignEvents(world, 'slow'), ['Planned', 'Ended applied']);
  });
});
