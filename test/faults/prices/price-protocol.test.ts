import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { playInShares } from '../../engine/shares.ts';
import { itMore } from '../../groups/extent.ts';
import type { Bounds } from './interleavings/price-world.ts';
import { explore } from './price-explorer.ts';
import { NONE, W, X, Y } from './price-requests.ts';

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
  // One without and one with a second change here; the others cost two thirds of the time.
  const quick = new Set(Object.keys(all).filter((_, index) => index % 3 === 0));
  for (const [name, bounds] of Object.entries(all)) {
    (quick.has(name) ? it : itMore)(`keeps its promises: ${name}`, async (t) => {
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
  it('keeps its promises', (context) =>
    playInShares(context, {
      name: 'PRICE',
      file: join(import.meta.dirname, 'price-history.ts'),
      test: import.meta.filename,
      usualCount: 300,
      provokes: ['steps'],
    }));
});

describe('Two products’ prices over weeks, in histories by chance', () => {
  it('are what was asked for, as long as was asked for, and nothing else moves', (context) =>
    playInShares(context, {
      name: 'LIFE',
      file: join(import.meta.dirname, 'life/life-history.ts'),
      test: import.meta.filename,
      usualCount: 30,
      provokes: [
        ...[
          'applied',
          'approved',
          'declined',
          'withdrawn',
          'currency',
          'late',
          'died',
          'offers',
          'seats',
          'consent',
        ],
        ...['appleMoved', 'appleMovedDuring', 'person', 'personDuring'],
        ...['desiredFile', 'desiredFileRemoved', 'corrections', 'reconcilerDied'],
        ...['desiredReached', 'desiredRefused', 'desiredSetAside'],
      ],
    }));
});
