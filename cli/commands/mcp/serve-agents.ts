import { once } from 'node:events';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import type { Context } from '../../context/context.ts';
import { packageVersion } from '../../context/package-version.ts';
import { addMoveTools } from './move-tools.ts';
import { addNumberTools } from './number-tools.ts';
import { addPriceTools } from './price-tools.ts';
import { addReportTools } from './report-tools.ts';
import { addStatusTools } from './status-tools.ts';

const INSTRUCTIONS = `App Store Connect Jobs: an app team's sales, subscription and finance reports, its price changes at Apple, and its API keys.
Report days are Pacific days. Amounts are exact decimal text in one currency each; never add amounts of different currencies.
A plan of a price change says what would be sent to Apple, territory by territory; nothing is sent by planning.
Always plan a change, show the plan to the person, and request it only when they agree. A request may wait for an approval by
another person; you cannot approve it.`;

/** The server with all tools, not connected yet. */
export function createAgentServer(context: Context): McpServer {
  const server = new McpServer(
    { name: 'app-store-connect-jobs', version: packageVersion() },
    { instructions: INSTRUCTIONS },
  );
  addStatusTools(server, context);
  addReportTools(server, context);
  addNumberTools(server, context);
  addPriceTools(server, context);
  addMoveTools(server, context);
  return server;
}

/** Serves over standard input and output until the client closes them. */
export async function serveAgents(context: Context): Promise<void> {
  const server = createAgentServer(context);
  const transport = new StdioServerTransport();
  const closed = Promise.race([
    once(process.stdin, 'end'),
    once(process.stdin, 'close'),
    once(process, 'SIGTERM'),
  ]);
  await server.connect(transport);
  await closed;
  await server.close();
}
