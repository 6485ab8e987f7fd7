import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { playHistory } from './price-histories.ts';

/** How many seeds; a longer run is asked for by PRICE_SIM_HISTORIES. */
const HISTORIES = Number(process.env['PRICE_SIM_HISTORIES'] ?? 25);
const FIRST_SEED = Number(process.env['PRICE_SEED'] ?? 1);

describe('Price changes in histories by chance, against the simulator', () => {
  for (const bulk of ['first-prices-only', 'accepted', 'accepted-and-replaces'] as const) {
    it(`end with the prices of the last applied change, each told and in the audit (bulk: ${bulk})`, async () => {
      for (let seed = FIRST_SEED; seed < FIRST_SEED + HISTORIES; seed += 1) {
        const found = await playHistory({ seed, bulk });
        assert.deepEqual(found, [], `seed ${seed} (again: PRICE_SEED=${seed} PRICE_SIM_HISTORIES=1)`);
      }
    });
  }
});
