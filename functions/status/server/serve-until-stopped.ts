import { once } from 'node:events';

/** Says where a server is, and keeps it up until Ctrl-C or SIGTERM. */
export async function serveUntilStopped(
  io: { out(text: string): void; err(text: string): void },
  what: string,
  server: { url: string; close(): Promise<void> },
): Promise<void> {
  io.out(`${what} is at ${server.url}\n`);
  io.err('Stop it with Ctrl-C.\n');
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  await server.close();
}
