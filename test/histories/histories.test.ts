import { join } from 'node:path';
import { describe, it } from 'node:test';
import { playInShares } from '../engine/shares.ts';

// The real planner and fetch function against random histories, in memory (history.ts); what must hold in the end
// stands in invariants.ts. `HISTORY_COUNT=100000` plays more; `HISTORY_SEEDS=17` plays one again.

describe('Random histories in memory', () => {
  it('keep every promise: nothing missing, nothing false, nothing twice, all told', (context) =>
    playInShares(context, {
      name: 'HISTORY',
      file: join(import.meta.dirname, 'history.ts'),
      test: import.meta.filename,
      usualCount: 30,
      provokes: ['kills', 'losses', 'partitions'],
    }));
});
