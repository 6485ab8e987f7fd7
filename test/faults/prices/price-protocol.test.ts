import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { explore, wander } from './price-explorer.ts';
import { change, NONE, W, X, Y } from './price-requests.ts';
import type { Bounds } from './price-world.ts';

/** How many histories by chance; a longer run is asked for by PRICE_HISTORIES. */
const HISTORIES = Number(process.env['PRICE_HISTORIES'] ?? 3000);
const FIRST_SEED = Number(process.env['PRICE_SEED'] ?? 1);

describe('The protocol of a price change, in every order within small bounds', () => {
  const all: Record<string, Bounds> = {
    'one change, delivered twice, with a crash and a lost or late answer': {
      ...NONE,
      deliveries: 2,
      crashes: 1,
      sendFaults: 1,
    },
    'one change, delivered twice, with a lapsed lease under a slow worker': {
      ...NONE,
      deliveries: 2,
      jumps: 1,
    },
    'two changes of one product, with a crash and a lost or late answer': {
      ...NONE,
      requests: [X, Y],
      crashes: 1,
      sendFaults: 1,
    },
    'two changes of one product, with an effect that comes after its acknowledgement, and a crash': {
      ...NONE,
      requests: [X, Y],
      crashes: 1,
      lateEffects: 1,
    },
    'a wave delivered twice, with a crash and a lost or late answer': {
      ...NONE,
      requests: [W],
      deliveries: 2,
      crashes: 1,
      sendFaults: 1,
    },
    'a wave and a newer change, with a late effect after its acknowledgement and a lost answer': {
      ...NONE,
      requests: [W, Y],
      sendFaults: 1,
      lateEffects: 1,
    },
  };
  for (const [name, bounds] of Object.entries(all)) {
    it(`keeps its promises: ${name}`, async (t) => {
      const { histories, states, finding } = await explore(bounds);
      t.diagnostic(`${histories} histories, ${states} states`);
      assert.equal(finding, undefined, JSON.stringify(finding, undefined, 1));
      assert.ok(states > 100);
    });
  }

  const mistakes: [NonNullable<Bounds['sabotage']>, Bounds][] = [
    ['no-fence', { ...NONE, requests: [X, Y], jumps: 1 }],
    ['blind-retry', { ...NONE, requests: [X, Y], sendFaults: 1 }],
    ['no-helping', { ...NONE, requests: [X, Y], crashes: 1, jumps: 1 }],
  ];
  for (const [sabotage, bounds] of mistakes) {
    it(`would find the mistake "${sabotage}"`, async () => {
      const { finding } = await explore({ ...bounds, sabotage });
      assert.notEqual(finding, undefined);
    });
  }
});

describe('The protocol of a price change, in histories by chance', () => {
  const bounds: Bounds = {
    requests: [
      change('A', { USA: '12.99', FRA: '12.99', GBR: '12.99' }),
      change('B', { USA: '7.99', FRA: '19.99' }),
      change('C', { USA: '19.99', FRA: '7.99', GBR: '7.99' }),
    ],
    deliveries: 2,
    crashes: 3,
    sendFaults: 3,
    lateEffects: 1,
    jumps: 2,
  };

  it(`keeps its promises in ${HISTORIES} of them`, async () => {
    for (let seed = FIRST_SEED; seed < FIRST_SEED + HISTORIES; seed += 1) {
      const finding = await wander(bounds, seed);
      assert.equal(
        finding,
        undefined,
        `seed ${seed} (again: PRICE_SEED=${seed} PRICE_HISTORIES=1): ${finding?.violation}\n${finding?.path.join('\n')}`,
      );
    }
  });
});
