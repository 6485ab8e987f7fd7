import * as z from 'zod';
import type { Context, Register } from '../../context/context.ts';
import { EXIT, type ExitCode } from '../../terminal/exit-code.ts';

export const registerMcp: Register = (program, run) => {
  program
    .command('mcp')
    .description(
      'serve agents over stdio by the Model Context Protocol: look up, query, plan, request; never approve',
    )
    .addHelpText(
      'after',
      `
An agent's client starts it; nothing is printed but the protocol. Price changes pass the same limits and approvals as
everybody's. Approving is not among the tools. See docs/mcp.md.

Examples:
  asc-jobs mcp
  asc-jobs mcp --stage dev
  asc-jobs try mcp`,
    )
    .action(run(z.object({}), serve));
};

/** Serves until the client closes the connection. */
async function serve(context: Context): Promise<ExitCode> {
  // Loaded here: no other command needs the protocol.
  const { serveAgents } = await import('./serve-agents.ts');
  await serveAgents(context);
  return EXIT.ok;
}
