import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { startWorld, type World } from '../../../local/world/world.ts';
import { check, DAY, FIRST_DAY, noticesOf, settingsWith } from '../../keys/key-world.ts';
import { callsOf, killAt } from './kill-at.ts';

describe('A check that is killed', () => {
  let world: World;
  let calls: string[] = [];
  let day = 67;

  before(async () => {
    world = await startWorld({ now: FIRST_DAY, settings: settingsWith() });
    await world.passTo(FIRST_DAY + (day + 1) * DAY);
    await check(world);
    calls = callsOf(world, 'CheckKeys');
    day = 90;
  });
  after(() => world.close());

  it('makes calls at which it can be killed, a claim and a publication among them', () => {
    assert.deepEqual(noticesOf(world), ['LOCALKEY00#75']);
    assert.ok(calls.length >= 8, calls.join(', '));
    assert.ok(calls.includes('sns Publish'));
  });

  for (const when of ['before', 'after'] as const) {
    it(`${when} any of them loses no reminder and sends none twice`, async () => {
      for (const index of calls.keys()) {
        // Each try has a week of its own, whose reminder is due.
        day += 7;
        await world.passTo(FIRST_DAY + day * DAY);
        const sentBefore = noticesOf(world).length;
        killAt(world, 'CheckKeys', { index, when });
        const place = `${when} ${calls[index]} (${index}) on day ${day}`;
        const death = await world.cloud.invoke('CheckKeys').then(
          () => 'survived',
          () => 'killed',
        );
        world.cloud.faults.clear();
        await world.cloud.drain();
        // A width probe is made once only, so later checks make fewer calls than the first.
        if (death === 'survived') assert.ok(index >= calls.length - 3, place);
        // The scheduler's retry comes at once; the next day's check after the claim has lapsed.
        await check(world);
        await world.pass(DAY);
        await check(world);
        const sent = noticesOf(world).slice(sentBefore);
        const weeks = Math.floor((day - 90) / 7);
        assert.deepEqual(sent, [`LOCALKEY00#100+${weeks}w`], place);
        await world.passTo(FIRST_DAY + day * DAY);
      }
    });
  }
});
