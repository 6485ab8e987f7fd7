import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Ends the script with exit code 1 where nobody can listen on a port of 127.0.0.1, and says what to do instead. It is asked before
 * the long work of a script, so that nobody waits for a refusal.
 *
 * @param port 0: any free port, which is always there
 * @param call as it is typed, such as `npm run local`; it has an option `--port`
 */
export async function requireFreePort(port: number, call: string): Promise<void> {
  const server = createServer();
  try {
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
  } catch (error) {
    console.error(whyNot(port, call, error));
    process.exit(1);
  }
  server.close();
  await once(server, 'close');
}

function whyNot(port: number, call: string, error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const other = `name another port: ${call} -- --port 0 takes any free one`;
  if (code === 'EADDRINUSE')
    return `Port ${port} is in use, most likely by a ${call} that still runs. Stop that one, or ${other}.`;
  if (code === 'EACCES') return `Port ${port} is not open to your user; ${other}.`;
  return `Nothing can listen on port ${port} (${error instanceof Error ? error.message : error}); ${other}.`;
}
