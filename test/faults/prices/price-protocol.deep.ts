import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { explore } from './price-explorer.ts';
import { NONE, X, Y } from './price-requests.ts';

// The largest of the bounds takes longer than all others together; `npm test` plays it by chance (price-protocol.test.ts).

describe('The protocol of a price change, in every order within larger bounds', () => {
  it('keeps its promises: two changes of one product, with a lapsed lease under a slow worker', async (t) => {
    const { histories, states, finding } = await explore({ ...NONE, requests: [X, Y], jumps: 1 });
    t.diagnostic(`${histories} histories, ${states} states`);
    assert.equal(finding, undefined, JSON.stringify(finding, undefined, 1));
    assert.ok(states > 10_000);
  });
});
