import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { createAgentServer } from '../../cli/commands/mcp/serve-agents.ts';
import { connectAws } from '../../cli/deployment/aws.ts';
import { parseSettings } from '../../functions/platform/config/settings.ts';
import { SUBSCRIPTION } from '../end-to-end/prices/prices.ts';

/** Nobody listens here. */
const NOWHERE = 'http://127.0.0.1:1';
const REQUEST = {
  idempotencyKey: 'sale',
  team: 'acme',
  product: SUBSCRIPTION,
  prices: { USA: '44.99' },
  requestedBy: 'cfo@acme.example',
  reason: 'sale',
};

describe('The tool request_price_change', () => {
  it('asks for nothing else that the function takes: no rollback, no withdrawal, no event', async () => {
    const invoked: unknown[] = [];
    const server = createAgentServer({
      settings: parseSettings({
        teams: [{ name: 'acme', keys: { reports: 'acme/reports' }, vendors: [], prices: {} }],
      }),
      endpoint: NOWHERE,
      appleUrl: NOWHERE,
      clockOffsetMillis: 0,
      json: true,
      io: { out() {}, err() {}, ask: async () => undefined, env: {}, now: () => 0 },
      aws: {
        ...connectAws({ endpoint: NOWHERE, stage: '' }),
        output: async (name) => name,
        invoke: async (_, payload) => {
          invoked.push(payload);
          return { status: 'accepted', changeId: 'sale' };
        },
      },
    });
    const client = new Client({ name: 'test', version: '1.0.0' });
    const [ours, theirs] = InMemoryTransport.createLinkedPair();
    await server.connect(theirs);
    await client.connect(ours);
    const ask = (more: object) =>
      client.callTool({ name: 'request_price_change', arguments: { request: { ...REQUEST, ...more } } });
    const other = { team: 'acme', changeId: 'other', requestedBy: 'cfo', by: 'cfo' };
    for (const more of [
      { withdraw: other },
      { rollback: other },
      { sweep: true },
      { 'detail-type': 'Price Change Requested', detail: REQUEST },
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
