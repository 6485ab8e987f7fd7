import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseSettings } from '../../functions/platform/config/settings.ts';
import { CHANGE, connectAgent } from './agent.ts';

describe('The tool request_price_change', () => {
  it('asks for nothing else that the function takes: no rollback, no withdrawal, no event', async () => {
    const invoked: unknown[] = [];
    const settings = parseSettings({
      teams: [{ name: 'acme', keys: { reports: 'acme/reports' }, vendors: [], prices: {} }],
    });
    const client = await connectAgent(settings, async (_, payload) => {
      invoked.push(payload);
      return { status: 'accepted', changeId: 'sale' };
    });
    const ask = (more: object) =>
      client.callTool({ name: 'request_price_change', arguments: { request: { ...CHANGE, ...more } } });
    const other = { team: 'acme', changeId: 'other', requestedBy: 'cfo', by: 'cfo' };
    for (const more of [
      { withdraw: other },
      { rollback: other },
      { sweep: true },
      { 'detail-type': 'Price Change Requested', detail: CHANGE },
    ]) {
      const answer = await ask(more);
      assert.equal(answer.isError, true, JSON.stringify(more));
      assert.match(JSON.stringify(answer.content), /this tool requests price changes and campaigns only/);
    }
    assert.deepEqual(invoked, []);
    assert.notEqual((await ask({})).isError, true);
    assert.equal(invoked.length, 1);
    await client.close();
  });
});
