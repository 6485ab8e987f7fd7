import { join } from 'node:path';
import { describe, it } from 'node:test';
import { playInShares } from '../../engine/shares.ts';

describe('Price changes in histories by chance, against the simulator', () => {
  it('end with the prices of the last applied change, each told and in the audit', (context) =>
    playInShares(context, {
      name: 'PRICE_SIM',
      file: join(import.meta.dirname, 'price-histories.ts'),
      test: import.meta.filename,
      usualCount: 75,
      provokes: ['histories'],
    }));
});
