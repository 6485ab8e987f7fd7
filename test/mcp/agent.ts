import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import { createAgentServer } from '../../cli/commands/mcp/serve-agents.ts';
import { connectAws } from '../../cli/deployment/aws.ts';
import type { Settings } from '../../functions/platform/config/settings.ts';
import { SUBSCRIPTION } from '../end-to-end/prices/prices.ts';

/** Nobody listens here: every call to AWS is refused at once. */
const NOWHERE = 'http://127.0.0.1:1';

/** A request for a price change, as an agent hands it in. */
export const CHANGE = {
  idempotencyKey: 'sale',
  team: 'acme',
  product: SUBSCRIPTION,
  prices: { USA: '44.99' },
  requestedBy: 'cfo@acme.example',
  reason: 'sale',
};

/** An agent whose functions are answered by `invoke`; nothing else of AWS answers. */
export async function connectAgent(
  settings: Settings,
  invoke: ReturnType<typeof connectAws>['invoke'],
): Promise<Client> {
  const server = createAgentServer({
    settings,
    endpoint: NOWHERE,
    appleUrl: NOWHERE,
    clockOffsetMillis: 0,
    json: true,
    io: {
      out: () => undefined,
      err: () => undefined,
      ask: async () => undefined,
      env: {},
      now: () => Date.parse('2026-11-24T17:07:00Z'),
    },
    aws: {
      ...connectAws({ endpoint: NOWHERE, stage: '' }),
      output: async (name) => name,
      invoke,
    },
  });
  const client = new Client({ name: 'test', version: '1.0.0' });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await server.connect(theirs);
  await client.connect(ours);
  return client;
}
