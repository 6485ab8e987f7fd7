import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { startWorld, type World } from '../../../../local/world/world.ts';
import { operatorOf } from '../../../cli/operator/operator.ts';
import { answerOf, ending, wish } from '../price-teams.ts';
import { priceSettings, TEN } from '../prices.ts';

/** What a person must be able to read wherever a plan is shown. */
const PLANS = [
  {
    what: 'a subscription that goes up in one territory and down in others',
    request: {
      idempotencyKey: 'up-and-down',
      product: { kind: 'subscription', id: '901' },
      prices: { DEU: '10.99', USA: '4.99', YEM: '8.99' },
      preserveCurrentPrice: false,
    },
    shown: {
      'its name and product ID': /Pro, monthly \(product\.901\)/,
      'who must agree': /must agree in 1 territory \(DEU/,
      'an offer that is not below the new price': /is not below the new price any more in USA/,
      'where it is not on sale': /Not on sale in YEM/,
    },
  },
  {
    what: 'a subscription of several seats',
    request: {
      idempotencyKey: 'seats',
      product: { kind: 'subscription', id: '902' },
      prices: { USA: '8.99' },
      dropVolumeTiers: true,
    },
    shown: { 'that volume tiers go': /Volume tiers [^.]* that USA may have are taken away/ },
  },
  {
    what: 'a temporary price of an in-app purchase',
    request: {
      idempotencyKey: 'until',
      product: { kind: 'inAppPurchase', id: '903' },
      prices: { USA: '7.99' },
      until: '2026-12-31',
    },
    shown: { 'its end and what holds then': /until 2026-12-31, then back to what holds then \(USA 9\.99/ },
  },
] as const;

describe('The plan of', () => {
  let world: World;
  before(async () => {
    world = await startWorld({
      now: TEN,
      settings: priceSettings({ approvalAbovePercent: 1, maxIncreasePercent: 100 }),
    });
    const { prices } = world.simulator;
    prices.addSubscription({
      team: 'acme',
      id: '901',
      name: 'Pro, monthly',
      period: 'ONE_MONTH',
      prices: { USA: '9.99', DEU: '9.99', YEM: '9.99' },
      availableIn: ['USA', 'DEU'],
    });
    prices.addOffer('901', {
      kind: 'introductory',
      mode: 'PAY_AS_YOU_GO',
      duration: 'ONE_MONTH',
      periods: 3,
      prices: { USA: '4.99' },
    });
    prices.addSubscription({
      team: 'acme',
      id: '902',
      prices: { USA: '9.99' },
      multiSeatStatus: 'ENABLED',
      volumeTiersIn: ['USA'],
    });
    prices.addInAppPurchase({ team: 'acme', id: '903', prices: { USA: '9.99' } });
  });
  after(() => world.close());

  for (const { what, request, shown } of PLANS)
    it(`${what} says the same in the command, the stored plan, the mail and the page`, async () => {
      const operator = operatorOf(world);
      const file = join(operator.directory, 'request.json');
      writeFileSync(file, JSON.stringify(wish(request)));
      const command = await operator.run(['prices', 'plan', file]);
      await answerOf(world, wish(request));
      await ending(world, request.idempotencyKey, { reached: ({ state }) => state === 'planned' });
      await world.cloud.drain();
      const mail = world.cloud
        .notifications()
        .findLast(({ subject }) => subject.includes(`${request.idempotencyKey} waits`));
      const page = String(
        await world.cloud.invoke('StatusWidget', {
          view: 'prices',
          change: `acme/${request.idempotencyKey}`,
          widgetContext: {},
        }),
      );
      const stored = await operator.run(['prices', 'status', request.idempotencyKey]);
      if (request.idempotencyKey === 'up-and-down')
        for (const text of [mail?.email ?? '', page])
          assert.match(
            text,
            /DEU[\s\S]*get the new price, must agree/,
            'what subscribers get in a territory',
          );
      for (const [clause, pattern] of Object.entries(shown))
        for (const [place, text] of Object.entries({
          command: command.out,
          'stored plan': stored.out,
          mail: mail?.email ?? '',
          page,
        }))
          assert.match(text.replaceAll(/\s+/g, ' '), pattern, `${clause}, in the ${place}`);
    });
});
