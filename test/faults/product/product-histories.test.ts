import { join } from 'node:path';
import { describe, it } from 'node:test';
import { playInShares } from '../../engine/shares.ts';

// Reports, prices and keys of three teams at one Apple, under one clock, with every service in trouble now and then.
// What must hold stands in invariants.ts. `PRODUCT_SEEDS=17` plays one again; `npm run histories` plays 20,000.

describe('Random histories of the whole product', () => {
  it('keep every promise', (context) =>
    playInShares(context, {
      name: 'PRODUCT',
      file: join(import.meta.dirname, 'product-history.ts'),
      test: import.meta.filename,
      usualCount: 30,
      provokes: [
        'effects',
        'partitions',
        'kills',
        'heldUp',
        'campaigns',
        'answers',
        'strays',
        'wrongPeriods',
        ...['waves', 'offers', 'person', 'personDuring', 'seats', 'consent', 'refusedWrites'],
        ...['appleMoves', 'movesTold', 'corrections'],
        'instances',
        'stops',
        'spoiled',
        'looks',
        'edits',
        'flips',
        'writesTwice',
        'slowWrites',
        'waits',
        'checkedAgain',
      ],
    }));
});
