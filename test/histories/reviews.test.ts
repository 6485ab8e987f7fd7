import { join } from 'node:path';
import { describe, it } from 'node:test';
import { playInShares } from '../engine/shares.ts';

// The real planner and the real look at reviews against chance, in memory (review-history.ts). `REVIEWS_COUNT=10000` plays
// more; `REVIEWS_SEEDS=17` plays one again.

describe('Random histories of reviews', () => {
  it('end with every review as it is now, each version once, and all news told', (context) =>
    playInShares(context, {
      name: 'REVIEWS',
      file: join(import.meta.dirname, 'review-history.ts'),
      test: import.meta.filename,
      usualCount: 10,
      provokes: ['deaths', 'runs', 'midnights'],
    }));
});
