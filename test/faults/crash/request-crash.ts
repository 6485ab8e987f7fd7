import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import type { World } from '../../../local/world/world.ts';
import { APP, analyticsMessage, analyticsWorld, appItem, posts } from '../../end-to-end/reports/analytics.ts';
import { HOUR } from '../../end-to-end/reports/sales.ts';
import { callsOf, killAt, type Share, someOf } from './kill-at.ts';

/** Longer than a lease and than the time for which a lost answer is in doubt. */
const LATER = HOUR;

const check = ({ cloud }: World) => cloud.invoke('FetchReport', analyticsMessage());

/** @param share of the calls at which the worker is killed */
export const killedRequests = (share: Share): Promise<void> =>
  describe('A worker that is killed around each of its calls to AWS while it makes the request', () => {
    let world: World;
    let calls: string[] = [];
    before(async () => {
      world = await analyticsWorld();
      await check(world);
      calls = callsOf(world, 'FetchReport');
      await world.close();
    });

    it('makes calls at which it can be killed', () => {
      assert.ok(calls.filter((call) => call === 'dynamodb UpdateItem').length >= 4, calls.join(', '));
    });

    for (const when of ['before', 'after'] as const) {
      it(`${when} it takes effect: one request all the same`, async () => {
        for (const index of someOf(calls, share, when)) {
          const place = `${when} ${calls[index]} (${index})`;
          world = await analyticsWorld();
          try {
            killAt(world, 'FetchReport', { index, when });
            assert.equal(
              await check(world).then(
                () => 'survived',
                () => 'killed',
              ),
              'killed',
              place,
            );
            world.cloud.faults.clear();
            for (let run = 0; run < 2; run += 1) {
              await world.pass(LATER);
              await check(world);
            }
            assert.equal(world.simulator.analytics.requestsOf(APP).length, 1, place);
            assert.equal(posts(world).length, 1, place);
            assert.equal((await appItem(world))?.state, 'waiting', place);
          } finally {
            await world.close();
          }
        }
      });
    }
  });
