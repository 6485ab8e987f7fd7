import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { GatewayRequest } from '../../local/aws/base/http-message.ts';
import { readLedger } from '../../local/demo/ledger-view.ts';
import { startWorld, type World } from '../../local/world/world.ts';
import {
  MINUTE,
  priceSettings,
  put,
  request,
  SUBSCRIPTION,
  settled,
  TEN,
} from '../end-to-end/prices/prices.ts';
import { dailySales, dayBefore, MORNING, salesTsv, settingsFor } from '../end-to-end/reports/sales.ts';
import { someNow } from '../groups/extent.ts';

/** As often as the SDK tries a call: the call fails for good, and what made it has to be done again. */
const TRIES = 3;
const SERVICES = ['dynamodb', 's3', 'sqs', 'secretsmanager', 'events'];
const byFunction = ({ caller }: GatewayRequest): boolean => caller.includes('.');

// AWS's rates are not known beforehand: they differ by account, region and hour. So the local services refuse no rate by
// themselves; here each refuses calls until the SDK has given up.

describe('A service of AWS that refuses calls as too many', () => {
  describe('while reports are fetched', () => {
    for (const service of someNow(SERVICES, (one) => ['dynamodb', 'sqs'].includes(one))) {
      let world: World;
      before(async () => {
        world = await startWorld({ now: MORNING, settings: settingsFor(2) });
        for (const day of [0, 1, 2, 3])
          world.simulator.reports.put({
            ...dailySales(dayBefore(day)),
            tsv: salesTsv({ SKU: `sku-${day}` }),
          });
      });
      after(() => world.close());

      it(`${service}: every report is stored in the end`, async () => {
        world.cloud.faults.add({ service, match: byFunction, times: 2 * TRIES, effect: 'throttle' });
        for (let hour = 0; hour < 8; hour += 1) {
          // A run that fails is made good by the next one; its alarm counts it.
          await world.cloud.invoke('PlanReports').catch(() => undefined);
          await world.cloud.drain();
          await world.pass(30 * MINUTE);
        }
        assert.deepEqual(world.cloud.faults.pending(), [], 'it was met');
        const items = await readLedger(world.cloud);
        assert.ok(items.length >= 2);
        for (const { sk, state, owed } of items) assert.deepEqual([state, owed], ['stored', []], sk);
      });
    }
  });

  describe('while a price is changed', () => {
    for (const service of someNow(SERVICES, (one) => ['s3', 'events'].includes(one))) {
      let world: World;
      before(async () => {
        world = await startWorld({ now: TEN, settings: priceSettings() });
        world.simulator.prices.addSubscription({
          team: 'acme',
          id: SUBSCRIPTION.id,
          prices: { USA: '49.99', FRA: '49.99' },
        });
      });
      after(() => world.close());

      it(`${service}: the change is applied, and nothing is sent twice`, async () => {
        world.cloud.faults.add({ service, match: byFunction, times: TRIES, effect: 'throttle' });
        await put(world, 'Price Change Requested', request(`under-${service}`));
        const { state } = await settled(world, `under-${service}`, undefined, 6);
        assert.equal(state, 'applied');
        const writes = world.simulator.requests().filter(({ method }) => method !== 'GET');
        assert.equal(writes.length, new Set(writes.map(({ body }) => JSON.stringify(body))).size);
        assert.ok(writes.length >= 1 && writes.length <= 2, `${writes.length} writes`);
      });
    }
  });
});
