import { once } from 'node:events';
import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { AddressInfo } from 'node:net';

type Server = HttpServer | HttpsServer;

/**
 * Opens a server.
 *
 * @param port 0: any free one
 * @returns the port that it got
 * @throws Node's own error (`EADDRINUSE`) where the port is taken
 */
export async function listen(server: Server, port = 0, host = '127.0.0.1'): Promise<number> {
  server.listen(port, host);
  await once(server, 'listening');
  return portOf(server.address());
}

/** The port that a listening server got. */
export function portOf(address: AddressInfo | string | null): number {
  if (typeof address === 'object' && address !== null) return address.port;
  throw new Error('The server has no TCP port.');
}

/**
 * Whether a request was sent to this machine by a name of its own. A web page can lead a browser here by a name of the
 * page's ("DNS rebinding") and read the answers as its own; the header still says that name. A browser asks nobody where
 * `localhost` and the names under it are.
 */
export const isForLoopback = (host: string | undefined): boolean =>
  /^(127\.0\.0\.1|\[::1\]|([a-z0-9-]+\.)*localhost)(:\d+)?$/i.test(host ?? '');

/** Closes a server and ends every connection, also one that hangs. */
export async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}
