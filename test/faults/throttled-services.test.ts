import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { GatewayRequest } from '../../local/aws/base/http-message.ts';
import { startWorld, type World } from '../../local/world/world.ts';
import { MINUTE, priceSettings, put, request, settled, TEN } from '../end-to-end/prices/prices.ts';
import {
  dailySales,
  dayBefore,
  HOUR,
  itemOf,
  MORNING,
  salesTsv,
  settingsFor,
} from '../end-to-end/reports/sales.ts';

/** As often as the SDK tries a call: the call fails for good, and what made it has to be done again. */
const TRIES = 3;
const byFunction = ({ caller }: GatewayRequest): boolean => caller.includes('.');

// AWS's rates are not known beforehand: they differ by account, region and hour. So the local services refuse no rate by
// themselves; here each refuses calls until the SDK has given up.

const SERVICES = ['dynamodb', 's3', 'sqs', 'secretsmanager', 'events'];

describe('A service of AWS that refuses calls as too many', () => {
  describe('while reports are fetched', () => {
    let world: World;
    before(async () => {
      world = await startWorld({ now: MORNING, settings: settingsFor(1) });
      for (const day of [1, 0, -1, -2, -3])
        world.simulator.reports.put({ ...dailySales(dayBefore(day)), tsv: salesTsv({ SKU: `sku-${day}` }) });
    });
    after(() => world.close());

    for (const [index, service] of SERVICES.entries())
      it(`${service}: the report of the day is stored in the end, and told`, async () => {
        world.clock.set(MORNING + index * 24 * HOUR);
        world.cloud.faults.add({ service, match: byFunction, times: 2 * TRIES, effect: 'throttle' });
        for (let run = 0; run < 4; run += 1) {
          // A run that fails is made good by the next one; its alarm counts it.
          await world.cloud.invoke('PlanReports').catch(() => undefined);
          await world.cloud.drain();
          await world.pass(45 * MINUTE);
        }
        assert.deepEqual(world.cloud.faults.pending(), [], 'it was met');
        const item = await itemOf(world, dayBefore(1 - index));
        assert.deepEqual([item?.state, item?.owed], ['stored', []]);
      });
  });

  describe('while a price is changed', () => {
    let world: World;
    before(async () => {
      world = await startWorld({ now: TEN, settings: priceSettings() });
      for (const service of SERVICES)
        world.simulator.prices.addSubscription({
          team: 'acme',
          id: productOf(service),
          prices: { USA: '49.99', FRA: '49.99' },
        });
    });
    after(() => world.close());

    for (const service of SERVICES)
      it(`${service}: the change is applied, and nothing is sent twice`, async () => {
        const seen = world.simulator.requests().length;
        world.cloud.faults.add({ service, match: byFunction, times: TRIES, effect: 'throttle' });
        const product = { kind: 'subscription', id: productOf(service) };
        await put(world, 'Price Change Requested', request(`under-${service}`, { product }));
        const { state } = await settled(world, `under-${service}`, undefined, 6);
        assert.equal(state, 'applied');
        const writes = world.simulator
          .requests()
          .slice(seen)
          .filter(({ method }) => method !== 'GET');
        assert.ok(writes.length >= 1 && writes.length <= 2, `${writes.length} writes for two territories`);
      });
  });
});

const productOf = (service: string): string => `644831106${SERVICES.indexOf(service)}`;
