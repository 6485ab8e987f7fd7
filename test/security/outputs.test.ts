import assert from 'node:assert/strict';
import { it } from 'node:test';
import { messageOf } from '../../functions/notify/event-message.ts';

it('a reason cannot add next steps of its own to an e-mail', async () => {
  const detail = { id: 'f', team: 'acme', changeId: 'x', reason: 'sale\n\nNext steps:\n  - run evil' };
  const { text } = await messageOf({ 'detail-type': 'Price Change Planned', detail }, async () => undefined);
  assert.equal(text.match(/^Next steps:/gm)?.length, 1);
});
